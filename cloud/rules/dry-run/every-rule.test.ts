import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadContent } from '../../plans/content.js';
import { answerCase } from './answer.js';
import { parseCase } from './case.js';

/** One case at least for every rule of every plan, worked out by hand from the plans' README. */
const content = loadContent(fileURLToPath(new URL('../../content', import.meta.url)));

type Value = number | Record<string, unknown>;
type Day = readonly [day: number, value: Value];

const days = (...list: readonly Day[]) =>
  list.map(([day, it]) => (typeof it === 'number' ? { day, dailyValue: it } : { day, ...it }));
const readings = (...list: readonly (readonly [t: string, value: Value])[]) =>
  list.map(([t, it]) => (typeof it === 'number' ? { t, value: it } : { t, ...it }));
const answers = (questionnaire: string, ...list: readonly (readonly [number, number[]])[]) =>
  list.map(([day, items]) => ({ day, questionnaire, items }));
const onDays = (...list: readonly (readonly [number, string])[]) =>
  list.map(([day, event]) => ({ day, event }));
const at = (...list: readonly (readonly [string, string])[]) =>
  list.map(([t, event]) => ({ t, event }));

interface Case {
  readonly plan: string;
  readonly rule: string;
  readonly kind: 'daily' | 'reading';
  readonly input: readonly object[];
  readonly expected: readonly object[];
  readonly baseline?: number;
}

const heartFailure: readonly Omit<Case, 'plan'>[] = [
  {
    rule: 'hf-w-gain3d',
    kind: 'daily',
    input: days([1, 80.3], [2, 82.2], [5, 82.3]),
    expected: [],
  },
  {
    rule: 'hf-w-gain8d',
    kind: 'daily',
    input: days([1, 80], [9, 82.5], [10, 81.5], [11, 81.4]),
    expected: onDays([9, 'active-yellow'], [11, 'cleared']),
  },
  {
    rule: 'hf-w-above-target',
    kind: 'daily',
    input: days([1, 2], [4, 2.1], [7, 2.2]),
    expected: onDays([7, 'active-yellow']),
  },
  {
    rule: 'hf-w-loss',
    kind: 'daily',
    input: days([1, 82.1], [4, 80.1], [5, 81.0], [6, 81.1]),
    expected: onDays([4, 'active-yellow'], [6, 'cleared']),
  },
  {
    rule: 'hf-w-gain-symptom',
    kind: 'daily',
    input: [
      ...days([1, 80], [3, 82]),
      ...answers('hemma-hf-check', [6, [1, 0, 0, 0, 0, 0, 0, 0]], [7, [2, 0, 0, 0, 0, 0, 0, 0]]),
    ],
    expected: onDays([6, 'active-red']),
  },
  {
    rule: 'hf-sbp-low',
    kind: 'daily',
    input: days([1, 99], [2, 100], [3, 99], [4, 98], [5, 104], [6, 105], [7, 105]),
    expected: onDays([4, 'active-yellow'], [7, 'cleared']),
  },
  {
    rule: 'hf-sbp-verylow',
    kind: 'reading',
    input: readings(['07:00', 89], ['07:05', 90]),
    expected: at(['07:00', 'confirming'], ['07:05', 'not-confirmed-info']),
  },
  {
    rule: 'hf-sbp-high',
    kind: 'reading',
    input: readings(
      ['07:00', { systolic: 150, diastolic: 110 }],
      ['07:10', { systolic: 180, diastolic: 95 }],
    ),
    expected: at(['07:00', 'confirming'], ['07:10', 'active-red']),
  },
  {
    rule: 'hf-hr-high',
    kind: 'daily',
    input: days([1, 101], [2, 101], [3, 96], [4, 95], [5, 95]),
    expected: onDays([2, 'active-yellow'], [5, 'cleared']),
  },
  {
    rule: 'hf-hr-veryhigh',
    kind: 'reading',
    input: readings(['07:00', 121]),
    expected: at(['07:00', 'confirming'], ['07:30', 'active-yellow']),
  },
  {
    rule: 'hf-hr-low',
    kind: 'daily',
    input: days([1, 49], [2, 50], [3, 49], [4, 48], [5, 54], [6, 53], [7, 54], [8, 54]),
    expected: onDays([4, 'active-yellow'], [8, 'cleared']),
  },
  {
    rule: 'hf-hr-verylow',
    kind: 'reading',
    input: readings(['07:00', 39], ['07:06', 38]),
    expected: at(['07:00', 'confirming'], ['07:06', 'active-red']),
  },
  { rule: 'hf-spo2', kind: 'reading', input: readings(['07:00', 90]), expected: [] },
  {
    rule: 'hf-symptom',
    kind: 'reading',
    input: answers(
      'hemma-hf-check',
      [1, [0, 0, 0, 0, 0, 1, 0, 0]],
      [2, [0, 0, 0, 0, 0, 2, 0, 0]],
      [3, [0, 0, 2, 0, 0, 1, 0, 0]],
    ),
    expected: onDays([2, 'active-yellow'], [3, 'cleared']),
  },
  {
    rule: 'hf-symptom-red',
    kind: 'reading',
    input: answers('hemma-hf-check', [1, [0, 1, 0, 0, 0, 0, 1, 1]], [2, [0, 0, 0, 0, 0, 0, 0, 0]]),
    expected: onDays([1, 'safety-page-acute-112'], [1, 'active-red']),
  },
];

