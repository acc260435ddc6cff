import { lastDayOver } from '@hemma/protocols/plans/series-run.js';
import { takeBaseline } from './baseline.js';
import type { TakenBaseline } from './baseline.js';
import type { Course } from './course.js';
import { dailySamples } from './daily.js';
import { type Decimal, decimal } from './decimal.js';
import { lastOfDay } from './derived.js';
import {
  type Baseline,
  type CompletionSample,
  type DatedResponse,
  type Lookup,
  type Moment,
  type ReadingSample,
  type Sample,
  inOrder,
} from './lookup.js';
import { groupBy } from './group.js';
import { decimalsOf } from './metrics.js';
import { numberOf } from './parameters.js';
import type { Contact, PatientRecord, StaffAct } from './record.js';
import { scoreOf } from './scoring.js';
import { plannedSeries, readingsPerWindow, runsOf, startDays } from './series-runs.js';
import type { SeriesRun } from './series.js';
import { type Timeline, timelineOf } from './timeline.js';

export interface FactsOptions {
  readonly course: Course;
  readonly record: PatientRecord;
  /** Nothing after this instant has happened yet; Infinity in a dry run. */
  readonly now: number;
  /** Time decides only where everything is known up to here; `now` when it is not told. */
  readonly completeTo?: number;
  /** Days on which a symptom rule was active, for baselines that leave them out. */
  readonly symptomDays?: ReadonlySet<number>;
}

/**
 * Everything that is known of one patient under one plan. A function of the set of entries: the
 * order in which they came makes no difference. Lists are in event time and computed once.
 */
export class Facts implements Lookup {
  readonly course: Course;
  readonly now: number;
  readonly completeTo: number;
  readonly #record: PatientRecord;
  readonly #timeline: Timeline;
  readonly #symptomDays: ReadonlySet<number>;
  readonly #known = new Map<string, unknown>();

  constructor({ course, record, now, completeTo, symptomDays }: FactsOptions) {
    this.course = course;
    this.now = now;
    this.completeTo = Math.min(now, completeTo ?? now);
    this.#record = record;
    this.#timeline = timelineOf(course, record);
    this.#symptomDays = symptomDays ?? new Set();
  }

  /** Values that came as such (imported scores, dry runs). */
  stated(metric: string): readonly Sample[] {
    return this.once(`stated ${metric}`, () =>
      this.#timeline.stated.filter((it) => it.metric === metric),
    );
  }

  decimals(metric: string): number {
    return decimalsOf(metric, this.course.content);
  }

  readings(metric: string): readonly ReadingSample[] {
    const byMetric = this.once('readings', () =>
      groupBy(this.#timeline.readings.flat(), (it) => it.metric),
    );
    return byMetric.get(metric) ?? [];
  }

  daily(metric: string): readonly Sample[] {
    return this.once(`daily ${metric}`, () => {
      const stated = this.stated(metric);
      if (stated.length > 0) return lastOfDay(stated);
      const tasks = this.course.plan.tasks.filter((it) => it.measurementTypes.includes(metric));
      const decimals = this.decimals(metric);
      return dailySamples(this.readings(metric), tasks, {
        decimals,
        readingsPerWindow: (task) => readingsPerWindow(task, this.course),
      });
    });
  }

  scores(metric: string): readonly Sample[] {
    return this.once(`scores ${metric}`, () => {
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
    return this.once(`responses ${questionnaire}`, () =>
      this.#timeline.responses.filter((it) => it.questionnaire === questionnaire),
    );
  }

  completions(task: string): readonly CompletionSample[] {
    const value = decimal(1);
    return this.#timeline.completions
      .filter((it) => it.task === task)
      .map(({ at, day, seq, id, receivedAt, step, activity, minutes }) => ({
        ...{ at, day, seq, metric: task, value, knownAt: receivedAt, ids: [id] },
        ...{ step, activity, minutes },
      }));
  }

  contacts(): readonly (Contact & Moment)[] {
    return this.#timeline.contacts;
  }

  staffActs(rule: string): readonly (StaffAct & Moment)[] {
    return this.#timeline.staffActs.filter((it) => it.rule === rule);
  }

  runs(member: string): readonly SeriesRun[] {
    return this.once(`runs ${member}`, () => {
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

  baseline(metric: string, day: number): Baseline | null {
    const { baselines } = this.#record;
    const stored = baselines.findLast((it) => it.fromDay <= day) ?? baselines[0];
    if (stored === undefined) return this.computedBaseline(metric);
    const value = stored.values[metric];
    const fromDay = stored.fromDays[metric] ?? stored.fromDay;
    return value === undefined ? null : { value: decimal(value), fromDay };
  }

  /** As long as none is stored, it is a function of the entries: of the same ones it is the same. */
  computedBaseline(metric: string): TakenBaseline | null {
    return this.once(`baseline ${metric}`, () => {
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
    const over = lastDayOver(calendar, this.now);
    return Math.min(over, calendar.dayOf(this.completeTo) - 1);
  }

  protected once<T>(key: string, compute: () => T): T {
    if (!this.#known.has(key)) this.#known.set(key, compute());
    // The key names what is computed, so that the same key has the same type of value.
    return this.#known.get(key) as T;
  }
}
