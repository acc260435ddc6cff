import type { Aggregate } from '@hemma/protocols/plans/condition.js';
import { phaseOn } from '@hemma/protocols/plans/phases.js';
import type { Decimal } from './decimal.js';
import { type DerivedMetric, derivedMetrics, lastOfDay } from './derived.js';
import { Facts } from './facts.js';
import { type Moment, type Sample, inOrder } from './lookup.js';
import { intervalOf } from './interval.js';
import { asShown } from './metrics.js';

/** What kinds of samples a condition can ask for. */
export type SampleKind = Exclude<Aggregate, 'window' | 'week'> | 'score';

/** The facts of one patient as rules ask for them. */
export class Evidence extends Facts {
  /** The samples of a metric. A stated value takes the place of what would be computed. */
  samples(metric: string, kind: SampleKind): readonly Sample[] {
    return this.once(`samples ${metric} ${kind}`, () => {
      const derived = derivedMetrics.get(metric);
      const stated = this.stated(metric);
      if (stated.length > 0 && (derived !== undefined || kind !== 'score')) {
        return kind === 'daily' ? lastOfDay(stated) : stated;
      }
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
    if (kind !== 'series') {
      const samples = derived[kind]?.(this) ?? [];
      return samples.map((it) => ({ ...it, metric, value: this.#asShown(metric, it.value) }));
    }
    return this.runs(derived.follows).flatMap((run) => {
      const exact = run.status === 'complete' ? derived.series?.(run) : null;
      if (exact == null) return [];
      const value = this.#asShown(metric, exact);
      const knownAt = Math.max(run.at, ...run.kept.map((it) => it.knownAt));
      const ids = run.kept.map((it) => it.id);
      return [{ at: run.at, day: run.day, seq: -1, metric, value, knownAt, ids }];
    });
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
    const rolling = derivedMetrics.get(metric)?.rolling;
    if (rolling === undefined) return null;
    const samples = this.between(this.rollingInputs(metric), at.day - rolling.days + 1, at);
    const exact = rolling.value(samples);
    if (exact === null) return null;
    const value = this.#asShown(metric, exact);
    const knownAt = Math.max(at.at, ...samples.map((it) => it.knownAt));
    return { ...at, metric, value, knownAt, ids: samples.flatMap((it) => it.ids) };
  }

  /** What a rolling metric is made of. */
  rollingInputs(metric: string): readonly Sample[] {
    return this.once(`rolling ${metric}`, () => {
      const stated = this.stated(metric);
      return stated.length > 0
        ? stated
        : (derivedMetrics.get(metric)?.rolling?.samples(this) ?? []);
    });
  }

  /** False while the baseline or the parameter that a metric is compared with does not exist. */
  isReady(metric: string, day: number): boolean {
    const needs = derivedMetrics.get(metric)?.needs;
    if (needs === undefined || this.stated(metric).length > 0) return true;
    if ('parameter' in needs) return this.parameter(needs.parameter) !== null;
    return (this.baseline(needs.baseline, day)?.fromDay ?? Infinity) <= day;
  }

  /** Days between two due days of what a metric is measured by (§5, age of consecutive values). */
  interval(metric: string, day: number): number {
    const { plan, toldInterval } = this.course;
    if (toldInterval !== null) return toldInterval;
    return intervalOf(plan, metric, phaseOn(this.course, day)?.id ?? null);
  }

  #asShown(metric: string, value: Decimal): Decimal {
    return asShown(metric, value, this.course.content);
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
