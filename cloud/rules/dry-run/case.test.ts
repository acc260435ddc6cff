import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadContent } from '../../plans/content.js';
import { answerCase } from './answer.js';
import { parseCase } from './case.js';

const content = loadContent(fileURLToPath(new URL('../../content', import.meta.url)));

const answer = (plan: string, rule: string, kind: string, more: object) =>
  answerCase(parseCase({ id: 'c', plan, rule, kind, input: [], ...more }, content), content);
const saturation = (...input: readonly object[]) =>
  answer('copd', 'copd-spo2-red', 'reading', { input });
const hypo = (...input: readonly object[]) =>
  answer('type2-diabetes', 'dm-hypo2', 'reading', { input });

describe('the times of a case', () => {
  it('may come in any order', () => {
    expect(saturation({ t: '08:06', value: 85 }, { t: '08:00', value: 86 })).toEqual([
      { t: '08:00', event: 'confirming' },
      { t: '08:06', event: 'active-red' },
    ]);
  });

  it('go on over midnight', () => {
    expect(saturation({ t: '23:58', value: 86 }, { t: '00:04', value: 85 })).toEqual([
      { t: '23:58', event: 'confirming' },
      { t: '00:04', event: 'active-red' },
    ]);
    expect(saturation({ day: 1, t: '23:50', value: 86 })).toEqual([
      { day: 1, t: '23:50', event: 'confirming' },
      { day: 2, t: '00:20', event: 'active-yellow' },
    ]);
  });

  it('may be dates, local or with an offset, and are answered alike', () => {
    expect(saturation({ t: '2025-03-30T01:50', value: 86 })).toEqual([
      { t: '2025-03-30T01:50', event: 'confirming' },
      { t: '2025-03-30T03:20', event: 'active-yellow' },
    ]);
    expect(saturation({ t: '2025-03-30T00:50:00Z', value: 86 })).toEqual([
      { t: '2025-03-30T00:50:00Z', event: 'confirming' },
      { t: '2025-03-30T01:20:00Z', event: 'active-yellow' },
    ]);
    expect(saturation({ t: '2025-10-26T02:50+02:00', value: 86 })).toEqual([
      { t: '2025-10-26T02:50+02:00', event: 'confirming' },
      { t: '2025-10-26T03:20+02:00', event: 'active-yellow' },
    ]);
  });

  it.each<[string, object, string]>([
    ['a wall time', { t: '08:00', receivedAt: '09:01' }, 'active-yellow'],
    ['a wall time of the next day', { t: '23:30', receivedAt: '00:45' }, 'active-yellow'],
    ['a day and a wall time', { day: 1, t: '08:00', receivedAt: '2 08:00' }, 'active-yellow'],
    ['a day', { day: 1, receivedAt: 2 }, 'active-yellow'],
    ['both by name', { day: 1, t: '08:00', receivedAt: { day: 3, t: '07:00' } }, 'active-yellow'],
    ['a date', { t: '2025-03-01T08:00', receivedAt: '2025-03-01T09:30' }, 'active-yellow'],
    ['a wall time within the hour', { t: '08:00', receivedAt: '09:00' }, 'confirming'],
  ])('know late arrival by %s', (_, times, event) => {
    const [first] = saturation({ ...times, value: 86 }) as readonly { event: string }[];
    expect(first?.event).toBe(event);
  });

  it('are late from 24 hours on, to the minute', () => {
    const severity = (receivedAt: string) => hypo({ t: '08:00', receivedAt, value: 2.5 });
    expect(severity('32:00')).toEqual([{ t: '08:00', event: 'active-red' }]);
    expect(severity('32:01')).toEqual([{ t: '08:00', event: 'active-yellow' }]);
  });
});

describe('the repeat of a confirmation', () => {
  const second = (t: string, value: number) =>
    (saturation({ t: '08:00', value: 86 }, { t, value }) as readonly { event: string }[])[1];

  it.each([
    ['08:04', 95, '08:30', 'active-yellow'],
    ['08:05', 95, '08:05', 'not-confirmed-info'],
    ['08:05', 80, '08:05', 'active-red'],
    ['08:30', 87, '08:30', 'active-red'],
    ['08:31', 80, '08:30', 'active-yellow'],
  ])('at %s with %i gives at %s: %s', (t, value, at, event) => {
    expect(second(t, value)).toEqual({ t: at, event });
  });
});

