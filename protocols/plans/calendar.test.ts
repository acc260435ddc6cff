import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, minutesIn, plainCalendar, weekdayOf, zonedCalendar } from './calendar.js';

const stockholm = zonedCalendar();
const day = (date: string) => Date.parse(`${date}T00:00:00Z`) / DAY_MS;

describe('the local calendar', () => {
  it('ends the day at local midnight, in winter and in summer', () => {
    expect(stockholm.dayOf(Date.parse('2025-01-10T22:59:59Z'))).toBe(day('2025-01-10'));
    expect(stockholm.dayOf(Date.parse('2025-01-10T23:00:00Z'))).toBe(day('2025-01-11'));
    expect(stockholm.dayOf(Date.parse('2025-07-10T21:59:59Z'))).toBe(day('2025-07-10'));
    expect(stockholm.dayOf(Date.parse('2025-07-10T22:00:00Z'))).toBe(day('2025-07-11'));
  });

  it('gives the spring night 23 hours', () => {
    const spring = day('2025-03-30');
    expect(stockholm.instant(spring + 1, 0) - stockholm.instant(spring, 0)).toBe(23 * 3_600_000);
    expect(stockholm.instant(spring, minutesIn('03:00'))).toBe(Date.parse('2025-03-30T01:00:00Z'));
  });

  it('takes a skipped wall time as that long after midnight', () => {
    const spring = day('2025-03-30');
    expect(stockholm.instant(spring, minutesIn('02:30'))).toBe(Date.parse('2025-03-30T01:30:00Z'));
  });

  it('gives the autumn night 25 hours, and takes the first of a repeated wall time', () => {
    const autumn = day('2025-10-26');
    expect(stockholm.instant(autumn + 1, 0) - stockholm.instant(autumn, 0)).toBe(25 * 3_600_000);
    expect(stockholm.instant(autumn, minutesIn('02:30'))).toBe(Date.parse('2025-10-26T00:30:00Z'));
    expect(stockholm.dayOf(Date.parse('2025-10-26T01:30:00Z'))).toBe(autumn);
    expect(stockholm.minuteOf(Date.parse('2025-10-26T01:30:00Z'))).toBe(minutesIn('02:30'));
  });

  it('leads from a wall time back to itself wherever it exists', () => {
    fc.assert(
      fc.property(fc.integer({ min: 18_262, max: 22_280 }), fc.nat(1439), (someDay, minute) => {
        const instant = stockholm.instant(someDay, minute);
        const skipped = stockholm.minuteOf(instant) === minute + 60;
        expect(stockholm.dayOf(instant)).toBe(someDay);
        if (!skipped) expect(stockholm.minuteOf(instant)).toBe(minute);
        expect(stockholm.instant(someDay, stockholm.minuteOf(instant))).toBeLessThanOrEqual(
          instant,
        );
      }),
    );
  });

  it('agrees with the platform on the date of any instant', () => {
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Stockholm' });
    const instants = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2030, 0, 1) });
    fc.assert(
      fc.property(instants, (instant) => {
        expect(stockholm.dayOf(instant)).toBe(day(format.format(instant)));
      }),
    );
  });

  it('numbers weekdays from Monday', () => {
    expect(weekdayOf(day('2025-03-03'))).toBe(1);
    expect(weekdayOf(day('2025-03-09'))).toBe(7);
    expect(weekdayOf(-4)).toBe(7);
  });

  it('has plain days of 24 hours, before day 0 too', () => {
    expect(plainCalendar.dayOf(plainCalendar.instant(-2, 75))).toBe(-2);
    expect(plainCalendar.minuteOf(plainCalendar.instant(-2, 75))).toBe(75);
  });
});
