import type { Aggregate } from '@hemma/protocols/plans/condition.js';
import { takeBaseline } from './baseline.js';
import { type Course, phaseOn } from './course.js';
import { dailySamples } from './daily.js';
import { type Decimal, decimal } from './decimal.js';
import { type DerivedMetric, derivedMetrics } from './derived.js';
import {
  type Baseline,
  type DatedResponse,
  type Lookup,
  type Moment,
  type ReadingSample,
  type Sample,
  inOrder,
} from './lookup.js';
import { numberOf } from './parameters.js';
import type { Contact, PatientRecord, StaffAct } from './record.js';
import { intervalDays } from './schedule.js';
import { scoreOf } from './scoring.js';
import { NIGHT_MINUTE, plannedSeries, runsOf, startDays } from './series-runs.js';
import type { SeriesRun } from './series.js';
import { type Timeline, timelineOf } from './timeline.js';

/** What kinds of samples a condition can ask for. */
export type SampleKind = Exclude<Aggregate, 'window' | 'week'> | 'score';

interface EvidenceOptions {
  readonly course: Course;
  readonly record: PatientRecord;
  /** Nothing after this instant has happened yet; Infinity in a dry run. */
  readonly now: number;
  /** Days on which a symptom rule was active, for baselines that leave them out. */
  readonly symptomDays?: ReadonlySet<number>;
}

/**
 * Everything that is known of one patient, as rules ask for it. A function of the set of entries:
 * the order in which they came makes no difference. Lists are in event time and computed once.
 */
export class Evidence implements Lookup {
  readonly course: Course;
  readonly now: number;
  readonly #record: PatientRecord;
  readonly #timeline: Timeline;
  readonly #symptomDays: ReadonlySet<number>;
  readonly #known = new Map<string, unknown>();

  constructor({ course, record, now, symptomDays }: EvidenceOptions) {
    this.course = course;
    this.now = now;
    this.#record = record;
    this.#timeline = timelineOf(course, record);
    this.#symptomDays = symptomDays ?? new Set();
  }

