import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { CodedError } from '@hemma/protocols/errors.js';
import { judgePlausibility, ranges } from '@hemma/protocols/ranges.js';
import type { Quantity, QuantityCode, Reading, ReadingKind } from '@hemma/protocols/reading.js';
import { identityText, kindQuantities } from '@hemma/protocols/wire/measurement.js';
import type { ScheduleTask } from '@hemma/protocols/wire/schedule.js';
import { sha256 } from '../outbox/chain.js';
import { timeChosen } from './entry-time.js';
import type { Now } from './entry-time.js';
import { asksForMeal, mealContext, meals } from './meals.js';

/** What is typed in by hand, for devices without radio: checked here and nowhere else. */

export const handModel = 'entered-by-hand';
/** Of one form on a screen; makes two taps on its button one entry, also after a restart. */
export const tokenSchema = z.string().regex(/^[0-9a-f]{32}$/);
/** Hexadecimal digits of a token that number the entry: as many as a number holds exactly. */
const numberDigits = 12;

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

export interface EntryContext extends Now {
  readonly task: ScheduleTask;
  readonly token: string;
}

/**
 * The reading that was typed in. The form counts as its record, with the token for its number: what
 * was said on the same form is the same measurement whenever it comes, and something else said there is
 * another. Throws {@link CodedError} `entry_not_a_number`, `entry_implausible`, `entry_context` or
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
  const meal = mealIn(said, task);
  const deviceTime = timeChosen(said, task, context);
  const { when = '', hour, minute } = said;
  const octets = new TextEncoder().encode(
    JSON.stringify({ token, values, meal, when, hour, minute }),
  );
  const reading: Reading = {
    ...{ kind, values, failure: null, flags: ['entered_by_hand'], deviceTime, userSlot: null },
    sequence: Number.parseInt(token.slice(0, numberDigits), 16),
    context: meal === null ? {} : { [mealContext]: meal },
    ...{ octets, companionOctets: new Uint8Array() },
  };
  return { reading, unusual };
}

/** What stays the same of everything that is typed in for one patient. */
export function handIdentity(patient: string): string {
  return `hand:${patient}`;
}

/** The id of the measurement that an entry becomes, as `measurementOf` gives it. */
export function idOfEntry(
  patient: string,
  { kind, sequence, deviceTime, octets }: Reading,
): string {
  const identity = { deviceIdentity: handIdentity(patient), sequence, deviceTime };
  return sha256(identityText({ kind, ...identity, captureOrdinal: null, octets }));
}

/** What was said about the meal; null where it is not asked for. */
function mealIn(said: Readonly<Record<string, string>>, task: ScheduleTask): string | null {
  if (!asksForMeal(task)) return null;
  const meal = meals.find(({ id }) => id === said[mealContext]);
  if (meal === undefined) throw new CodedError('entry_context');
  return meal.id;
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
