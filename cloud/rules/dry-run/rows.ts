import { leavesOf } from '@hemma/protocols/plans/condition.js';
import type { Rule } from '@hemma/protocols/plans/rule.js';
import { MINUTE_MS, minutesIn } from '@hemma/protocols/plans/calendar.js';
import type { Content } from '../../plans/content.js';
import { derivedMetrics } from '../../plans/derived.js';
import { isMetric } from '../../plans/metrics.js';
import type { PatientRecord, StatedValue } from '../../plans/record.js';
import { type Answered, answeredItems, questionnaireWith } from './answers.js';
import { type DryRunCase, type Row, type SeriesReadingRow, namedIn, refuse } from './case.js';
import type { Times } from './stamps.js';

/** What the readings of a case call the members of a blood pressure. */
export const shortNames: ReadonlyMap<string, string> = new Map([
  ['systolic', 'systolic_bp'],
  ['diastolic', 'diastolic_bp'],
  ['pulse', 'pulse_rate'],
]);

interface RowPlace extends Times {
  readonly id: string;
  readonly path: string;
}

interface Named {
  readonly name: string;
  readonly value: number;
}

/** The rows of a case as the record of a patient. Throws `case_malformed`. */
export function recordOf(
  kase: DryRunCase,
  content: Content,
  times: readonly Times[],
): PatientRecord {
  const places = kase.input.map((row, i) => ({
    row,
    place: {
      ...(times[i] ?? { at: 0, receivedAt: 0 }),
      id: `row-${String(i).padStart(6, '0')}`,
      path: `input[${i}]`,
    },
  }));
  const rows = places.map((it) => new RowReader(it.row, it.place, kase, content));
  return {
    readings: rows.flatMap((it) => [...it.readings(), ...it.seriesReadings()]),
    responses: rows.flatMap((it) => it.responses()),
    stated: rows.flatMap((it) => it.stated()),
    contacts: rows.flatMap((it) => it.contacts()),
    completions: rows.flatMap((it) => it.completions()),
    staffActs: rows.flatMap((it) => it.staffActs()),
    seriesStarts: [],
    baselines: baselinesOf(kase, content),
  };
}

/** One zero measurement for all metrics, or one for each. */
function baselinesOf({ baseline }: DryRunCase, content: Content): PatientRecord['baselines'] {
  if (baseline === undefined) return [];
  const always = { fromDay: -Infinity, fromDays: {} };
  if (typeof baseline !== 'number') return [{ ...always, values: baseline }];
  const forAll = [...content.decimals.keys()].map((it) => [it, baseline] as const);
  return [{ ...always, values: Object.fromEntries(forAll) }];
}

/** Reads one row; what is not named belongs to the first thing that the rule looks at. */
class RowReader {
  readonly #row: Row;
  readonly #place: RowPlace;
  readonly #kase: DryRunCase;
  readonly #content: Content;
  readonly #values: readonly Named[];

  constructor(row: Row, place: RowPlace, kase: DryRunCase, content: Content) {
    this.#row = row;
    this.#place = place;
    this.#kase = kase;
    this.#content = content;
    this.#values = this.#named();
  }

  readings(): PatientRecord['readings'] {
    const { flags = [], context = {} } = this.#row;
    const measured = this.#values.filter((it) => this.#isMeasured(it.name));
    if (measured.length === 0) return [];
    const values = measured.map((it) => [this.#measurement(it.name), it.value] as const);
    return [
      {
        ...this.#entry('reading'),
        values: Object.fromEntries(values),
        flags,
        context: typeof context === 'string' ? { glucose_meal: context } : context,
        deviceKind: null,
      },
    ];
  }

  seriesReadings(): PatientRecord['readings'] {
    const { readings = [], window: windowId } = this.#row;
    if (readings.length === 0) return [];
    const windows = this.#kase.plan.tasks.flatMap((it) => it.schedule.windows);
    const window = windows.find((it) => it.id === windowId);
    if (window === undefined) throw refuse(`${this.#place.path}.window`, 'is no window');
    return readings.map((reading, i) => {
      const offset = (minutesIn(window.target) + i) * MINUTE_MS;
      const { id, ...entry } = this.#entry(`reading-${String(i).padStart(3, '0')}`);
      const at = this.#row.t === undefined ? entry.at + offset : entry.at + i * MINUTE_MS;
      const receivedAt = Math.max(entry.receivedAt, at);
      return { id, at, receivedAt, ...this.#seriesReading(reading) };
    });
  }

  responses(): PatientRecord['responses'] {
    return this.#answered().map(({ questionnaire, answers, complete }) => ({
      ...this.#entry(`answers-${questionnaire.id}`),
      questionnaire: questionnaire.id,
      answers,
      complete,
    }));
  }

