import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { staffedHoursSchema } from '@hemma/protocols/api/units.js';
import type { StaffedHours } from '@hemma/protocols/api/units.js';
import {
  dueAt,
  isStaffed,
  MAX_CLOSED_DAYS,
  nextStaffed,
  whoLooks,
  workingMinutesBetween,
} from './coverage.js';

const office = [
  { from: '08:00', to: '12:00' },
  { from: '13:00', to: '16:30' },
];
const hours = (more: object = {}): StaffedHours =>
  staffedHoursSchema.parse({ week: [office, office, office, office, office, [], []], ...more });
/** An instant of the local clock, with its offset from UTC in hours. */
const at = (local: string, offset: number): number => Date.parse(`${local}:00+0${offset}:00`);
const winter = (local: string): number => at(local, 1);
const summer = (local: string): number => at(local, 2);
const none = hours({ week: [[], [], [], [], [], [], []] });

describe('staffed time', () => {
  it('is within the stretches of a day, the end excluded', () => {
    expect(isStaffed(hours(), winter('2026-02-02T08:00'))).toBe(true);
    expect(isStaffed(hours(), winter('2026-02-02T12:00'))).toBe(false);
    expect(isStaffed(hours(), winter('2026-02-02T16:29'))).toBe(true);
    expect(isStaffed(hours(), winter('2026-02-02T16:30'))).toBe(false);
    expect(isStaffed(hours(), winter('2026-02-01T10:00'))).toBe(false);
  });

  it.each([
    ['Midsummer Eve, a Friday', summer('2026-06-19T10:00'), summer('2026-06-22T08:00')],
    ['Christmas to New Year', winter('2026-12-24T09:00'), winter('2026-12-28T08:00')],
    ['New Year’s Eve', winter('2026-12-31T09:00'), winter('2027-01-04T08:00')],
    ['Good Friday', summer('2026-04-03T09:00'), summer('2026-04-07T08:00')],
    ['Ascension Day, a Thursday', summer('2026-05-14T09:00'), summer('2026-05-15T08:00')],
    ['the leap day', winter('2028-02-29T07:00'), winter('2028-02-29T08:00')],
  ])('begins again after %s', (_, asked, next) => {
    expect(nextStaffed(hours(), asked)).toBe(next);
  });

  it('leaves All Saints’ Day out, for a unit that is open on Saturdays', () => {
    const saturdays = hours({ week: [office, office, office, office, office, office, []] });
    expect(isStaffed(saturdays, winter('2026-10-31T10:00'))).toBe(false);
    expect(isStaffed(saturdays, winter('2026-11-07T10:00'))).toBe(true);
  });

  it('holds the hours of the wall clock when clocks change', () => {
    const nights = [{ from: '00:00', to: '06:00' }];
    const always = hours({ week: Array.from({ length: 7 }, () => nights) });
    const forward = [winter('2026-03-29T00:00'), summer('2026-03-29T06:00')] as const;
    const back = [summer('2026-10-25T00:00'), winter('2026-10-25T06:00')] as const;
    expect(workingMinutesBetween(always, ...forward)).toBe(5 * 60);
    expect(workingMinutesBetween(always, ...back)).toBe(7 * 60);
  });

  it('loses a stretch that the clocks leap over', () => {
    const leapt = [{ from: '02:00', to: '03:00' }];
    const only = hours({ week: Array.from({ length: 7 }, () => leapt) });
    const next = nextStaffed(only, winter('2026-03-29T01:30'));
    expect(next).not.toBeNull();
    expect(isStaffed(only, next!)).toBe(true);
  });

  it('is never more than the time that passes, whatever the hours and the night', () => {
    const quarter = fc.integer({ min: 0, max: 24 }).map((it) => it * 15);
    const wall = (it: number) =>
      `${String(Math.floor(it / 60)).padStart(2, '0')}:${String(it % 60).padStart(2, '0')}`;
    const stretches = fc
      .uniqueArray(quarter, { minLength: 2, maxLength: 6 })
      .map((list) => list.toSorted((a, b) => a - b))
      .map((list) =>
        list.flatMap((from, i) => {
          const to = list[i + 1];
          return to === undefined || i % 2 === 1 ? [] : [{ from: wall(from), to: wall(to) }];
        }),
      );
    const nights = fc.constantFrom(winter('2026-03-29T00:00'), summer('2026-10-25T00:00'));
    const minutes = fc.integer({ min: 0, max: 7 * 60 });
    fc.assert(
      fc.property(stretches, nights, minutes, minutes, (day, night, a, b) => {
        const some = hours({ week: Array.from({ length: 7 }, () => day) });
        const from = night + Math.min(a, b) * 60_000;
        const worked = workingMinutesBetween(some, from, night + Math.max(a, b) * 60_000);
        let counted = 0;
        for (let i = 0; i < Math.abs(a - b); i += 1)
          if (isStaffed(some, from + i * 60_000)) counted += 1;
        expect(worked).toBe(counted);
      }),
    );
  });

  it('reaches over midnight in two stretches', () => {
    const evening = [
      { from: '00:00', to: '06:00' },
      { from: '22:00', to: '24:00' },
    ];
    const night = hours({ week: Array.from({ length: 7 }, () => evening) });
    expect(isStaffed(night, winter('2026-02-02T23:59') + 59_999)).toBe(true);
    expect(isStaffed(night, winter('2026-02-03T00:00'))).toBe(true);
    const whole = [winter('2026-02-02T12:00'), winter('2026-02-03T12:00')] as const;
    expect(workingMinutesBetween(night, ...whole)).toBe(8 * 60);
  });

  it('counts once what a stretch that the clocks leap over reaches into', () => {
    const twice = [
      { from: '01:00', to: '02:30' },
      { from: '03:00', to: '04:00' },
    ];
    const only = hours({ week: Array.from({ length: 7 }, () => twice) });
    const night = [winter('2026-03-29T01:00'), summer('2026-03-29T04:00')] as const;
    expect(workingMinutesBetween(only, ...night)).toBe(2 * 60);
  });

  it('is closed for the days of a closure, and open where it says so', () => {
    const july = hours({
      closures: [{ from: '2026-07-01', to: '2026-07-31' }],
      openings: [{ date: '2026-07-15', hours: [{ from: '10:00', to: '11:00' }] }],
    });
    expect(nextStaffed(july, summer('2026-07-01T09:00'))).toBe(summer('2026-07-15T10:00'));
    expect(nextStaffed(july, summer('2026-07-15T11:00'))).toBe(summer('2026-08-03T08:00'));
  });

  it('is none for a unit that is closed too long', () => {
    expect(nextStaffed(none, 0)).toBeNull();
    expect(dueAt(none, 0, 1)).toBeNull();
    expect(whoLooks(none, 0).at).toBeNull();
    const opensIn = (days: number): StaffedHours => {
      const date = new Date(Date.UTC(2026, 0, 1 + days)).toISOString().slice(0, 10);
      return { ...none, openings: [{ date, hours: office }] };
    };
    const newYear = winter('2026-01-01T12:00');
    expect(nextStaffed(opensIn(MAX_CLOSED_DAYS), newYear)).not.toBeNull();
    expect(nextStaffed(opensIn(MAX_CLOSED_DAYS + 1), newYear)).toBeNull();
  });
});

