import { describe, expect, it } from 'vitest';
import { zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import { maxScheduleOctets, scheduleSchema } from '@hemma/protocols/wire/schedule.js';
import { contentDir } from '../folders.js';
import { loadContent } from '../plans/content.js';
import { courseOf } from '../plans/course.js';
import { compileSchedule } from './compile.js';
import { hoursText } from './hours-text.js';

const content = loadContent(contentDir());
const calendar = zonedCalendar();
const startDay = calendar.dayOf(Date.UTC(2026, 0, 15));

function compiled(id: string, parameters = {}, more = {}) {
  const course = courseOf({
    ...{ plan: content.plans.get(id)!, content, calendar, parameters, startDay },
  });
  return compileSchedule({
    ...{ patient: 'p-00000001', course, record: { seriesStarts: [] }, pauses: [] },
    ...{ hours: null, today: startDay, timeZone: 'Europe/Stockholm', ...more },
  });
}

describe('the schedule of a plan', () => {
  it.each([...content.plans.keys()])('of %s fits its schema and its room twice', (id) => {
    const schedule = compiled(id);
    expect(scheduleSchema.parse(schedule)).toEqual(schedule);
    expect(Buffer.byteLength(JSON.stringify(schedule))).toBeLessThan(maxScheduleOctets / 2);
  });

  it.each([...content.plans.keys()])('of %s tells no limit, rule or diagnosis', (id) => {
    const plan = content.plans.get(id)!;
    const { goals, ...schedule } = compiled(id);
    const text = JSON.stringify(schedule);
    expect(goals.every((it) => it.low !== null || it.high !== null)).toBe(true);
    const items = [...content.questionnaires.values()].flatMap((it) =>
      it.items.map(({ id: item }) => item),
    );
    for (const { id: rule } of plan.rules.filter((it) => !items.includes(it.id)))
      expect(text.includes(`"${rule}"`), rule).toBe(false);
    expect(text.includes('FromParameter')).toBe(false);
    for (const code of plan.condition.icd10se) expect(text.includes(`"${code}"`), code).toBe(false);
    for (const { id: form } of plan.questionnaires.filter((it) => it.licensed))
      expect(text.includes(`"${form}"`), form).toBe(false);
  });

  it('has the same revision as long as nothing changes, and another with a goal or a pause', () => {
    const { revision } = compiled('hypertension');
    expect(compiled('hypertension').revision).toBe(revision);
    const others = [
      compiled('hypertension', { sbpTarget: 120 }),
      compiled('hypertension', {}, { pauses: [{ fromDay: startDay, toDay: Infinity }] }),
    ];
    expect(new Set([revision, ...others.map((it) => it.revision)]).size).toBe(3);
    expect(others[1]!.pauses).toEqual([{ fromDay: startDay, toDay: null }]);
  });

  it('guides through two readings with rest and wait, in both languages', () => {
    const [task] = compiled('hypertension').tasks;
    expect(task).toMatchObject({
      ...{ id: 'bp-series', kinds: ['blood_pressure'], byHand: true },
      quantities: ['systolic_bp', 'diastolic_bp'],
    });
    expect([task!.restMinutes, task!.minutesBetween, task!.readings]).toEqual([5, 1, 2]);
  });
});

describe('what may be done at any time', () => {
  it('is named with its titles and what to measure or answer, and no rule that suggests it', () => {
    const { onDemand, tasks, questionnaires } = compiled('copd');
    expect(onDemand).toEqual([
      {
        ...{ id: 'temperature', kinds: ['body_temperature'], quantities: ['body_temperature'] },
        title: { sv: 'Temperatur vid försämring', en: 'Temperature when worse' },
        instructions: { sv: 'Mät om du mår sämre.', en: 'Measure if you feel worse.' },
        ...{ phases: ['all'], byHand: true, form: null },
      },
      expect.objectContaining({ id: 'hemma-copd-check', form: 'hemma-copd-check', kinds: [] }),
    ]);
    for (const { id, form } of onDemand)
      expect([...tasks, ...questionnaires.map((it) => it.form)].some((it) => it.id === id)).toBe(
        form === null || questionnaires.some((it) => it.form.id === form),
      );
  });

  it('is the form of an activity where a plan has one, and nothing where all has its time', () => {
    expect(compiled('neurorehab-health-plan').onDemand.map((it) => it.form)).toEqual([
      'hemma-activity-log',
    ]);
    expect(compiled('hypertension').onDemand).toEqual([]);
  });

  it('is none in a schedule of an older cloud', () => {
    const { onDemand, ...older } = compiled('copd');
    expect(onDemand).toHaveLength(2);
    expect(scheduleSchema.parse(older).onDemand).toEqual([]);
  });
});

describe('who looks, in words that hold for weeks', () => {
  const stretch = [{ from: '08:00', to: '16:00' }];

  it('names days with the same hours once', () => {
    const week = [stretch, stretch, stretch, stretch, [{ from: '08:00', to: '12:00' }], [], []];
    expect(hoursText({ week, closures: [], openings: [] }).sv).toBe(
      'Mottagningen tittar på dina värden måndag–torsdag 08:00–16:00, fredag 08:00–12:00. ' +
        'Den är stängd på helgdagar.',
    );
  });

  it('says so when nobody does', () => {
    expect(hoursText(null).en).toBe('No clinic looks at your values.');
    const week = [[], [], [], [], [], [], []];
    expect(hoursText({ week, closures: [], openings: [] })).toEqual(hoursText(null));
  });
});
