import type { Condition } from '@hemma/protocols/plans/condition.js';
import type { Decimal } from '../../plans/decimal.js';
import type { Moment, Sample } from '../../plans/lookup.js';
import {
  type ConditionKind,
  type Scene,
  type Verdict,
  holdsByTime,
  verdictOn,
} from '../condition.js';
import { testOf } from '../../plans/limit.js';

type Threshold = Extract<Condition, { type: 'threshold' }>;

/** The oldest of n consecutive values is at most 2 × n × interval days back. */
const AGE_FACTOR = 2;
/** Derived windows are of 14 days; after that nothing in them changes by time alone. */
const WINDOW_DAYS = 14;

/** The latest `consecutive` values of a metric are all beyond the limit. */
export const threshold: ConditionKind<Threshold> = {
  moments: ({ metric, aggregate }, evidence) =>
    isRolling(aggregate) ? evidence.rollingInputs(metric) : evidence.samples(metric, aggregate),

  ticks: ({ aggregate, consecutive }, role) => {
    if (aggregate === 'week') return { time: 'day-end', days: 7 * consecutive };
    if (aggregate === 'window' && role === 'clear') return { time: 'night', days: WINDOW_DAYS };
    return null;
  },

  judge: (condition, scene) => {
    const { evidence, point } = scene;
    const test = testOf(condition, evidence);
    if (test === null || !evidence.isReady(condition.metric, point.day)) return 'silent';
    return isRolling(condition.aggregate)
      ? judgeRolling(condition, scene, test)
      : judgeLatest(condition, condition.aggregate, scene, test);
  },
};

function isRolling(aggregate: Threshold['aggregate']): aggregate is 'window' | 'week' {
  return aggregate === 'window' || aggregate === 'week';
}

type Test = (value: Decimal) => boolean;

function judgeLatest(
  { metric, consecutive }: Threshold,
  aggregate: 'reading' | 'daily' | 'series',
  { evidence, point }: Scene,
  test: Test,
): Verdict {
  const latest = evidence.latest(metric, aggregate, consecutive, point);
  const oldest = latest.at(-1);
  if (oldest === undefined || latest.length < consecutive) return 'fails';
  const maxAge = AGE_FACTOR * consecutive * evidence.interval(metric, point.day);
  if (aggregate !== 'series' && point.day - oldest.day > maxAge) return 'fails';
  return verdictOn(
    latest,
    latest.every((it) => test(it.value)),
  );
}

/** Weeks do not overlap: they end today, 7 days ago, 14 days ago and so on. */
function judgeRolling(condition: Threshold, scene: Scene, test: Test): Verdict {
  if (!isDue(condition, scene)) return 'fails';
  const { evidence, point } = scene;
  const values = Array.from({ length: condition.consecutive }, (_, weeks) =>
    evidence.rolling(condition.metric, weeks === 0 ? point : weeksBefore(point, weeks, scene)),
  );
  const known = values.filter((it): it is Sample => it !== null);
  if (known.length < condition.consecutive || !known.every((it) => test(it.value))) return 'fails';
  return { ...holdsByTime(point, known), knownAt: Math.max(...known.map((it) => it.knownAt)) };
}

/**
 * A rule on a window becomes true by an entry, not because old values leave the window. A rule on
 * weeks becomes true when a day is over, and not before the plan has run that many weeks. Both may
 * be cleared at any time, and a value that is stated for a day is that day's.
 */
function isDue({ metric, aggregate, consecutive }: Threshold, scene: Scene): boolean {
  const { evidence, point, raised } = scene;
  if (raised !== null || evidence.stated(metric).length > 0) return true;
  if (aggregate === 'window') return point.kind === 'data';
  const firstDay = point.day - 7 * consecutive + 1;
  return point.kind === 'day-end' && firstDay >= evidence.course.startDay;
}

function weeksBefore(point: Moment, weeks: number, { evidence }: Scene): Moment {
  const day = point.day - 7 * weeks;
  return { at: evidence.course.calendar.instant(day + 1, 0) - 1, day, seq: Infinity };
}