  /** The samples of a metric. A stated value takes the place of what would be computed. */
  samples(metric: string, kind: SampleKind): readonly Sample[] {
    return this.#once(`samples ${metric} ${kind}`, () => {
      const derived = derivedMetrics[metric];
      const stated = this.stated(metric);
      if (stated.length > 0 && (derived !== undefined || kind !== 'score')) return stated;
      return derived === undefined
        ? this.#measured(metric, kind)
        : this.#derived(derived, kind, metric);
    });
  }

  #measured(metric: string, kind: SampleKind): readonly Sample[] {
    if (kind === 'daily') return this.daily(metric);
    if (kind === 'score') return this.scores(metric);
    return kind === 'reading' ? this.readings(metric) : [];
  }

  #derived(derived: DerivedMetric, kind: SampleKind, metric: string): readonly Sample[] {
    if (kind !== 'series') return (derived[kind]?.(this) ?? []).map((it) => ({ ...it, metric }));
    return this.runs(derived.follows).flatMap((run) => {
      const value = run.status === 'complete' ? derived.series?.(run, this) : null;
      if (value == null) return [];
      const knownAt = Math.max(run.at, ...run.kept.map((it) => it.knownAt));
      const ids = run.kept.map((it) => it.id);
      return [{ at: run.at, day: run.day, seq: -1, metric, value, knownAt, ids }];
    });
  }

  /** Values that came as such (imported scores, dry runs). */
  stated(metric: string): readonly Sample[] {
    return this.#once(`stated ${metric}`, () =>
      this.#timeline.stated.filter((it) => it.metric === metric),
    );
  }

  /** The latest samples up to a moment, newest first. */
  latest(metric: string, kind: SampleKind, count: number, until: Moment): readonly Sample[] {
    const samples = this.samples(metric, kind);
    const end = countUntil(samples, until);
    return samples.slice(Math.max(0, end - count), end).reverse();
  }

  /** The samples of the days `fromDay` to `until.day`, as far as they are known at that moment. */
  between(samples: readonly Sample[], fromDay: number, until: Moment): readonly Sample[] {
    return samples.slice(0, countUntil(samples, until)).filter((it) => it.day >= fromDay);
  }

  /** The value of a rolling metric at a moment; null when there is none, or not enough days yet. */
  rolling(metric: string, at: Moment): Sample | null {
    const stated = this.stated(metric);
    if (stated.length > 0) return stated.find((it) => it.day === at.day) ?? null;
    const rolling = derivedMetrics[metric]?.rolling;
    if (rolling === undefined) return null;
    const samples = this.between(this.rollingInputs(metric), at.day - rolling.days + 1, at);
    const value = rolling.value(samples, this);
    const knownAt = Math.max(at.at, ...samples.map((it) => it.knownAt));
    return value && { ...at, metric, value, knownAt, ids: samples.flatMap((it) => it.ids) };
  }

  /** What a rolling metric is made of. */
  rollingInputs(metric: string): readonly Sample[] {
    return this.#once(`rolling ${metric}`, () => {
      const stated = this.stated(metric);
      return stated.length > 0 ? stated : (derivedMetrics[metric]?.rolling?.samples(this) ?? []);
    });
  }

  /** False while the baseline or the parameter that a metric is compared with does not exist. */
  isReady(metric: string, day: number): boolean {
    const needs = derivedMetrics[metric]?.needs;
    if (needs === undefined || this.stated(metric).length > 0) return true;
    if ('parameter' in needs) return this.parameter(needs.parameter) !== null;
    return (this.baseline(needs.baseline)?.fromDay ?? Infinity) <= day;
  }

  /** Days between two due days of what a metric is measured by (§5, age of consecutive values). */
  interval(metric: string, day: number): number {
    const { plan, toldInterval } = this.course;
    if (toldInterval !== null) return toldInterval;
    const phase = phaseOn(this.course, day)?.id ?? null;
    const source = derivedMetrics[metric]?.follows ?? metric;
    const questionnaire = plan.questionnaires.find((it) => source === `q:${it.id}`);
    if (questionnaire !== undefined) return intervalDays(questionnaire.when, phase);
    const tasks = plan.tasks.filter(
      (it) => it.id === source || it.measurementTypes.includes(source),
    );
    const task = tasks.find((it) => it.enabledByDefault) ?? tasks[0];
    return task === undefined ? 1 : intervalDays(task.schedule.frequency, phase);
  }

  decimals(metric: string): number {
    return this.course.content.decimals.get(metric) ?? 0;
  }

  readings(metric: string): readonly ReadingSample[] {
    return this.#once(`readings ${metric}`, () =>
      this.#timeline.readings.flat().filter((it) => it.metric === metric),
    );
  }

  daily(metric: string): readonly Sample[] {
    return this.#once(`daily ${metric}`, () => {
      const stated = this.stated(metric);
      if (stated.length > 0) return stated;
      const tasks = this.course.plan.tasks.filter((it) => it.measurementTypes.includes(metric));
      const decimals = this.decimals(metric);
      return dailySamples(this.readings(metric), tasks, {
        decimals,
        readingsPerWindow: (task) => {
          const { frequency } = task.schedule;
          const series = frequency.type === 'series' ? frequency.seriesId : '';
          const rules = plannedSeries(this.course, series)?.rules;
          return rules?.readingsPerWindow ?? task.schedule.readingsPerWindow;
        },
      });
    });
  }

  scores(metric: string): readonly Sample[] {
    return this.#once(`scores ${metric}`, () => {
      const sources = this.course.content.scores.get(metric) ?? [];
      const computed = sources.flatMap((it) =>
        this.questionnaireScores(it.questionnaire, it.scoring),
      );
      return [...computed, ...this.stated(metric), ...this.readings(metric)]
        .map((it) => ({ ...it, metric }))
        .toSorted(inOrder);
    });
  }

  questionnaireScores(questionnaire: string, scoring: string): readonly Sample[] {
    const rule = this.course.content.questionnaires
      .get(questionnaire)
      ?.scoring.find((it) => it.id === scoring);
    if (rule === undefined) return [];
    return this.responses(questionnaire).flatMap((it) => {
      const value = scoreOf(rule, it.answers);
      if (value === null) return [];
      const { at, day, seq } = it;
      return [{ at, day, seq, metric: scoring, value, knownAt: it.receivedAt, ids: [it.id] }];
    });
  }

  responses(questionnaire: string): readonly DatedResponse[] {
    return this.#once(`responses ${questionnaire}`, () =>
      this.#timeline.responses.filter((it) => it.questionnaire === questionnaire),
    );
  }

  completions(task: string): readonly Sample[] {
    const value = decimal(1);
    return this.#timeline.completions
      .filter((it) => it.task === task)
      .map(({ at, day, seq, id, receivedAt }) => ({
        ...{ at, day, seq, metric: task, value, knownAt: receivedAt, ids: [id] },
      }));
  }

  contacts(): readonly (Contact & Moment)[] {
    return this.#timeline.contacts;
  }

  staffActs(rule: string): readonly (StaffAct & Moment)[] {
    return this.#timeline.staffActs.filter((it) => it.rule === rule);
  }

  runs(member: string): readonly SeriesRun[] {
    return this.#once(`runs ${member}`, () => {
      const ids = (this.course.plan.series ?? []).map((it) => it.id);
      const planned = ids
        .map((id) => plannedSeries(this.course, id))
        .find((it) => it?.series.members.includes(member));
      if (!planned) return [];
      const members = this.#timeline.readings
        .map((it) => it.filter(({ metric }) => planned.series.members.includes(metric)))
        .filter((it) => it.length > 0);
      const starts = startDays(planned, this.course, this.#record);
      return runsOf(planned, starts, members, {
        course: this.course,
        throughDay: this.#lastDayOver(),
      });
    });
  }

  parameter(id: string): Decimal | null {
    return numberOf(this.course.parameters, id);
  }

  baseline(metric: string): Baseline | null {
    return this.#once(`baseline ${metric}`, () => {
      const stored = this.#record.baseline[metric];
      if (stored !== undefined) return { value: decimal(stored), fromDay: -Infinity };
      const { plan, startDay, content } = this.course;
      return takeBaseline(metric, this, {
        plan,
        startDay,
        isScore: content.scores.has(metric),
        symptomDays: this.#symptomDays,
      });
    });
  }

  #lastDayOver(): number {
    if (this.now === Infinity) return Infinity;
    const { calendar } = this.course;
    const today = calendar.dayOf(this.now);
    return this.now >= calendar.instant(today, NIGHT_MINUTE) ? today - 1 : today - 2;
  }

  #once<T>(key: string, compute: () => T): T {
    if (!this.#known.has(key)) this.#known.set(key, compute());
    // The key names what is computed, so that the same key has the same type of value.
    return this.#known.get(key) as T;
  }
}

/** How many of the samples, which are in order, come at or before a moment. */
function countUntil(samples: readonly Moment[], until: Moment): number {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const sample = samples[middle];
    if (sample !== undefined && inOrder(sample, until) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