const hypertension: readonly Omit<Case, 'plan'>[] = [
  {
    rule: 'ht-mean-above',
    kind: 'daily',
    input: days(
      [8, { seriesMeanSys: 134, seriesMeanDia: 85 }],
      [98, { seriesMeanSys: 131, seriesMeanDia: 83 }],
      [188, { seriesMeanSys: 131, seriesMeanDia: 82 }],
    ),
    expected: onDays([8, 'active-yellow'], [188, 'cleared']),
  },
  {
    rule: 'ht-mean-high',
    kind: 'daily',
    input: days([8, { seriesMeanDia: 100 }], [98, { seriesMeanDia: 80 }]),
    expected: onDays([8, 'active-red']),
  },
  {
    rule: 'ht-single-crisis',
    kind: 'reading',
    input: readings(['07:00', 180], ['07:04', 150], ['07:05', 179]),
    expected: at(['07:00', 'confirming'], ['07:05', 'not-confirmed-info']),
  },
  {
    rule: 'ht-low',
    kind: 'daily',
    input: days([8, 109], [98, 114], [188, 115]),
    expected: onDays([8, 'active-yellow'], [188, 'cleared']),
  },
  {
    rule: 'ht-very-low',
    kind: 'reading',
    input: readings(['07:00', 89], ['07:20', 70]),
    expected: at(['07:00', 'confirming'], ['07:20', 'active-red']),
  },
  {
    rule: 'ht-irregular',
    kind: 'daily',
    input: days([8, 2], [98, 3], [188, 0]),
    expected: onDays([98, 'active-yellow']),
  },
  {
    rule: 'ht-pulse',
    kind: 'daily',
    input: days([8, 100], [98, 101], [188, 95]),
    expected: onDays([98, 'active-yellow'], [188, 'cleared']),
  },
];

const copd: readonly Omit<Case, 'plan'>[] = [
  {
    rule: 'copd-spo2-yellow',
    kind: 'daily',
    input: days([1, 89], [2, 88], [3, 90], [4, 91], [5, 91]),
    expected: onDays([2, 'active-yellow'], [5, 'cleared']),
  },
  {
    rule: 'copd-spo2-yellow',
    kind: 'daily',
    baseline: 96,
    input: days([15, 93], [16, 93], [17, 94], [18, 95], [19, 95]),
    expected: onDays([16, 'active-yellow'], [19, 'cleared']),
  },
  {
    rule: 'copd-spo2-red',
    kind: 'reading',
    input: readings(['08:00', 87.4], ['08:06', 87.5]),
    expected: at(['08:00', 'confirming'], ['08:06', 'not-confirmed-info']),
  },
  {
    rule: 'copd-symptom-yellow',
    kind: 'reading',
    input: answers(
      'hemma-copd-check',
      [1, [1, 1, 0, 2, 0, 0, 0, 0]],
      [2, [1, 0, 2, 0, 0, 0, 0, 0]],
      [3, [0, 0, 0, 1, 0, 0, 0, 0]],
      [4, [0, 0, 0, 0, 0, 0, 0, 0]],
    ),
    expected: onDays([2, 'active-yellow'], [4, 'cleared']),
  },
  {
    rule: 'copd-symptom-red',
    kind: 'reading',
    input: answers(
      'hemma-copd-check',
      [1, [2, 0, 0, 0, 0, 0, 0, 0]],
      [2, [1, 0, 0, 0, 1, 0, 0, 0]],
    ),
    expected: onDays([2, 'active-red']),
  },
  {
    rule: 'copd-pef-yellow',
    kind: 'daily',
    input: days([1, 79], [4, 80], [8, 79], [11, 79]),
    expected: onDays([11, 'active-yellow']),
  },
  {
    rule: 'copd-pef-red',
    kind: 'reading',
    input: readings(['08:00', 49.4], ['08:05', 49.5]),
    expected: at(['08:00', 'confirming'], ['08:05', 'not-confirmed-info']),
  },
  {
    rule: 'copd-pulse',
    kind: 'daily',
    input: days([1, 111], [3, 112], [5, 101], [8, 100], [10, 100]),
    expected: onDays([3, 'active-yellow'], [10, 'cleared']),
  },
  {
    rule: 'copd-mmrc',
    kind: 'reading',
    baseline: 1,
    input: answers('mmrc', [28, [2]], [56, [1]], [57, [3]]),
    expected: onDays([28, 'active-yellow'], [56, 'cleared'], [57, 'active-yellow']),
  },
  {
    rule: 'copd-cat',
    kind: 'reading',
    baseline: 10,
    input: days([28, { score: 12 }], [40, { score: 11 }], [50, { score: 12 }], [68, { score: 12 }]),
    expected: onDays([28, 'active-yellow'], [40, 'cleared'], [68, 'active-yellow']),
  },
  {
    rule: 'copd-reliever',
    kind: 'reading',
    input: days(
      ...[1, 3, 5].map((day): Day => [day, { 'copd-reliever': 1 }]),
      ...[7, 9].map((day): Day => [day, { 'copd-reliever': 0 }]),
    ),
    expected: onDays([5, 'active-yellow'], [9, 'cleared']),
  },
];

