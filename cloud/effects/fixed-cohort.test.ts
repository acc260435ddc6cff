import type { Level } from '@hemma/protocols/api/effects.js';
import { describe, expect, it } from 'vitest';
import {
  at,
  effectContent,
  effectLog,
  episode,
  occasion,
  patient,
} from '../../tooling/testkit/effect-log.js';
import type { EffectLog } from './log.js';
import { dayOfDate } from '@hemma/protocols/plans/calendar.js';
import { effectsReport } from './report.js';

/** Five or six patients, worked out with paper and pencil; the comments are the paper. */

const year = { kind: 'full-year', year: 2026 } as const;
const five = [1, 2, 3, 4, 5];

function figureOf(
  id: string,
  facts: Partial<EffectLog>,
  level: Level = { kind: 'group', group: null },
) {
  const { measures } = effectsReport(effectLog(facts), { period: year, level }, effectContent);
  const figure = measures.find((it) => it.id === id)!;
  const parts = Object.fromEntries(figure.details.map((it) => [it.id, it.value]));
  return { ...figure, parts };
}

describe('adherence', () => {
  const states = [
    occasion('e-1', '2026-02-01'),
    occasion('e-1', '2026-02-02', { state: 'backfilled', daysLate: 3 }),
    // Later than the task allows.
    occasion('e-1', '2026-02-03', { state: 'backfilled', daysLate: 4 }),
    occasion('e-1', '2026-02-04', { state: 'done-late' }),
    // One of two readings.
    occasion('e-1', '2026-02-05', { required: 2 }),
    occasion('e-1', '2026-02-06', { state: 'missed', readings: 0 }),
    ...(['paused', 'open', 'upcoming'] as const).map((state) =>
      occasion('e-1', '2026-02-07', { state, readings: 0 }),
    ),
    // Not of the year.
    occasion('e-1', '2025-12-31'),
    occasion('e-1', '2027-01-01'),
  ];

  it('is 2 of 6 where 2 were kept, and 3 of 6 if the whole day counts', () => {
    const level = { kind: 'patient', patient: patient(1) } as const;
    const found = figureOf(
      'adherence-measurements',
      { episodes: [episode(1)], occasions: states },
      level,
    );
    expect(found).toMatchObject({ value: 33.3, n: 1, target: { met: false } });
    expect(found.parts).toEqual({ due: 6, kept: 2, 'same-day': 1, 'with-same-day': 50 });
  });

  it.each([
    // 9 of 10 is 90 %, which is enough; the next smaller share of 1,000 is not.
    [10, 9, true],
    [1_000, 899, false],
  ])('of %i with %i kept meets 90 %%: %s', (due, kept, met) => {
    const occasions = Array.from({ length: due }, (_, i) =>
      occasion(`e-${1 + (i % 5)}`, '2026-03-01', {
        task: `t-${i}`,
        ...(i >= kept && { state: 'missed', readings: 0 }),
      }),
    );
    const episodes = five.map((n) => episode(n));
    expect(figureOf('adherence-measurements', { episodes, occasions }).target.met).toBe(met);
  });
});

describe('completion', () => {
  const ended = (n: number, endReason: 'plan-end' | 'goal-reached' | 'patient-wish') =>
    episode(n, { endedAt: at('2026-06-01'), endReason });

  it('is open while those that run decide, and decided when they cannot', () => {
    // 9 of 10 could still be reached: 8 completed, 1 running, 1 stopped.
    const completed = Array.from({ length: 8 }, (_, i) => ended(i + 1, 'goal-reached'));
    const open = figureOf('completion-rate', {
      episodes: [...completed, episode(9), ended(10, 'patient-wish')],
    });
    expect(open).toMatchObject({ value: 80, n: 10, target: { met: null } });
    const lost = figureOf('completion-rate', {
      episodes: [...completed, ended(9, 'patient-wish'), ended(10, 'patient-wish')],
    });
    expect(lost).toMatchObject({ value: 80, target: { met: false } });
    const reached = figureOf('completion-rate', {
      episodes: [...completed, ended(9, 'plan-end'), ended(10, 'patient-wish')],
    });
    expect(reached).toMatchObject({ value: 90, target: { met: true } });
  });
});