  stated(): readonly StatedValue[] {
    return this.#values
      .filter(({ name }) => this.#isMetric(name) && !this.#isMeasured(name))
      .map(({ name, value }) => ({
        ...this.#entry(name),
        metric: shortNames.get(name) ?? name,
        value,
      }));
  }

  contacts(): PatientRecord['contacts'] {
    return this.#row.contact === undefined ? [] : [this.#entry('contact')];
  }

  completions(): PatientRecord['completions'] {
    if (this.#row.done === undefined) return [];
    const untold = { step: null, activity: null, minutes: null };
    return [{ ...this.#entry('done'), task: this.#row.done, ...untold }];
  }

  staffActs(): PatientRecord['staffActs'] {
    const act = this.#row.staff;
    const rule = this.#kase.rule.id;
    return act === undefined ? [] : [{ ...this.#entry('staff'), rule, act, finding: null }];
  }

  #named(): readonly Named[] {
    const { dailyValue, value, score, metric } = this.#row;
    const named = namedIn(this.#row).map(([name, it]) => ({ name, value: it }));
    const plain = dailyValue ?? score ?? (typeof value === 'number' ? value : null);
    const all =
      plain === null
        ? named
        : [...named, { name: metric ?? subjectOf(this.#kase.rule), value: plain }];
    for (const { name } of all) {
      if (this.#isMetric(name) || questionnaireWith(name, this.#kase, this.#content)) continue;
      throw refuse(`${this.#place.path}.${name}`, 'is no metric and no question of the plan');
    }
    return all;
  }

  #answered(): readonly Answered[] {
    const items = this.#values.filter((it) => !this.#isMetric(it.name));
    const named = Object.fromEntries(items.map((it) => [it.name, it.value]));
    return answeredItems(this.#row, named, {
      kase: this.#kase,
      content: this.#content,
      path: this.#place.path,
    });
  }

  #isMetric(name: string): boolean {
    return isMetric(shortNames.get(name) ?? name, this.#content);
  }

  /** Taken as a reading; daily values, scores and derived values are taken as they are stated. */
  #isMeasured(name: string): boolean {
    const id = this.#measurement(name);
    const { dailyValue, score } = this.#row;
    if (this.#kase.kind === 'daily' || dailyValue != null || score != null) return false;
    return this.#content.decimals.has(id) && !this.#content.scores.has(id);
  }

  /** A value with a meal context is a reading, of which a derived mean is made. */
  #measurement(name: string): string {
    const id = shortNames.get(name) ?? name;
    const source = this.#row.context === undefined ? undefined : derivedMetrics.get(id)?.follows;
    return source ?? id;
  }

  #seriesReading(reading: SeriesReadingRow) {
    const { flags = [], irregular = false, irregularPulse = irregular, ...values } = reading;
    const entries = Object.entries(values).map(([name, value]) => {
      if (!this.#isMetric(name)) throw refuse(`${this.#place.path}.readings`, `${name}: no metric`);
      return [shortNames.get(name) ?? name, value] as const;
    });
    return {
      values: Object.fromEntries(entries),
      flags: irregularPulse ? [...flags, 'irregular_pulse'] : flags,
      context: {},
      deviceKind: null,
    };
  }

  #entry(part: string): { readonly id: string; readonly at: number; readonly receivedAt: number } {
    const { id, at, receivedAt } = this.#place;
    return { id: `${id}-${part}`, at, receivedAt };
  }
}

/** What a value without a name is of: the first metric, or else the first item, of the rule. */
function subjectOf(rule: Rule): string {
  const leaves = leavesOf(rule.when);
  const metric = leaves.find((it) => 'metric' in it);
  if (metric !== undefined && 'metric' in metric) return metric.metric;
  const answer = leaves.find((it) => it.type === 'answer');
  return answer?.type === 'answer' ? answer.item : 'value';
}