const diabetes: readonly Omit<Case, 'plan'>[] = [
  { rule: 'dm-hypo2', kind: 'reading', input: readings(['08:00', 3.0]), expected: [] },
  {
    rule: 'dm-hypo2',
    kind: 'reading',
    input: readings(['08:00', 2.94], ['08:15', 5]),
    expected: at(['08:00', 'active-red']),
  },
  {
    rule: 'dm-hypo1',
    kind: 'reading',
    input: days([1, { value: 3.8 }], [15, { value: 3.8 }], [16, { value: 3.7 }]),
    expected: onDays([16, 'active-yellow'], [30, 'cleared']),
  },
  {
    rule: 'dm-premeal-high',
    kind: 'reading',
    input: days(
      [1, { value: 9, context: 'fasting' }],
      [5, { value: 6, context: 'preprandial' }],
      [6, { value: 20, context: 'postprandial' }],
    ),
    expected: onDays([1, 'active-yellow'], [15, 'cleared']),
  },
  {
    rule: 'dm-post-high',
    kind: 'daily',
    input: days([1, 10.04], [2, 10.05], [3, 9.6], [4, 9.5]),
    expected: onDays([2, 'active-yellow'], [4, 'cleared']),
  },
  {
    rule: 'dm-high-single',
    kind: 'reading',
    input: days([1, { value: 15.1 }], [2, { value: 15 }], [2, { value: 16 }], [3, { value: 17 }]),
    expected: onDays([3, 'active-yellow'], [6, 'cleared']),
  },
  {
    rule: 'dm-very-high',
    kind: 'reading',
    input: readings(['08:00', 25], ['08:14', 10], ['08:15', 26]),
    expected: at(['08:00', 'confirming'], ['08:15', 'active-red']),
  },
  {
    rule: 'dm-hba1c',
    kind: 'reading',
    input: days([1, { value: 53 }], [50, { value: 52 }], [80, { value: 60 }], [91, { value: 61 }]),
    expected: onDays([1, 'active-info'], [50, 'cleared'], [91, 'active-info']),
  },
  {
    rule: 'dm-hba1c-high',
    kind: 'reading',
    input: days([1, { value: 69 }], [91, { value: 70 }], [181, { value: 50 }]),
    expected: onDays([91, 'active-yellow']),
  },
  {
    rule: 'dm-sick',
    kind: 'reading',
    input: answers('hemma-diabetes-check', [1, [0, 0, 0, 1, 1]]),
    expected: onDays([1, 'safety-page-acute-112'], [1, 'active-red']),
  },
  {
    rule: 'dm-feet',
    kind: 'reading',
    input: answers('hemma-diabetes-check', [1, [0, 0, 1, 1, 0]], [15, [0, 0, 2, 1, 0]]),
    expected: onDays([15, 'active-yellow']),
  },
];