describe('what is promised', () => {
  it.each([
    ['in the day', winter('2026-02-02T10:00'), 1, winter('2026-02-03T16:30')],
    ['in the night', winter('2026-02-03T03:00'), 1, winter('2026-02-03T16:30')],
    ['in the evening', winter('2026-02-02T20:00'), 1, winter('2026-02-03T16:30')],
    ['on a Friday', winter('2026-02-06T10:00'), 1, winter('2026-02-09T16:30')],
    ['before Midsummer', summer('2026-06-18T15:00'), 1, summer('2026-06-22T16:30')],
    ['before Midsummer, in three days', summer('2026-06-18T15:00'), 3, summer('2026-06-24T16:30')],
    ['over the change to summer time', winter('2026-03-27T15:00'), 1, summer('2026-03-30T16:30')],
    ['over the change to winter time', summer('2026-10-23T15:00'), 1, winter('2026-10-26T16:30')],
  ])('%s is due at the end of a staffed day', (_, opened, days, due) => {
    expect(dueAt(hours(), opened, days)).toBe(due);
  });

  it('is due after it was opened, in order, and never outside a staffed day', () => {
    const instants = fc.integer({
      min: winter('2024-01-01T00:00'),
      max: summer('2034-07-01T00:00'),
    });
    fc.assert(
      fc.property(instants, fc.integer({ min: 1, max: 10 }), (opened, days) => {
        const due = dueAt(hours(), opened, days)!;
        expect(due).toBeGreaterThan(opened);
        expect(isStaffed(hours(), due - 1)).toBe(true);
        expect(dueAt(hours(), opened + 1, days)!).toBeGreaterThanOrEqual(due);
        expect(dueAt(hours(), opened, days + 1)!).toBeGreaterThan(due);
        expect(workingMinutesBetween(hours(), opened, due)).toBeGreaterThanOrEqual(days * 450);
      }),
    );
  });

  it('says when somebody looks', () => {
    const text = (asked: number) => whoLooks(hours(), asked).text;
    expect(text(winter('2026-02-02T10:00')).sv).toBe('Mottagningen är bemannad nu.');
    expect(text(winter('2026-02-02T07:00')).sv).toContain('i dag efter klockan 08:00');
    expect(text(winter('2026-02-02T17:00')).en).toContain('tomorrow after 08:00');
    expect(text(summer('2026-06-19T10:00'))).toEqual({
      sv: 'Någon tittar på dina värden måndag 22 juni efter klockan 08:00.',
      en: 'Somebody looks at your values on Monday 22 June after 08:00.',
    });
  });
});

describe('the form of hours', () => {
  const week = Array.from({ length: 7 }, () => office);
  it.each([
    ['six days', { week: week.slice(1) }],
    [
      'a stretch that ends before it begins',
      { week: [[{ from: '16:00', to: '08:00' }]].concat(week.slice(1)) },
    ],
    [
      'stretches that overlap',
      { week: [[...office, { from: '16:00', to: '17:00' }]].concat(week.slice(1)) },
    ],
    ['a day that does not exist', { week, closures: [{ from: '2026-02-30', to: '2026-03-01' }] }],
    [
      'a day that opens twice',
      { week, openings: Array(2).fill({ date: '2026-02-01', hours: [] }) },
    ],
    ['a day of 25 hours', { week: [[{ from: '16:00', to: '25:00' }]].concat(week.slice(1)) }],
    ['a closure backwards', { week, closures: [{ from: '2026-02-02', to: '2026-02-01' }] }],
  ])('is refused for %s', (_, value) => {
    expect(staffedHoursSchema.safeParse(value).success).toBe(false);
  });
});