describe('symptoms before and after', () => {
  const scored = (pre: readonly number[], post: readonly number[]): Partial<EffectLog> => ({
    episodes: pre.map((_, i) =>
      episode(i + 1, { endedAt: at('2026-03-12'), endReason: 'plan-end' }),
    ),
    baselines: pre.map((value, i) => ({
      ...{ episode: `e-${i + 1}`, metric: 'gad7_total', value, at: at('2026-01-02') },
    })),
    scores: post.map((value, i) => ({
      ...{ episode: `e-${i + 1}`, metric: 'gad7_total', value, at: at('2026-03-10') },
    })),
  });

  it('has mean, SD, 95 % interval, d_z and the share with reliable change', () => {
    // −8, −6, −4, −2, 0: mean −4, SD √10, −4 ± 2.776 · 3.1623 / √5, d_z −4 / √10; two of five by 6 or more.
    const found = figureOf('symptom-before-after', scored([15, 14, 13, 12, 11], [7, 8, 9, 10, 11]));
    expect(found).toMatchObject({ value: -4, n: 5, target: { text: 'improvement', met: true } });
    expect(found.parts).toMatchObject({
      'gad7_total.before.mean': 13,
      'gad7_total.after.mean': 9,
      'gad7_total.change.mean': -4,
      'gad7_total.change.sd': 3.16,
      'gad7_total.change.low': -7.93,
      'gad7_total.change.high': -0.07,
      'gad7_total.effect': -1.26,
      'gad7_total.reliably-lower': 40,
      'gad7_total.reliably-higher': 0,
    });
  });

  it('leaves out who has no score after, and is hidden with four', () => {
    const found = figureOf('symptom-before-after', scored([15, 14, 13, 12, 11], [7, 8, 9, 10]));
    expect(found).toMatchObject({ state: 'suppressed', value: null, n: null, details: [] });
  });
});

describe('therapist minutes', () => {
  it('is view and telephone by the weeks in plan', () => {
    // Five patients for 14 days: 10 weeks. 5 · (2 min in the view) + 5 · (10 min telephone) = 60.
    const episodes = five.map((n) =>
      episode(n, {
        startedAt: at('2026-03-02'),
        endedAt: at('2026-03-15'),
        endReason: 'plan-end',
      }),
    );
    const heartbeats = five.flatMap((n) =>
      ['10:00', '10:02', '10:06'].map((time) => ({
        ...{ staff: `s-${n}`, patient: patient(n), at: at('2026-03-05', time) },
      })),
    );
    const contacts = five.map((n) => ({
      ...{ episode: `e-${n}`, at: at('2026-03-06'), channel: 'phone' as const, minutes: 10 },
      replacesVisit: n === 1,
    }));
    // Work after the end is not work in plan.
    const late = ['09:00', '09:03'].map((time) => ({
      ...{ staff: 's-1', patient: patient(1), at: at('2026-03-16', time) },
    }));
    const facts = { episodes, contacts, heartbeats: [...heartbeats, ...late] };
    const found = figureOf('therapist-minutes', facts);
    expect(found).toMatchObject({ value: 6, n: 5, target: { text: '15', met: true } });
    expect(found.parts).toEqual({ view: 1, phone: 5, weeks: 10 });
  });
});

describe('inpatient days', () => {
  const days = (mainDiagnosis: string, from: string, to: string | null) => ({
    ...{ patient: patient(1), mainDiagnosis },
    ...{ fromDay: dayOfDate(from), toDay: to === null ? null : dayOfDate(to) },
  });
  const covered = { coversFrom: dayOfDate('2024-01-01'), coversTo: dayOfDate('2026-12-31') };

  it('counts each day once, of the main diagnosis, in the 12 months on both sides', () => {
    const stays = [
      days('I50.9', '2025-03-01', '2025-03-05'), // 4 before
      days('I501', '2025-03-05', '2025-03-07'), // moved to another ward: 2 more
      days('I509', '2025-03-04', '2025-03-06'), // the same days again: none
      days('J189', '2025-04-01', '2025-04-30'), // pneumonia
      days('I500', '2025-12-30', '2026-01-02'), // 2 before, 1 after
      days('I500', '2026-05-01', '2026-05-01'), // 1 after
      days('I500', '2024-06-01', '2024-06-09'), // long ago
    ];
    const episodes = five.map((n) => episode(n));
    const found = figureOf('inpatient-days', { episodes, inpatient: { ...covered, stays } });
    // 2 of 5 years after, 8 of 5 years before.
    expect(found).toMatchObject({ value: 0.4, n: 5, baseline: { value: 1.6 } });
    expect(found.target).toEqual({ text: 'lower than baseline', met: true });
    expect(found.parts).toEqual({ 'days-after': 2, 'days-before': 8, 'years-after': 5 });
  });

  it('takes a year that is not over for the days it had', () => {
    // 73 days of 365 from 20 October on: 0.2 years each, 5 together 1.0; 73 days in hospital.
    const episodes = five.map((n) => episode(n, { startedAt: at('2026-10-20') }));
    const stays = [days('I50', '2026-10-20', null)];
    const found = figureOf('inpatient-days', { episodes, inpatient: { ...covered, stays } });
    expect(found.parts).toMatchObject({ 'days-after': 73, 'years-after': 1 });
    expect(found.value).toBe(73);
  });
});

