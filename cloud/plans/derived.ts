import { activitiesDone, activityLog, stepsDone } from './completed.js';
import { type Decimal, decimal, mean, sum } from './decimal.js';
import { type DatedResponse, type Lookup, type Sample, inOrder } from './lookup.js';
import { type SeriesRun, seriesMean } from './series.js';

/**
 * The derived metrics that plans name (`derived[].id`), each computed as its definition says. They
 * are rounded by whoever asks for them: like their source, percentages to whole numbers (§3.4).
 */
export interface DerivedMetric {
  /** The measurement, or `q:<questionnaire>`, whose schedule it follows. */
  readonly follows: string;
  /** The measurement whose decimals it is shown with; without one it is a whole number. */
  readonly shownLike?: string;
  /** What it is compared with: it is silent while that does not exist. */
  readonly needs?: { readonly baseline: string } | { readonly parameter: string };
  readonly daily?: (lookup: Lookup) => readonly Sample[];
  readonly reading?: (lookup: Lookup) => readonly Sample[];
  readonly score?: (lookup: Lookup) => readonly Sample[];
  /** The value of one complete series. */
  readonly series?: (run: SeriesRun) => Decimal | null;
  readonly rolling?: Rolling;
}

/** A value over the last days, today included. */
export interface Rolling {
  readonly days: number;
  readonly samples: (lookup: Lookup) => readonly Sample[];
  /** Null when there is no value without samples. */
  readonly value: (samples: readonly Sample[]) => Decimal | null;
}

const definitions: Readonly<Record<string, DerivedMetric>> = {
  weightDaily: {
    follows: 'body_weight',
    shownLike: 'body_weight',
    daily: (lookup) => lookup.daily('body_weight'),
  },
  weightVsTarget: {
    follows: 'body_weight',
    shownLike: 'body_weight',
    needs: { parameter: 'targetWeight' },
    daily: (lookup) => {
      const target = lookup.parameter('targetWeight');
      return mapped(lookup.daily('body_weight'), (it) => target && it.value.minus(target));
    },
  },
  bpDaily: {
    follows: 'systolic_bp',
    shownLike: 'systolic_bp',
    daily: (lookup) => lookup.daily('systolic_bp'),
  },
  spo2Drop: {
    follows: 'spo2',
    shownLike: 'spo2',
    needs: { baseline: 'spo2' },
    daily: (lookup) => changes(lookup, 'spo2', lookup.daily('spo2'), -1),
  },
  pefPercentBest: {
    follows: 'pef',
    needs: { parameter: 'pefBest' },
    daily: (lookup) => percentOfBest(lookup, lookup.daily('pef')),
    reading: (lookup) => percentOfBest(lookup, lookup.readings('pef')),
  },
  majorSymptoms: {
    follows: 'q:hemma-copd-check',
    daily: (lookup) => lastOfDay(lookup.questionnaireScores('hemma-copd-check', 'major')),
  },
  seriesMeanSys: seriesMeanOf('systolic_bp'),
  seriesMeanDia: seriesMeanOf('diastolic_bp'),
  seriesMeanPulse: seriesMeanOf('pulse_rate'),
  irregularCount: {
    follows: 'systolic_bp',
    series: (run) => decimal(run.taken.filter((it) => it.irregularPulse).length),
  },
  preMealMean: glucoseMean(['fasting', 'preprandial']),
  postMealMean: glucoseMean(['postprandial']),
  inTarget: {
    follows: 'glucose',
    rolling: {
      days: 14,
      samples: (lookup) => lookup.readings('glucose'),
      value: (samples) => {
        const within = samples.filter((it) => it.value.gte('3.9') && it.value.lte('10.0'));
        if (samples.length === 0) return null;
        return decimal(100 * within.length).div(samples.length);
      },
    },
  },
  phqChange: changeOf('phq9_total', 'q:phq-9'),
  gadChange: changeOf('gad7_total', 'q:gad-7'),
  modulesDone: { follows: 'module', rolling: countOf(Infinity, modules) },
  modulesWeek: { follows: 'module', rolling: countOf(7, modules) },
  sessionsWeek: {
    follows: 'activity_minutes',
    rolling: {
      days: 7,
      samples: (lookup) => lookup.readings('activity_minutes').filter((it) => it.value.gt(0)),
      value: (samples) => decimal(new Set(samples.map((it) => it.day)).size),
    },
  },
  painWeek: {
    follows: 'q:hemma-oa-check',
    score: (lookup) => lookup.questionnaireScores('hemma-oa-check', 'pain'),
  },
  perWeekDone: { follows: 'q:hemma-activity-log', rolling: countOf(7, activities) },
  energyDelta: {
    follows: 'q:hemma-activity-log',
    shownLike: 'energy_nrs',
    rolling: {
      days: 7,
      samples: (lookup) => lookup.questionnaireScores('hemma-activity-log', 'energy-change'),
      value: meanOf,
    },
  },
  minutesWeek: {
    follows: 'q:hemma-activity-log',
    rolling: {
      days: 7,
      samples: minutesOfActivities,
      value: (samples) => sum(samples.map((it) => it.value)),
    },
  },
};

