import { describe, expect, it } from 'vitest';
import { dayOfDate, zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import type { Schedule } from '@hemma/protocols/wire/schedule.js';
import { aSchedule } from '../../tooling/testkit/patient-page.js';
import type { TakenReading } from '../taken.js';
import { agendaOf, itemsOf, remindersOf } from './agenda.js';

/** What a home says by itself, at moments where clocks and calendars are treacherous. */

const calendar = zonedCalendar('Europe/Stockholm');
/** A local time, e.g. `2026-03-29 07:30`. */
const at = (time: string): number => {
  const [date = '', clock = ''] = time.split(' ');
  return calendar.instant(dayOfDate(date), Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3)));
};
const weighed = (time: string, seq = 1): TakenReading => ({
  ...{
    seq,
    id: `${seq}`.padStart(64, '0'),
    patient: 'p-00000001',
    kind: 'body_weight',
    at: at(time),
    takenAt: at(time),
  },
  values: [{ code: 'body_weight', value: 72 }],
  ...{ failed: false, byHand: false },
});
const told = (schedule: Schedule, time: string, taken: readonly TakenReading[] = []) =>
  agendaOf({ schedule, calendar, taken, answered: [], now: at(time) });
const tasks = (schedule: Schedule, time: string, taken: readonly TakenReading[] = []) =>
  told(schedule, time, taken).now.map((it) => it.task.id);

const daily = (start: string) => aSchedule({ plan: 'heart-failure', start: at(`${start} 08:00`) });

describe('the agenda of a home', () => {
  it.each([
    ['the night that is an hour short', '2026-03-28', '2026-03-29', 23],
    ['the night that is an hour long', '2026-10-24', '2026-10-25', 25],
    ['the turn of the year', '2026-12-31', '2027-01-01', 24],
  ])('asks once a day over %s', (_, before, after, hours) => {
    const schedule = daily(before);
    expect(at(`${after} 12:00`) - at(`${before} 12:00`)).toBe(hours * 3_600_000);
    const first = weighed(`${before} 07:00`);
    expect(tasks(schedule, `${before} 07:05`)).toContain('weight-daily');
    expect(tasks(schedule, `${before} 07:05`, [first])).not.toContain('weight-daily');
    expect(tasks(schedule, `${after} 07:05`, [first])).toContain('weight-daily');
    const both = [first, weighed(`${after} 07:00`, 2)];
    expect(tasks(schedule, `${after} 07:05`, both)).not.toContain('weight-daily');
    expect(told(schedule, `${after} 07:05`, both).doneToday.map((it) => it.task)).toContain(
      'weight-daily',
    );
    const [item] = itemsOf(
      { schedule, calendar, taken: [], answered: [], now: at(`${after} 05:00`) },
      [dayOfDate(after), dayOfDate(after)],
    );
    // Reminders keep to the clock on the wall, on such a day too.
    const { target } = item!.task.schedule.windows[0]!;
    expect(remindersOf(item!, calendar)[0]).toBe(at(`${after} ${target}`));
  });

  it('is silent in the middle of a pause, and asks again on the day after it', () => {
    const pauses = [{ fromDay: dayOfDate('2026-01-20'), toDay: dayOfDate('2026-01-22') }];
    const schedule = { ...daily('2026-01-15'), pauses };
    expect(tasks(schedule, '2026-01-19 08:00')).toContain('weight-daily');
    expect(told(schedule, '2026-01-20 00:00')).toMatchObject({
      now: [],
      forms: [],
      isPaused: true,
    });
    expect(told(schedule, '2026-01-22 23:59')).toMatchObject({
      now: [],
      forms: [],
      isPaused: true,
    });
    expect(tasks(schedule, '2026-01-23 08:00')).toContain('weight-daily');
    const open = { ...schedule, pauses: [{ fromDay: dayOfDate('2026-01-20'), toDay: null }] };
    expect(told(open, '2027-01-20 08:00')).toMatchObject({ now: [], next: null, isPaused: true });
  });

  it('goes on beyond the last phase with what belongs to all, and asks nothing before the first day', () => {
    const schedule = daily('2026-01-15');
    const [first, ...rest] = schedule.phases;
    const ended = { ...schedule, phases: [first!, ...rest.map((it) => ({ ...it, toDay: 60 }))] };
    expect(tasks(ended, '2028-01-15 08:00')).toEqual(['weight-daily']);
    expect(told(schedule, '2026-01-14 08:00')).toMatchObject({ now: [], onDemand: [] });
    expect(told(schedule, '2026-01-14 08:00').next?.occasion.day).toBe(dayOfDate('2026-01-15'));
  });

  it('counts one reading for every plan of a person that asks for it', () => {
    const both = [
      daily('2026-01-15'),
      aSchedule({ plan: 'type2-diabetes', start: at('2026-01-12 08:00') }),
    ];
    const asked = both.map((it) => tasks(it, '2026-01-19 08:00'));
    expect(asked[0]).toContain('weight-daily');
    expect(asked[1]).toContain('weight-weekly');
    const done = both.map((it) => tasks(it, '2026-01-19 08:00', [weighed('2026-01-19 07:55')]));
    expect(done[0]).not.toContain('weight-daily');
    expect(done[1]).not.toContain('weight-weekly');
  });

  it.each(['1970-01-01 00:10', '2015-06-01 12:00', '2099-12-31 23:59'])(
    'says of no occasion that it was missed, by whatever clock: %s',
    (now) => {
      const { next, doneToday, ...agenda } = told(daily('2026-01-15'), now, [
        weighed('2026-01-15 07:00'),
      ]);
      const states = [...agenda.now, ...(next === null ? [] : [next])].map(
        (it) => it.occasion.state,
      );
      expect([...states, ...doneToday.map((it) => it.state)]).not.toContain('missed');
    },
  );

  it('offers what may be done at any time, in its phases, in a pause as well', () => {
    const schedule = aSchedule({ plan: 'copd', start: at('2026-01-15 08:00') });
    const pauses = [{ fromDay: dayOfDate('2026-01-20'), toDay: null }];
    const ids = (one: Schedule, time: string) => told(one, time).onDemand.map((it) => it.id);
    expect(ids(schedule, '2026-01-16 08:00')).toEqual(['temperature', 'hemma-copd-check']);
    expect(ids({ ...schedule, pauses }, '2026-02-16 08:00')).toEqual([
      'temperature',
      'hemma-copd-check',
    ]);
    const onDemand = schedule.onDemand.map((it) => ({ ...it, phases: ['start'] }));
    const bounded = { ...schedule, onDemand };
    expect(ids(bounded, '2026-01-16 08:00')).toHaveLength(2);
    expect(ids(bounded, '2027-01-16 08:00')).toEqual([]);
    expect(tasks(schedule, '2026-01-16 08:00')).not.toContain('temperature');
  });
});