describe('what a case may tell', () => {
  it('is the interval of the schedule, or the phase', () => {
    const input = [
      { day: 1, dailyValue: 104 },
      { day: 10, dailyValue: 105 },
    ];
    const fast = (more: object) =>
      answer('heart-failure', 'hf-hr-high', 'daily', { input, ...more });
    expect(fast({})).toEqual([{ day: 10, event: 'active-yellow' }]);
    expect(fast({ phase: 'stable' })).toEqual([{ day: 10, event: 'active-yellow' }]);
    expect(fast({ phase: 'start' })).toEqual([]);
    expect(fast({ intervalDays: 1 })).toEqual([]);
  });

  it('is a day without a value', () => {
    const input = [97, null, 99].map((dailyValue, day) => ({ day, dailyValue }));
    expect(answer('heart-failure', 'hf-sbp-low', 'daily', { input })).toEqual([
      { day: 2, event: 'active-yellow' },
    ]);
  });

  it('is a value that replaces the one of the same day', () => {
    const input = [
      { day: 1, dailyValue: 97 },
      { day: 1, dailyValue: 99 },
    ];
    expect(answer('heart-failure', 'hf-sbp-low', 'daily', { input })).toEqual([]);
  });

  it('is readings by name, of which daily and derived values are made', () => {
    const input = [82, 82.1, 81.95].map((body_weight, day) => ({ day, t: '07:00', body_weight }));
    const more = { input, parameters: { targetWeight: 80 } };
    expect(answer('heart-failure', 'hf-w-above-target', 'reading', more)).toEqual([
      { day: 2, t: '07:00', event: 'active-yellow' },
    ]);
    const blows = [
      { t: '08:00', pef: 198 },
      { t: '08:06', pef: 197 },
    ];
    const pef = { input: blows, parameters: { pefBest: 400 } };
    expect(answer('copd', 'copd-pef-red', 'reading', pef)).toEqual([
      { t: '08:06', event: 'confirming' },
      { t: '08:36', event: 'active-yellow' },
    ]);
  });

  it('is answers by name, and a response that is not finished', () => {
    const answered = (...input: readonly object[]) =>
      answer('mental-health-icbt', 'mh-item9', 'reading', { input });
    expect(answered({ 'phq9-9': 1 })).toEqual([
      { event: 'safety-page-self-harm' },
      { event: 'active-red' },
    ]);
    const items = [null, 0, 0, 0, 0, 0, 0, 0, 2];
    expect(answered({ questionnaire: 'phq-9', items })).toEqual([
      { event: 'safety-page-self-harm' },
    ]);
  });

  it('is what staff did', () => {
    const input = [
      { day: 1, t: '08:00', value: 2.5 },
      { day: 1, t: '09:00', staff: 'opens' },
      { day: 1, t: '10:00', staff: 'closes' },
      { day: 2, t: '08:00', value: 2.5 },
    ];
    expect(hypo(...input)).toEqual([
      { day: 1, t: '08:00', event: 'active-red' },
      { day: 1, t: '09:00', event: 'acknowledged' },
      { day: 1, t: '10:00', event: 'cleared' },
      { day: 2, t: '08:00', event: 'active-red' },
    ]);
  });
});