describe('equity', () => {
  it('hides small bands and says how far the lowest of the others is below the mean', () => {
    const people = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((n) => ({
      ...{ patient: patient(n), birthYear: n <= 3 ? 1990 : 1950, municipality: null },
      sex: n <= 6 ? ('female' as const) : ('male' as const),
    }));
    const episodes = people.map((_, i) => episode(i + 1));
    // Women 6 of 6, men 3 of 6: the mean is 75 %, men are 25 points below.
    const occasions = people.map((_, i) =>
      occasion(`e-${i + 1}`, '2026-04-01', {
        ...(i >= 9 && { state: 'missed', readings: 0 }),
      }),
    );
    const found = figureOf('equity', { episodes, people, occasions });
    expect(found).toMatchObject({ value: 25, target: { met: false } });
    expect(found.parts).toMatchObject({ 'sex.female.adherence': 100, 'sex.male.adherence': 50 });
    // Three of 18–44 would be told by 12 − 9: the only other band is hidden as well.
    const ages = found.details.filter(
      (it) => it.id.startsWith('age.') && it.id.endsWith('started'),
    );
    expect(ages.map((it) => [it.id, it.suppressed])).toEqual([
      ['age.18-44.started', true],
      ['age.75-84.started', true],
    ]);
  });
});

describe('the experience of patients and staff', () => {
  const answers = (by: string, of: number, given: Record<string, number>, form: string) => ({
    ...{ episode: `e-${of}`, questionnaire: form, answers: given, at: at('2026-02-01'), by },
  });

  it('has the mean of the answers and the feeling of safety at its three moments', () => {
    const episodes = five.map((n) =>
      episode(n, { endedAt: at('2026-06-30'), endReason: 'plan-end' }),
    );
    const responses = five.map((n) =>
      answers(
        patient(n),
        n,
        { 'pe-safe': n, 'pe-easy': n, 'pe-login': 3, 'pe-graphs': 3 },
        'hemma-patient-experience',
      ),
    );
    const nrs = (date: string, value: number) =>
      five.map((n) => ({
        ...{ episode: `e-${n}`, metric: 'safety_feeling_nrs', value, at: at(date) },
      }));
    const scores = [...nrs('2026-01-03', 4), ...nrs('2026-01-30', 6), ...nrs('2026-06-29', 8)];
    const found = figureOf('patient-safety-feeling', { episodes, responses, scores });
    // (1 + 1 + 3 + 3) / 4 … (5 + 5 + 3 + 3) / 4: 2, 2.5, 3, 3.5, 4.
    expect(found).toMatchObject({ value: 3, n: 5, target: { met: true } });
    expect(found.parts).toMatchObject({
      'safety.start.mean': 4,
      'safety.week-4.mean': 6,
      'safety.end.mean': 8,
    });
  });

  it('hides what fewer than five members of staff say of however many patients', () => {
    const episodes = five.map((n) => episode(n));
    const given = { 'te-decision': 5, 'te-overview': 4 };
    const by = (staff: (n: number) => string) =>
      five.map((n) => answers(staff(n), n, given, 'hemma-therapist-experience'));
    const oneOnly = figureOf('staff-confidence', { episodes, responses: by(() => 's-1') });
    expect(oneOnly.state).toBe('suppressed');
    const all = figureOf('staff-confidence', { episodes, responses: by((n) => `s-${n}`) });
    expect(all).toMatchObject({ value: 4.5, n: 5 });
  });
});

describe('effort and resources', () => {
  const episodes = five.map((n) => episode(n));

  it('has taps and seconds of returning devices', () => {
    const reports = five.map((n) => ({
      ...{ episode: `e-${n}`, taps: n === 5 ? 9 : 2, returning: true },
      ...{ openedAt: at('2026-02-01'), storedAt: at('2026-02-01') + n * 5_000 },
    }));
    const slow = { ...reports[0]!, taps: 40, returning: false };
    const found = figureOf('reporting-effort', { episodes, reports: [...reports, slow] });
    expect(found).toMatchObject({ value: 15, target: { met: true } });
    expect(found.parts).toEqual({ taps: 2, seconds: 15 });
  });

  it('lists inputs with their costs, and no cost while one is not entered', () => {
    const entered = (kind: 'device' | 'licence', quantity: number, unitCost: number | null) => ({
      ...{ unit: 'heart-clinic', at: at('2026-02-01'), kind, quantity, unitCost },
    });
    const found = figureOf('net-benefit', {
      episodes,
      resources: [entered('device', 3, 0.1), entered('device', 4, 2), entered('licence', 1, null)],
    });
    expect(found).toMatchObject({ state: 'computed', value: null });
    expect(found.parts).toMatchObject({
      ...{ 'entered.device': 7, 'cost.device': 8, 'entered.licence': 1, 'cost.licence': null },
    });
  });
});
