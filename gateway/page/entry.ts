import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { CodedError } from '@hemma/protocols/errors.js';
import { judgePlausibility, ranges } from '@hemma/protocols/ranges.js';
import type { Quantity, QuantityCode, Reading, ReadingKind } from '@hemma/protocols/reading.js';
import { kindQuantities } from '@hemma/protocols/wire/measurement.js';
import type { ScheduleTask } from '@hemma/protocols/wire/schedule.js';
import { localTimeOf, momentsOf } from '../local-time.js';

/** What is typed in by hand, for devices without radio: checked here and nowhere else. */

export const handModel = 'entered-by-hand';
/** Of one form on a screen; makes two taps on its button one entry. */
export const tokenSchema = z.string().regex(/^[0-9a-f]{32}$/);
/** Clocks of a phone and of the gateway may differ by this much. */
const aheadMs = 120_000;
const dayMs = 86_400_000;

export function newToken(): string {
  return randomBytes(16).toString('hex');
}

/** The kind of reading that a task is typed in as: the one that its quantities belong to first. */
export function entryKind({ kinds }: ScheduleTask): ReadingKind {
  return kinds[0] ?? 'body_weight';
}

/** What the form of a task asks for; the pulse that a cuff shows with the pressure may be left out. */
export function entryFields(
  task: ScheduleTask,
): readonly { code: QuantityCode; required: boolean }[] {
  const kind = entryKind(task);
  const asked = task.quantities.filter((it) => kindQuantities[kind].includes(it));
  const pulse = kindQuantities[kind].includes('pulse_rate') && !asked.includes('pulse_rate');
  return [
    ...asked.map((code) => ({ code, required: kind !== 'spirometry' })),
    ...(pulse && kind === 'blood_pressure'
      ? [{ code: 'pulse_rate' as const, required: false }]
      : []),
  ];
}

export interface Entry {
  readonly reading: Reading;
  /** Outside of what is usual: asked about once more. */
  readonly unusual: boolean;
}

export interface EntryContext {
  readonly task: ScheduleTask;
  readonly nowMs: number;
  readonly timeZone: string;
  readonly token: string;
}

/**
 * The reading that was typed in. Throws {@link CodedError} `entry_not_a_number`, `entry_implausible` or
 * `entry_time`.
 */
export function entryOf(said: Readonly<Record<string, string>>, context: EntryContext): Entry {
  const { task, token } = context;
  const values = entryFields(task).flatMap(({ code, required }): Quantity[] => {
    const text = (said[code] ?? '').trim();
    if (text === '' && !required) return [];
    return [{ code, value: numberIn(text, code) }];
  });
  if (values.length === 0) throw new CodedError('entry_not_a_number');
  const kind = entryKind(task);
  const { plausible, questionable, unusual } = judgePlausibility(kind, values);
  if (!plausible || questionable) throw new CodedError('entry_implausible');
  const deviceTime = timeIn((said['when'] ?? '').trim(), context);
  const octets = new TextEncoder().encode(JSON.stringify({ token, values }));
  const reading: Reading = {
    ...{ kind, values, failure: null, flags: ['entered_by_hand'], deviceTime, sequence: null },
    ...{ userSlot: null, context: {}, octets, companionOctets: new Uint8Array() },
  };
  return { reading, unusual };
}

/** A number as people write it: with a comma or a point, and no more decimals than are shown. */
function numberIn(text: string, code: QuantityCode): number {
  const { decimals } = ranges[code];
  const match = /^\d{1,4}(?:[.,](?<decimals>\d{1,2}))?$/.exec(text);
  if (match === null) throw new CodedError('entry_not_a_number');
  if ((match.groups?.['decimals'] ?? '').length > decimals)
    throw new CodedError('entry_not_a_number');
  return Number(text.replace(',', '.'));
}

/** The local time of the entry, by the clock of the home; nothing said: now. */
function timeIn(text: string, { task, nowMs, timeZone }: EntryContext): string {
  if (text === '') return localTimeOf(nowMs, timeZone);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text)) throw new CodedError('entry_time');
  const local = `${text}:00`;
  const at = momentsOf(local, timeZone).at(-1);
  if (at === undefined || at > nowMs + aheadMs) throw new CodedError('entry_time');
  if (at < nowMs - (task.backfillDays + 1) * dayMs) throw new CodedError('entry_time');
  return at > nowMs ? localTimeOf(nowMs, timeZone) : local;
}
