import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { Window } from '@hemma/protocols/plans/schedule.js';
import { contentDir } from '../folders.js';
import {
  DAY_MS,
  dayOfDate,
  MINUTE_MS,
  minutesIn,
  zonedCalendar,
} from '@hemma/protocols/plans/calendar.js';
import { loadContent } from '../plans/content.js';
import { courseOf } from '../plans/course.js';
import { emptyRecord } from '../plans/record.js';
import { remindersOn } from './due.js';
import type { OwnTime, ReminderFacts, ReminderRules } from './due.js';

const content = loadContent(contentDir());
const calendar = zonedCalendar();
const today = dayOfDate('2026-03-10');
const copd = content.plans.get('copd')!;

type Reminding = Partial<Pick<ReminderRules, 'repeatMinutes' | 'maxPerWindow' | 'quietHours'>>;

/** A plan with one task a day, in these windows. */
function planOf(windows: readonly Partial<Window>[], rules: Reminding = {}): Plan {
  const [task] = copd.tasks;
  const [window] = task!.schedule.windows;
  const schedule = {
    ...task!.schedule,
    frequency: { type: 'daily' as const },
    windows: windows.map((it, i) => ({ ...window!, id: `w${i}`, ...it })),
  };
  const reminder = { ...task!.reminder!, ...rules };
  return { ...copd, tasks: [{ ...task!, id: 'task', schedule, reminder }], questionnaires: [] };
}

const day: Partial<Window> = { from: '06:00', to: '23:00', target: '18:00' };
const quiet = { from: '21:30', to: '07:00' };

function facts(plan: Plan, more: Partial<ReminderFacts> = {}): ReminderFacts {
  const startDay = today - 30;
  return {
    course: courseOf({ plan, content, calendar, parameters: {}, startDay }),
    ...{ record: emptyRecord, pauses: [], own: new Map(), startedAt: 0 },
    now: calendar.instant(today, 0),
    ...more,
  };
}
const own = (time: string | null, isOff = false, item = 'task/w0') =>
  new Map<string, OwnTime>([[item, { time, isOff }]]);
/** Wall times, each with its day where it is not the first. */
const times = (of: ReminderFacts, fromDay = today, toDay = fromDay): readonly string[] =>
  remindersOn(of, fromDay, toDay).map((at) => {
    const wall = new Date(at).toLocaleTimeString('sv-SE', {
      ...{ hour: '2-digit', minute: '2-digit', timeZone: 'Europe/Stockholm' },
    });
    const after = calendar.dayOf(at) - fromDay;
    return after === 0 ? wall : `${wall}+${after}`;
  });

