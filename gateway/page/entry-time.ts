import { CodedError } from '@hemma/protocols/errors.js';
import type { LocalDateTime } from '@hemma/protocols/reading.js';
import type { ScheduleTask } from '@hemma/protocols/wire/schedule.js';
import { localTimeOf, momentsOf } from '../local-time.js';

/** When something that is typed in was measured: chosen by taps, since no browser's own field is plain. */

/** Clocks of a phone and of the gateway may differ by this much. */
const aheadMs = 120_000;
const dayMs = 86_400_000;
/** Days that are offered; nobody remembers the hour of a value from further back. */
const maxDaysBack = 7;

/** The local days that an entry may belong to, `YYYY-MM-DD`, today first. */
export function daysOffered(
  { backfillDays }: Pick<ScheduleTask, 'backfillDays'>,
  { nowMs, timeZone }: Now,
): readonly string[] {
  const noon = Date.parse(`${localTimeOf(nowMs, timeZone).slice(0, 10)}T12:00:00Z`);
  const count = Math.min(backfillDays, maxDaysBack) + 1;
  return Array.from({ length: count }, (_, back) =>
    localTimeOf(noon - back * dayMs, 'UTC').slice(0, 10),
  );
}

export interface Now {
  readonly nowMs: number;
  readonly timeZone: string;
}

/**
 * The local time that was chosen: nothing is now, else a day that is offered with hour and minute.
 * Throws {@link CodedError} `entry_time`.
 */
export function timeChosen(
  said: Readonly<Record<string, string>>,
  task: Pick<ScheduleTask, 'backfillDays'>,
  now: Now,
): LocalDateTime {
  const { nowMs, timeZone } = now;
  const { when = '', hour = '', minute = '' } = said;
  if (when === '') return localTimeOf(nowMs, timeZone);
  const local = `${when}T${hour}:${minute}:00`;
  if (!daysOffered(task, now).includes(when) || !/T\d\d:\d\d:00$/.test(local))
    throw new CodedError('entry_time');
  const at = momentsOf(local, timeZone).at(-1);
  if (at === undefined || at > nowMs + aheadMs) throw new CodedError('entry_time');
  return at > nowMs ? localTimeOf(nowMs, timeZone) : local;
}
