import { CodedError } from '@hemma/protocols/errors.js';
import type { Calendar } from '@hemma/protocols/plans/calendar.js';

/** A clock of another computer may be ahead by so much. */
const aheadMs = 60_000;

interface Bounds {
  readonly now: number;
  readonly calendar: Calendar;
  /** What belongs to an earlier day comes at most so many days after it (monitoring plans §2). */
  readonly backfillDays: number;
  /** Nothing belongs to a day before that on which the episode began. */
  readonly startedAt: number;
}

/**
 * The time that an entry belongs to, told by whoever enters it. Throws {@link CodedError}
 * `time_in_future` or `time_too_far_back`.
 */
export function checkedTime(
  at: number,
  { now, calendar, backfillDays, startedAt }: Bounds,
): number {
  if (at > now + aheadMs) throw new CodedError('time_in_future');
  const earliest = Math.max(calendar.dayOf(now) - backfillDays, calendar.dayOf(startedAt));
  if (at < calendar.instant(earliest, 0))
    throw new CodedError(
      'time_too_far_back',
      `It is more than ${backfillDays} days back, or before the start.`,
    );
  return Math.min(at, now);
}
