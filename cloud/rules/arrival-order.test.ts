import fc from 'fast-check';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import { loadContent } from '../plans/content.js';
import { courseOf } from '../plans/course.js';
import { type PatientRecord, emptyRecord } from '../plans/record.js';
import { planFindings } from './plan-findings.js';

const content = loadContent(fileURLToPath(new URL('../content', import.meta.url)));
const calendar = zonedCalendar();
/** A month with the night in which clocks go forward. */
const START = Date.UTC(2025, 2, 15) / 86_400_000;
const MONTH = 31;
const HOUR_MS = 3_600_000;

const plans = [...content.plans.values()];
const lists = ['readings', 'responses', 'stated', 'contacts', 'completions', 'staffActs'] as const;

type Tagged = {
  [K in (typeof lists)[number]]: readonly [K, PatientRecord[K][number]];
}[(typeof lists)[number]];

const metrics = ['body_weight', 'systolic_bp', 'diastolic_bp', 'pulse_rate', 'spo2', 'glucose'];
const spans: Readonly<Record<string, readonly [number, number]>> = {
  body_weight: [78, 84],
  systolic_bp: [85, 190],
  diastolic_bp: [55, 115],
  pulse_rate: [38, 125],
  spo2: [84, 97],
  glucose: [2.5, 26],
};

/** What may happen on a day of the month: readings, late ones among them, answers, people. */
const entry = fc
  .record({
    day: fc.nat(MONTH - 1),
    minute: fc.nat(1439),
    lateHours: fc.constantFrom(0, 0, 0, 2, 30),
    list: fc.constantFrom(...lists, 'readings' as const, 'readings' as const),
    metric: fc.constantFrom(...metrics),
    share: fc.integer({ min: 0, max: 100 }),
    answer: fc.nat(2),
  })
  .map((it) => ({ ...it, at: calendar.instant(START + it.day, it.minute) }));
type Happening = typeof entry extends fc.Arbitrary<infer T> ? T : never;

function tagged(happening: Happening, i: number, rules: readonly string[]): Tagged {
  const { at, lateHours, metric, share, answer, list } = happening;
  const base = { id: `e${String(i).padStart(4, '0')}`, at, receivedAt: at + lateHours * HOUR_MS };
  const [low, high] = spans[metric]!;
  const values = { [metric]: low + ((high - low) * share) / 100 };
  const context = { glucose_meal: answer === 0 ? 'fasting' : 'postprandial' };
  const rule = rules[share % rules.length]!;
  switch (list) {
    case 'readings':
      return [list, { ...base, values, flags: [], context, deviceKind: null }];
    case 'responses':
      return [list, { ...base, ...response(answer, share) }];
    case 'stated':
      return [list, { ...base, metric: 'cat_total', value: answer * 4 }];
    case 'completions':
      return [list, { ...base, task: 'module', step: null, activity: null, minutes: null }];
    case 'contacts':
      return [list, base];
    case 'staffActs':
      return [
        list,
        {
          ...base,
          rule,
          act: answer === 0 ? 'closes' : 'opens',
          finding: { raisedAt: at, severity: 'yellow' },
        },
      ];
  }
}

function response(answer: number, share: number) {
  const ids = plans.flatMap((it) => it.questionnaires.map(({ id }) => id));
  const shipped = ids.filter((it) => content.questionnaires.has(it));
  const questionnaire = content.questionnaires.get(shipped[share % shipped.length]!)!;
  const answers = Object.fromEntries(questionnaire.items.map((it) => [it.id, answer]));
  return { questionnaire: questionnaire.id, answers, complete: true };
}

function recordOf(entries: readonly Tagged[]): PatientRecord {
  const of = (list: Tagged[0]) => entries.filter((it) => it[0] === list).map((it) => it[1]);
  // Each list gets the entries that were tagged with its own name.
  return {
    ...emptyRecord,
    ...Object.fromEntries(lists.map((it) => [it, of(it)])),
  };
}

const month = fc.array(entry, { minLength: 120, maxLength: 120 });

describe('a simulated month', () => {
  it.each(plans.map((plan) => [plan.id, plan] as const))(
    'gives %s the same findings, to the byte, in any order of arrival',
    (_, plan) => {
      const course = courseOf({
        ...{ plan, content, calendar, startDay: START },
        parameters: { targetWeight: 80, pefBest: 400, diureticPlan: true },
      });
      const rules = plan.rules.map((it) => it.id);
      const now = calendar.instant(START + MONTH, 0);
      const find = (entries: readonly Tagged[]) =>
        JSON.stringify(planFindings({ course, record: recordOf(entries), now, rules }));
      // One month, then 143 orders of it for each of the seven plans: 1,001 in all.
      const [happenings] = fc.sample(month, { numRuns: 1, seed: 20_250_330 });
      const entries = happenings!.map((it, i) => tagged(it, i, rules));
      const inOrder = find(entries);
      expect(JSON.parse(inOrder)).not.toEqual([]);
      const anyOrder = fc.shuffledSubarray([...entries], { minLength: entries.length });
      fc.assert(
        fc.property(anyOrder, (arrived) => {
          expect(find(arrived)).toBe(inOrder);
        }),
        { numRuns: 143 },
      );
    },
  );
});