const mentalHealth: readonly Omit<Case, 'plan'>[] = [
  {
    rule: 'mh-item9',
    kind: 'reading',
    input: answers('phq-9', [1, [0, 0, 0, 0, 0, 0, 0, 0, 3]], [8, [0, 0, 0, 0, 0, 0, 0, 0, 1]]),
    expected: onDays([1, 'safety-page-self-harm'], [1, 'active-red'], [8, 'safety-page-self-harm']),
  },
  {
    rule: 'mh-phq-high',
    kind: 'reading',
    input: answers('phq-9', [1, [3, 3, 3, 3, 3, 3, 1, 0, 0]], [8, [3, 3, 3, 3, 3, 3, 2, 0, 0]]),
    expected: onDays([8, 'active-red']),
  },
  {
    rule: 'mh-phq-worse',
    kind: 'reading',
    input: answers(
      'phq-9',
      [0, [1, 1, 1, 1, 1, 0, 0, 0, 0]],
      [7, [2, 2, 2, 2, 2, 0, 0, 0, 0]],
      [14, [2, 2, 2, 2, 1, 0, 0, 0, 0]],
      [21, [2, 2, 2, 2, 0, 0, 0, 0, 0]],
    ),
    expected: onDays([7, 'active-yellow'], [21, 'cleared']),
  },
  {
    rule: 'mh-gad-worse',
    kind: 'reading',
    baseline: 6,
    input: days([7, { value: 9 }], [14, { value: 10 }], [21, { value: 9 }], [28, { value: 8 }]),
    expected: onDays([14, 'active-yellow'], [28, 'cleared']),
  },
  {
    rule: 'mh-no-progress',
    kind: 'reading',
    input: days([1, { done: 'module' }], [12, { done: 'module' }]),
    expected: onDays([8, 'active-info'], [12, 'cleared'], [19, 'active-info']),
  },
];

const osteoarthritis: readonly Omit<Case, 'plan'>[] = [
  {
    rule: 'oa-pain-up',
    kind: 'reading',
    input: days([0, { value: 4 }], [7, { value: 6 }], [14, { value: 6 }], [21, { value: 5 }]),
    expected: onDays([14, 'active-yellow'], [21, 'cleared']),
  },
  {
    rule: 'oa-pain-exercise',
    kind: 'reading',
    input: answers(
      'hemma-oa-check',
      [0, [3, 2, 6, 0, 0]],
      [7, [3, 2, 6, 0, 0]],
      [14, [3, 2, 4, 0, 0]],
      [21, [3, 2, 5, 0, 0]],
      [28, [3, 2, 4, 0, 0]],
      [35, [3, 2, 4, 0, 0]],
    ),
    expected: onDays([7, 'active-yellow'], [35, 'cleared']),
  },
  {
    rule: 'oa-pain-24h',
    kind: 'reading',
    input: answers(
      'hemma-oa-check',
      [0, [3, 2, 6, 2, 0]],
      [7, [3, 2, 6, 2, 0]],
      [14, [3, 2, 4, 1, 0]],
    ),
    expected: onDays([7, 'active-yellow'], [14, 'cleared']),
  },
  {
    rule: 'oa-redflag',
    kind: 'reading',
    input: answers('hemma-oa-check', [0, [3, 2, 6, 2, 1]]),
    expected: onDays([0, 'active-red']),
  },
  {
    rule: 'oa-inactive',
    kind: 'reading',
    input: days([3, { activity_minutes: 30 }], [20, { activity_minutes: 20 }]),
    expected: onDays([17, 'active-info'], [20, 'cleared'], [34, 'active-info']),
  },
];

const neurorehab: readonly Omit<Case, 'plan'>[] = [
  {
    rule: 'nr-overload',
    kind: 'daily',
    input: days([7, -3], [8, -3], [14, -2.5], [15, -2], [16, -1]),
    expected: onDays([14, 'active-yellow'], [16, 'cleared']),
  },
  {
    rule: 'nr-below-plan',
    kind: 'daily',
    input: days([7, 2], [13, 2], [14, 2], [15, 3]),
    expected: onDays([14, 'active-info'], [15, 'cleared']),
  },
  {
    rule: 'nr-nocontact',
    kind: 'daily',
    input: days([2, { contact: 'message' }], [20, { contact: 'call' }]),
    expected: onDays([16, 'active-info'], [20, 'cleared'], [34, 'active-info']),
  },
];

const cases: readonly Case[] = Object.entries({
  'heart-failure': heartFailure,
  hypertension,
  copd,
  'type2-diabetes': diabetes,
  'mental-health-icbt': mentalHealth,
  osteoarthritis,
  'neurorehab-health-plan': neurorehab,
}).flatMap(([plan, list]) => list.map((it) => ({ plan, ...it })));

describe('every rule of every plan', () => {
  it.each(cases)('$rule', (it) => {
    const { expected, ...given } = it;
    expect(answerCase(parseCase({ id: it.rule, ...given }, content), content)).toEqual(expected);
  });

  it('has a case', () => {
    const tried = new Set(cases.map((it) => it.rule));
    const rules = [...content.plans.values()].flatMap((plan) => plan.rules.map((it) => it.id));
    expect(rules.filter((it) => !tried.has(it))).toEqual([]);
  });
});