describe('reminders', () => {
  it('come first at the target, then again, and the first counts', () => {
    const plan = planOf([day], { repeatMinutes: 60, maxPerWindow: 3 });
    expect(times(facts(plan))).toEqual(['18:00', '19:00', '20:00']);
    expect(times(facts(planOf([day], { maxPerWindow: 1 })))).toEqual(['18:00']);
  });

  it('are for the forms of the patient, never for those that staff fill in', () => {
    const asked = (id: string): Plan['questionnaires'][number] => ({
      ...copd.questionnaires[0]!,
      ...{ id, licensed: false, enabledByDefault: true, when: { type: 'daily' }, phases: ['all'] },
    });
    const forms = (id: string) => ({ ...planOf([]), questionnaires: [asked(id)] });
    expect(times(facts(forms('hemma-patient-experience')))).not.toEqual([]);
    expect(times(facts(forms('hemma-therapist-experience')))).toEqual([]);
  });

  it('come at the own time instead, on each day', () => {
    const of = facts(planOf([day], { maxPerWindow: 1 }), { own: own('07:15') });
    expect(times(of, today, today + 2)).toEqual(['07:15', '07:15+1', '07:15+2']);
    expect(times(facts(planOf([day]), { own: own('07:15', true) }))).toEqual([]);
    expect(times(facts(planOf([day]), { own: own(null) }))).toEqual(['18:00', '20:00']);
  });

  it('end with their window', () => {
    const plan = planOf([{ from: '06:00', to: '10:00', target: '08:00' }], { repeatMinutes: 60 });
    const many = planOf([{ from: '06:00', to: '10:00', target: '08:00' }], {
      ...{ repeatMinutes: 60, maxPerWindow: 9 },
    });
    expect(times(facts(plan))).toEqual(['08:00', '09:00']);
    expect(times(facts(many))).toEqual(['08:00', '09:00', '10:00']);
    // Whoever measures later by choice is reminded then, and once.
    expect(times(facts(many, { own: own('12:00') }))).toEqual(['12:00']);
  });

  it('are not sent in quiet hours, from their first minute until their last', () => {
    const at = (target: string) => facts(planOf([{ ...day, target }], { maxPerWindow: 1 }));
    expect(times(at('21:29'))).toEqual(['21:29']);
    expect(times(at('21:30'))).toEqual([]);
    expect(times(at('06:59'))).toEqual([]);
    expect(times(at('07:00'))).toEqual(['07:00']);
    const noon = { from: '12:00', to: '13:00' };
    const plan = planOf([{ ...day, target: '11:30' }], { repeatMinutes: 45, quietHours: noon });
    expect(times(facts(plan))).toEqual(['11:30']);
  });

  it('are sent there when the patient placed them there; the repeats are not', () => {
    const plan = planOf([day], { repeatMinutes: 30, maxPerWindow: 4, quietHours: quiet });
    expect(times(facts(plan, { own: own('22:00') }))).toEqual(['22:00']);
    expect(times(facts(plan, { own: own('06:00') }))).toEqual(['06:00', '07:00', '07:30']);
  });

  it('end as soon as it is done, whichever way', () => {
    const at = calendar.instant(today, minutesIn('08:00'));
    const entry = { id: 'x', at, receivedAt: at };
    const reading = { ...entry, flags: [], context: {}, deviceKind: 'x', values: { spo2: 95 } };
    const measured = { ...emptyRecord, readings: [reading] };
    const done = { ...entry, task: 'task', step: null, activity: null, minutes: null };
    const logged = { ...emptyRecord, completions: [done] };
    const now = at + MINUTE_MS;
    for (const record of [measured, logged]) {
      expect(times(facts(planOf([day]), { record, now }))).toEqual([]);
      const tomorrow = times(facts(planOf([day]), { record, now }), today, today + 1);
      expect(tomorrow).toEqual(['18:00+1', '20:00+1']);
    }
  });

  it('of one window go on when only the other is done', () => {
    const evening = { from: '17:00', to: '21:00', target: '17:30' };
    const plan = planOf([{ from: '06:00', to: '10:00', target: '07:30' }, evening]);
    const at = calendar.instant(today, minutesIn('08:00'));
    const of = { task: 'task', step: null, activity: null, minutes: null };
    const record = { ...emptyRecord, completions: [{ ...of, id: 'x', at, receivedAt: at }] };
    expect(times(facts(plan, { record, now: at }))).toEqual(['17:30', '19:30']);
  });

  it('rest during a pause and a stay in hospital, and before the plan begins', () => {
    const pauses = [{ fromDay: today, toDay: today }];
    expect(times(facts(planOf([day]), { pauses }), today, today + 1)).toEqual([
      '18:00+1',
      '20:00+1',
    ]);
    const startedAt = calendar.instant(today, minutesIn('19:00'));
    expect(times(facts(planOf([day]), { startedAt }))).toEqual(['20:00']);
  });

  it('of many tasks at the same minute are one', () => {
    const plan = planOf([day]);
    const [task] = plan.tasks;
    const tasks = Array.from({ length: 20 }, (_, i) => ({ ...task!, id: `task${i}` }));
    expect(times(facts({ ...plan, tasks }))).toEqual(['18:00', '20:00']);
  });

  it.each([
    ['forward', '2026-03-29', 23],
    ['back', '2026-10-25', 25],
  ])('come exactly once in the night in which clocks go %s', (_, date, hours) => {
    const night = dayOfDate(date);
    const plan = planOf([{ from: '00:00', to: '23:59' }], { maxPerWindow: 1 });
    for (const time of ['01:59', '02:00', '02:30', '03:00']) {
      const at = { own: own(time), now: calendar.instant(night, 0) };
      const of = facts(plan, at);
      const found = remindersOn(of, night, night);
      expect(found, time).toHaveLength(1);
      const week = remindersOn(of, night, night + 2);
      expect(week).toHaveLength(3);
    }
    const length = calendar.instant(night + 1, 0) - calendar.instant(night, 0);
    expect(length).toBe(hours * 60 * MINUTE_MS);
  });

  it('of a skipped time and of the one that takes its place are one', () => {
    const night = dayOfDate('2026-03-29');
    const both = new Map([...own('02:30'), ...own('03:30', false, 'task/w1')]);
    const plan = planOf([day, day], { maxPerWindow: 1 });
    const now = calendar.instant(night, 0);
    expect(remindersOn(facts(plan, { own: both, now }), night, night)).toHaveLength(1);
  });

  it('of a questionnaire come on its day until it is answered, licensed ones never', () => {
    const plan = content.plans.get('mental-health-icbt')!;
    const monday = dayOfDate('2026-03-09');
    const now = calendar.instant(monday, 0);
    const start = { startDay: monday - 30, phaseMoves: [] };
    const course = courseOf({
      plan: { ...plan, tasks: [] },
      content,
      calendar,
      parameters: {},
      ...start,
    });
    expect(times(facts(plan, { course, now }), monday)).toEqual(['18:00', '20:00']);
    const of = (questionnaire: string) => ({
      ...{ id: questionnaire, at: now, receivedAt: now, questionnaire },
      ...{ answers: {}, complete: true },
    });
    const some = { ...emptyRecord, responses: [of('phq-9')] };
    expect(times(facts(plan, { course, now, record: some }), monday)).toHaveLength(2);
    const all = { ...emptyRecord, responses: [of('phq-9'), of('gad-7')] };
    expect(times(facts(plan, { course, now, record: all }), monday)).toEqual([]);
  });

  it.each([...content.plans.values()].map((it) => [it.id, it] as const))(
    'of %s are never too many, nor in its quiet hours, whatever is set',
    (_, plan) => {
      const time = fc.integer({ min: 0, max: 1_439 });
      fc.assert(
        fc.property(time, fc.boolean(), fc.integer({ min: 0, max: 365 }), (minute, isOwn, day) => {
          const wall = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
          const all = new Map(
            plan.tasks.flatMap((task) =>
              task.schedule.windows.map(
                ({ id }) => [`${task.id}/${id}`, { time: wall, isOff: false }] as const,
              ),
            ),
          );
          const now = calendar.instant(today + day, 0);
          const of = facts(plan, { now, own: isOwn ? all : new Map() });
          const found = remindersOn(of, today + day, today + day);
          expect(new Set(found).size).toBe(found.length);
          expect(found).toEqual(found.toSorted((a, b) => a - b));
          for (const at of found) {
            expect((at / MINUTE_MS) % 1).toBe(0);
            expect(at - now).toBeLessThan(DAY_MS + 60 * MINUTE_MS);
            const wallMinute = calendar.minuteOf(at);
            const isQuiet = wallMinute >= minutesIn('21:30') || wallMinute < minutesIn('07:00');
            const isChosen = isOwn && at === calendar.instant(today + day, minute);
            expect(!isQuiet || isChosen).toBe(true);
          }
        }),
        { numRuns: 30 },
      );
    },
  );
});