describe('a series', () => {
  const pressure = (systolic: number, diastolic = 80, more = {}) => ({
    ...{ systolic, diastolic, pulse: 70 },
    ...more,
  });
  const windows = (days: readonly number[], readings: readonly object[]) =>
    days.flatMap((day) => ['morning', 'evening'].map((window) => ({ day, window, readings })));
  const series = (rule: string, input: readonly object[], parameters = {}) =>
    answer('hypertension', rule, 'series', { input, parameters });

  it('keeps its figures when it is insufficient, and its rule is not evaluated', () => {
    expect(series('ht-mean-above', windows([1, 2], [pressure(150), pressure(141)]))).toEqual({
      ...{ readingsKept: 4, daysKept: 1, status: 'insufficient' },
      ...{ meanSystolic: 145.5, meanDiastolic: 80, meanPulse: 70 },
      morning: { n: 2, systolic: 145.5, diastolic: 80 },
      evening: { n: 2, systolic: 145.5, diastolic: 80 },
      ...{ sdSystolic: 5.1962, shown: '146/80', 'ht-mean-above': 'not evaluated' },
    });
  });

  it('has no figures without readings', () => {
    expect(series('ht-low', [])).toMatchObject({
      ...{ readingsKept: 0, meanSystolic: null, shown: null, 'ht-low': 'not evaluated' },
      morning: { n: 0, systolic: null, diastolic: null },
    });
  });

  it('is extended when days are missing, and says "normal" when nothing is wrong', () => {
    expect(
      series('ht-mean-above', windows([1, 2, 3, 9], [pressure(120), pressure(121)])),
    ).toMatchObject({
      ...{ readingsKept: 12, daysKept: 3, status: 'complete', 'ht-mean-above': 'normal' },
    });
  });

  it('follows its parameters: four days, three readings of which the first is dropped', () => {
    const input = windows([1, 2, 3, 4], [pressure(190), pressure(130), pressure(134)]);
    const parameters = { seriesDays: 4, readingsPerWindow: 3 };
    expect(series('ht-mean-above', input, parameters)).toMatchObject({
      ...{ readingsKept: 12, meanSystolic: 132, shown: '132/80' },
    });
    expect(
      series('ht-mean-above', input, { ...parameters, discardFirstOfThree: false }),
    ).toMatchObject({ readingsKept: 18, shown: '151/80', 'ht-mean-above': 'active-yellow' });
  });

  it('sees triples where most windows hold three, and no triple in one reading too many', () => {
    const triple = [pressure(190), pressure(130), pressure(134)];
    const [first, ...others] = windows([1, 2, 3, 4], triple);
    const sparse = [{ ...first, readings: [] }, ...others];
    expect(series('ht-mean-above', sparse)).toMatchObject({ readingsKept: 12, shown: '132/80' });
    const pair = windows([5, 6, 7], [pressure(130), pressure(134)]);
    const mixed = [...windows([1, 2], triple), ...pair];
    expect(series('ht-mean-above', mixed)).toMatchObject({ readingsKept: 16, shown: '139/80' });
    const asked = { readingsPerWindow: 2 };
    expect(series('ht-mean-above', sparse, asked)).toMatchObject({ shown: '160/80' });
  });

  it('takes a reading of a glucose profile for that of its own window, where windows overlap', () => {
    const profile = ['before-breakfast', 'after-lunch', 'bedtime'].map((window) => ({
      ...{ day: 1, window, readings: [{ glucose: 5.5 }] },
    }));
    expect(answer('type2-diabetes', 'dm-hypo2', 'series', { input: profile })).toMatchObject({
      ...{ 'before-breakfast': { n: 1 }, 'after-breakfast': { n: 0 }, 'before-lunch': { n: 0 } },
      ...{ 'after-lunch': { n: 1 }, 'after-dinner': { n: 0 }, bedtime: { n: 1 } },
    });
  });

  it('counts irregular pulses', () => {
    const input = windows([1, 2, 3, 4], [pressure(120), pressure(120)]);
    const irregular = {
      day: 5,
      window: 'morning',
      readings: [pressure(120, 80, { irregular: true })],
    };
    const three = [5, 6, 7].map((day) => ({ ...irregular, day }));
    expect(series('ht-irregular', [...input, irregular])).toMatchObject({
      'ht-irregular': 'normal',
    });
    expect(series('ht-irregular', [...input, ...three])).toMatchObject({
      'ht-irregular': 'active-yellow',
    });
  });
});

describe('what is no case', () => {
  it.each<[string, object, string]>([
    ['an unknown key', { input: [{ day: 1, dailyvalue: 3 }] }, 'input[0].dailyvalue: is no metric'],
    [
      'a name of the language',
      { input: [{ constructor: 3 }] },
      'input[0].constructor: is no metric',
    ],
    ['a value in words', { input: [{ day: 1, dailyValue: '3' }] }, 'input[0].dailyValue'],
    ['no time', { input: [{ t: "8 o'clock", value: 3 }] }, 'input[0].t: is no time'],
    ['a time that does not exist', { input: [{ t: '2025-13-01T08:00', value: 3 }] }, 'input[0].t'],
    ['a day that no calendar has', { input: [{ day: 1e6, value: 3 }] }, 'input[0].day'],
    ['received before it was', { input: [{ day: 2, value: 3, receivedAt: 1 }] }, 'receivedAt'],
    ['no answer', { input: [{ 'copd-cough': 7 }] }, '7 is no answer'],
    ['too many answers', { input: [{ questionnaire: 'mmrc', items: [1, 1] }] }, 'has too many'],
    ['no questionnaire', { input: [{ questionnaire: 'x', items: [1] }] }, 'is no questionnaire'],
    ['no date', { input: [{ t: '2026-02-30T08:00', value: 3 }] }, 'input[0].t: is no time'],
    ['a year of no calendar', { input: [{ t: '0001-01-01T08:00', value: 3 }] }, 'input[0].t'],
    ['no offset', { input: [{ t: '2026-01-01T08:00+99:00', value: 3 }] }, 'input[0].t'],
    ['words as a parameter', { parameters: { spo2Yellow: 'low' } }, 'spo2Yellow: is no value in %'],
    ['no phase', { phase: 'begin' }, 'phase: copd has no phase begin'],
    ['a baseline of nothing', { baseline: { spo: 96 } }, 'baseline.spo: is no metric'],
    ['no parameter', { parameters: { spo2red: 80 } }, 'parameters.spo2red: is no parameter'],
    ['no kind', { kind: 'monthly' }, 'kind'],
    ['no input', { input: {} }, 'input'],
  ])('is refused for %s', (_, more, message) => {
    expect(() => answer('copd', 'copd-spo2-yellow', 'daily', more)).toThrow(message);
  });

  it('is told ten times at most', () => {
    const input = Array.from({ length: 12 }, () => ({ day: 'x' }));
    expect(() => answer('copd', 'copd-spo2-yellow', 'daily', { input })).toThrow(/; and 2 more$/);
  });
});
