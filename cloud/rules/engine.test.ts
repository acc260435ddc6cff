import type { Rule } from '@hemma/protocols/plans/rule.js';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { minutesIn, zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import { loadContent } from '../plans/content.js';
import { courseOf } from '../plans/course.js';
import { Evidence } from '../plans/evidence.js';
import {
  type PatientReading,
  type PatientRecord,
  type StaffAct,
  emptyRecord,
} from '../plans/record.js';
import { evaluateRule } from './engine.js';
import { findingsOf } from './finding.js';
import { patientTextOf } from './patient-text.js';

const content = loadContent(fileURLToPath(new URL('../content', import.meta.url)));
const calendar = zonedCalendar();
/** 2025-03-29: clocks go forward in the second night of the plan. */
const START = Date.UTC(2025, 2, 29) / 86_400_000;
const at = (day: number, time: string) => calendar.instant(START + day, minutesIn(time));

type Given = readonly [day: number, time: string, value: number, receivedAt?: number];

const readings = (metric: string, ...given: readonly Given[]): PatientReading[] =>
  given.map(([day, time, value, receivedAt], i) => ({
    id: `r${i}`,
    at: at(day, time),
    receivedAt: receivedAt ?? at(day, time),
    values: { [metric]: value },
    flags: [],
    context: {},
    deviceKind: null,
  }));

const act = (
  day: number,
  time: string,
  what: StaffAct['act'],
  finding: StaffAct['finding'] = null,
) => ({
  ...{ id: `staff-${day}-${time}`, at: at(day, time), receivedAt: at(day, time) },
  ...{ rule: '', act: what, finding },
});

interface Scenario {
  readonly plan: string;
  readonly rule: string;
  readonly record: Partial<PatientRecord>;
  readonly now?: number;
  readonly change?: Partial<Rule>;
}

function run({ plan: planId, rule: ruleId, record, now = Infinity, change }: Scenario) {
  const plan = content.plans.get(planId)!;
  const rule = { ...plan.rules.find((it) => it.id === ruleId)!, ...change };
  const course = courseOf({ plan, content, calendar, parameters: {}, startDay: START });
  const staffActs = (record.staffActs ?? []).map((it) => ({ ...it, rule: ruleId }));
  const evidence = new Evidence({ course, now, record: { ...emptyRecord, ...record, staffActs } });
  const events = evaluateRule(rule, evidence);
  return { rule, events, findings: findingsOf(events) };
}

const spo2 = (...given: readonly Given[]) => ({ readings: readings('spo2', ...given) });
const red = { plan: 'copd', rule: 'copd-spo2-red' };
const what = (scenario: Scenario) => run(scenario).events.map((it) => it.what);

describe('the state machine', () => {
  it('waits for the repeat while there is time, and says so no longer than that', () => {
    const record = spo2([0, '08:00', 86]);
    expect(what({ ...red, record, now: at(0, '08:29') })).toEqual(['confirming']);
    expect(what({ ...red, record, now: at(0, '08:30') })).toEqual(['confirming', 'raised']);
  });

  it('counts 30 minutes of time, not of the wall clock, over the spring night', () => {
    const { events } = run({ ...red, record: spo2([1, '01:45', 86]) });
    expect(events.at(-1)).toMatchObject({ what: 'raised', severity: 'yellow', at: at(1, '03:15') });
    expect(events.at(-1)!.at - events[0]!.at).toBe(30 * 60_000);
  });

  it('counts further matches while it is open, and raises nothing anew', () => {
    const record = spo2([0, '08:00', 86], [0, '08:06', 85], [0, '20:00', 84], [2, '08:00', 83]);
    expect(what({ ...red, record })).toEqual(['confirming', 'raised', 'matched', 'matched']);
    expect(run({ ...red, record }).findings).toMatchObject([
      { count: 3, severity: 'red', state: 'active', latest: { metric: 'spo2', value: '83' } },
    ]);
  });

  it('is acknowledged and closed by staff, with a cooldown from the activation', () => {
    const record = {
      ...spo2([0, '08:00', 86], [0, '08:06', 85], [0, '20:00', 84], [1, '08:00', 83]),
      staffActs: [act(0, '10:00', 'opens'), act(0, '12:00', 'closes')],
    };
    expect(what({ ...red, record })).toEqual([
      ...['confirming', 'raised', 'acknowledged', 'cleared', 'suppressed', 'confirming', 'raised'],
    ]);
  });

  it('has a cooldown in hours too', () => {
    const answers = (i: number, time: string) => ({
      ...{ id: `a${i}`, at: at(0, time), receivedAt: at(0, time), questionnaire: 'phq-9' },
      answers: { 'phq9-9': 1 },
      complete: true,
    });
    const record = {
      responses: [answers(0, '08:00'), answers(1, '08:59'), answers(2, '09:00')],
      staffActs: [act(0, '08:30', 'closes')],
    };
    expect(what({ plan: 'mental-health-icbt', rule: 'mh-item9', record })).toEqual([
      ...['raised', 'cleared', 'suppressed', 'raised'],
    ]);
  });

  it('lets staff close only what staff may close', () => {
    const weights = readings('body_weight', [0, '07:00', 80], [1, '07:00', 82]);
    const closed = { readings: weights, staffActs: [act(1, '10:00', 'closes')] };
    const gain = { plan: 'heart-failure', rule: 'hf-w-gain3d', record: closed };
    expect(what(gain)).toEqual(['raised', 'cleared']);
    const low = readings('systolic_bp', [0, '07:00', 90], [1, '07:00', 90]);
    const record = { readings: low, staffActs: [act(1, '10:00', 'closes')] };
    expect(what({ plan: 'heart-failure', rule: 'hf-sbp-low', record })).toEqual(['raised']);
  });

  it('keeps what staff opened when a late value takes its reason away', () => {
    const seen = { raisedAt: at(0, '08:30'), severity: 'yellow' as const };
    const record = {
      ...spo2([0, '08:00', 86], [0, '08:07', 95, at(0, '10:00')]),
      staffActs: [act(0, '09:00', 'opens', seen), act(1, '09:00', 'closes')],
    };
    const { events, findings } = run({ ...red, record });
    expect(events.map((it) => it.what)).toEqual([
      ...['confirming', 'not-confirmed', 'kept', 'acknowledged', 'cleared'],
    ]);
    expect(findings).toMatchObject([
      { state: 'unconfirmed', raisedAt: null, clearedAt: at(0, '08:07') },
      {
        ...{ id: `copd-spo2-red@${seen.raisedAt}`, severity: 'yellow', recalculated: true },
        ...{ state: 'cleared', acknowledgedAt: at(0, '09:00'), latest: null },
      },
    ]);
  });

  it('raises nothing anew when staff look at what the values have cleared', () => {
    const low = [95, 95, 110, 110].map((value, day) => [day, '07:00', value] as const);
    const seen = { raisedAt: at(1, '07:00'), severity: 'yellow' as const };
    const record = {
      readings: readings('systolic_bp', ...low),
      staffActs: [act(5, '09:00', 'opens', seen)],
    };
    const { events } = run({ plan: 'heart-failure', rule: 'hf-sbp-low', record });
    expect(events.map((it) => it.what)).toEqual(['raised', 'cleared']);
  });

  it('holds only one finding for two rows of the same instant', () => {
    const glucose = readings('glucose', [0, '08:00', 2.8], [0, '08:00', 5]);
    const { findings } = run({
      plan: 'type2-diabetes',
      rule: 'dm-hypo2',
      record: { readings: glucose },
    });
    expect(findings).toHaveLength(1);
  });
});

describe('old data (§3.7)', () => {
  const late = (minutes: number) => spo2([0, '08:00', 86, at(0, '08:00') + minutes * 60_000]);

  it('asks for no repeat of a reading that came more than an hour late', () => {
    expect(what({ ...red, record: late(60) })).toEqual(['confirming', 'raised']);
    const { events } = run({ ...red, record: late(61) });
    expect(events).toMatchObject([{ what: 'raised', severity: 'yellow', at: at(0, '08:00') }]);
  });

  it('is never red, and never says "call now", after a day', () => {
    const hypo = (minutes: number) => {
      const receivedAt = at(0, '08:00') + minutes * 60_000;
      const record = { readings: readings('glucose', [0, '08:00', 2.8, receivedAt]) };
      const { rule, events } = run({ plan: 'type2-diabetes', rule: 'dm-hypo2', record });
      const [event] = events;
      return [event!.severity, patientTextOf(rule, event!)!.en];
    };
    expect(hypo(1440)).toEqual(['red', expect.stringContaining('112')]);
    expect(hypo(1441)).toEqual(['yellow', expect.stringMatching(/^A value from 2025-03-29 /)]);
  });

  it('begins anew with what is true now, repeat and all, and holds no cooldown against it', () => {
    const old = at(0, '08:00') + 3 * 86_400_000;
    const record = spo2([0, '08:00', 86, old], [3, '09:00', 85], [3, '09:06', 84]);
    const { findings } = run({ ...red, record });
    expect(findings).toMatchObject([
      { severity: 'yellow', retrospective: true, state: 'cleared', clearedAt: at(3, '09:00') },
      { severity: 'red', retrospective: false, state: 'active', raisedAt: at(3, '09:06') },
    ]);
  });

  it('tells a rule that is true because of late values as late', () => {
    const weights = readings('body_weight', [0, '07:00', 80], [1, '07:00', 82, at(4, '09:00')]);
    const breath = {
      ...{ id: 'a', at: at(2, '08:00'), receivedAt: at(2, '08:00'), complete: true },
      questionnaire: 'hemma-hf-check',
      answers: { 'hf-breath': 1 },
    };
    const record = { readings: weights, responses: [breath] };
    const { findings } = run({ plan: 'heart-failure', rule: 'hf-w-gain-symptom', record });
    expect(findings).toMatchObject([{ severity: 'yellow', retrospective: true, day: START + 2 }]);
  });
});

describe('what the patient is told', () => {
  it('is to repeat while confirming, and never suppressed in a cooldown', () => {
    const record = {
      ...spo2([0, '08:00', 86], [0, '08:06', 85], [0, '20:00', 84]),
      staffActs: [act(0, '12:00', 'closes')],
    };
    const { rule, events } = run({ ...red, record });
    const texts = Object.fromEntries(events.map((it) => [it.what, patientTextOf(rule, it)]));
    expect(texts).toEqual({
      confirming: rule.confirm!.patientText,
      raised: rule.patientMessage,
      cleared: null,
      suppressed: rule.patientMessage,
    });
  });
});

describe('time alone', () => {
  it('clears a count in the night when its window is empty, not before, not after now', () => {
    const glucose = readings('glucose', [0, '08:00', 3.5], [1, '08:00', 3.6], [9, '08:00', 6]);
    const hypo = { plan: 'type2-diabetes', rule: 'dm-hypo1', record: { readings: glucose } };
    expect(what({ ...hypo, now: at(15, '02:59') })).toEqual(['raised']);
    expect(run({ ...hypo, now: at(15, '03:00') }).findings).toMatchObject([
      { state: 'cleared', clearedAt: at(15, '03:00') },
    ]);
  });

  it('raises nothing from old values that are left in a window', () => {
    const meal = (it: PatientReading) => ({ ...it, context: { glucose_meal: 'fasting' } });
    const glucose = readings('glucose', [0, '07:00', 4], [1, '07:00', 9]).map(meal);
    const record = { readings: glucose };
    expect(what({ plan: 'type2-diabetes', rule: 'dm-premeal-high', record })).toEqual([]);
  });

  it('judges a week when its last day is over, and not before two weeks of the plan', () => {
    const record = { readings: [] };
    const { events } = run({ plan: 'osteoarthritis', rule: 'oa-inactive', record });
    expect(events[0]).toMatchObject({ what: 'raised', severity: 'info', day: START + 13 });
    expect(events[0]!.at).toBe(at(14, '00:00') - 1);
  });
});
