import { describe, expect, it } from 'vitest';
import { dayOfDate, zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import { checkedTime } from './own-time.js';

const calendar = zonedCalendar();
const instant = (date: string, minute: number) => calendar.instant(dayOfDate(date), minute);
const startedAt = instant('2026-01-05', 600);

describe('the time that an entry belongs to', () => {
  it.each([
    // Seven days back is a local day, whatever its length.
    ['2026-04-02', '2026-03-26', 'over a day with 23 hours'],
    ['2026-10-29', '2026-10-22', 'over a day with 25 hours'],
    ['2026-04-05', '2026-03-29', 'to a day with 23 hours'],
    ['2026-11-01', '2026-10-25', 'to a day with 25 hours'],
  ])('on %s goes back to the first moment of %s, %s', (today, first) => {
    const bounds = { now: instant(today, 1_439), calendar, backfillDays: 7, startedAt };
    const midnight = instant(first, 0);
    expect(checkedTime(midnight, bounds)).toBe(midnight);
    expect(() => checkedTime(midnight - 1, bounds)).toThrow(/7 days back/);
  });

  it('is in no future but that of a clock which is a minute ahead, and then it is now', () => {
    const now = instant('2026-02-01', 600);
    const bounds = { now, calendar, backfillDays: 0, startedAt };
    expect(checkedTime(now + 60_000, bounds)).toBe(now);
    expect(() => checkedTime(now + 60_001, bounds)).toThrow(/not come yet/);
  });

  it('is on no day before the start, however far back one may fill in', () => {
    const now = instant('2026-01-07', 600);
    const bounds = { now, calendar, backfillDays: 7, startedAt };
    expect(checkedTime(instant('2026-01-05', 0), bounds)).toBe(instant('2026-01-05', 0));
    expect(() => checkedTime(instant('2026-01-04', 1_439), bounds)).toThrow(/before the start/);
  });
});