export const derivedMetrics: ReadonlyMap<string, DerivedMetric> = new Map(
  Object.entries(definitions),
);

function mapped(
  samples: readonly Sample[],
  map: (sample: Sample) => Decimal | null,
): readonly Sample[] {
  return samples.flatMap((sample) => {
    const value = map(sample);
    return value === null ? [] : [{ ...sample, value }];
  });
}

/** The change from the baseline, from the day on which there is one. */
function changes(
  lookup: Lookup,
  metric: string,
  samples: readonly Sample[],
  sign: 1 | -1,
): readonly Sample[] {
  return mapped(samples, (it) => {
    const baseline = lookup.baseline(metric, it.day);
    if (baseline === null || it.day < baseline.fromDay) return null;
    return it.value.minus(baseline.value).times(sign);
  });
}

function changeOf(metric: string, follows: string): DerivedMetric {
  return {
    follows,
    shownLike: metric,
    needs: { baseline: metric },
    score: (lookup) => changes(lookup, metric, lookup.scores(metric), 1),
  };
}

function percentOfBest(lookup: Lookup, samples: readonly Sample[]): readonly Sample[] {
  const best = lookup.parameter('pefBest');
  return mapped(samples, (it) => best && it.value.times(100).div(best));
}

function seriesMeanOf(member: string): DerivedMetric {
  return { follows: member, shownLike: member, series: (run) => seriesMean(run, member) };
}

function glucoseMean(meals: readonly string[]): DerivedMetric {
  return {
    follows: 'glucose',
    shownLike: 'glucose',
    rolling: {
      days: 14,
      samples: (lookup) =>
        lookup.readings('glucose').filter((it) => meals.includes(it.context['glucose_meal'] ?? '')),
      value: meanOf,
    },
  };
}

function countOf(days: number, samples: Rolling['samples']): Rolling {
  return { days, samples, value: (counted) => decimal(counted.length) };
}

function modules(lookup: Lookup): readonly Sample[] {
  return [...stepsDone(lookup.completions('module')).values()].toSorted(inOrder);
}

/** Activities that happened, as planned or partly, each with its minutes where they were told. */
function activities(lookup: Lookup): readonly Sample[] {
  const said = lookup.completions(activityLog.task);
  const described = lookup.responses(activityLog.questionnaire);
  const dayOf = new Map([...said, ...described].map((it) => [it.at, it.day]));
  return activitiesDone(said, described, (at) => dayOf.get(at) ?? 0)
    .flatMap((it): readonly Sample[] => {
      const metric = activityLog.minutes;
      const more = it.described && minutesIn(it.described);
      const value = decimal(more ?? it.said?.minutes ?? 0);
      if (it.said !== null) return [{ ...it.said, metric, value }];
      if (it.described === null) return [];
      const { at, day, seq, id, receivedAt } = it.described;
      return [{ at, day, seq, metric, value, knownAt: receivedAt, ids: [id] }];
    })
    .toSorted(inOrder);
}

function minutesIn({ answers }: DatedResponse): number | null {
  return answers[activityLog.minutes] ?? null;
}

/** Minutes count also of what was described as not done. */
function minutesOfActivities(lookup: Lookup): readonly Sample[] {
  const done = activities(lookup);
  const notDone = lookup.responses(activityLog.questionnaire).flatMap((it) => {
    const minutes = minutesIn(it);
    if (minutes === null || (it.answers[activityLog.done] ?? 0) >= 1) return [];
    const { at, day, seq, id, receivedAt } = it;
    const value = decimal(minutes);
    return [{ at, day, seq, metric: activityLog.minutes, value, knownAt: receivedAt, ids: [id] }];
  });
  return [...done, ...notDone].toSorted(inOrder);
}

/** Of several in a day the last one tells how the patient is. */
export function lastOfDay(samples: readonly Sample[]): readonly Sample[] {
  return [...new Map(samples.map((it) => [it.day, it])).values()];
}

function meanOf(samples: readonly Sample[]): Decimal | null {
  return mean(samples.map((it) => it.value));
}
