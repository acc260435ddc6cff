import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { QuantityCode } from '@hemma/protocols/reading.js';
import type { Catalogue } from '../catalogue.js';
import { dailySamples } from '../plans/daily.js';
import { compare, decimal } from '../plans/decimal.js';
import type { ReadingSample, Sample } from '../plans/lookup.js';
import type { JudgedReading } from './accept.js';
import type { Limit, LimitRule } from './limits.js';

/** What a rule remembers of a patient: the readings that the next verdict may need. */
export interface Memory {
  /** In the order of measurement, those with a quantity of the rule only. */
  readonly recent: readonly JudgedReading[];
}

export const emptyMemory: Memory = { recent: [] };

/**
 * What a reading means for a rule. `match`: a limit is passed; `note`: it was passed, but the reading
 * is old; `clear`: all clear limits are met. `null`: nothing to say.
 */
export type Verdict =
  | { readonly kind: 'match' | 'note'; readonly limit: Limit; readonly value: number }
  | { readonly kind: 'clear' }
  | null;

export interface Scene {
  readonly plan: Plan;
  readonly catalogue: Catalogue;
  /** Whether the rule is raised: only then it can clear. */
  readonly isRaised: boolean;
}

/** A reading that comes later than this after it was measured raises no alarm (§3.7). */
const staleAfterMs = 24 * 3_600_000;
/** Three days of seven windows with three readings, and then some; beyond it the oldest go. */
const maxRecent = 100;

/** Judges one reading by one rule. Pure: gives what to remember and what it means. */
export function judge(
  rule: LimitRule,
  memory: Memory,
  reading: JudgedReading,
  scene: Scene,
): { readonly memory: Memory; readonly verdict: Verdict } {
  const { recent } = memory;
  const concerns = limitsOf(rule).some((limit) => reading.values[limit.code] !== undefined);
  if (!concerns) return { memory, verdict: null };
  const isOld =
    recent.some((it) => it.at > reading.at) || reading.receivedAt - reading.at > staleAfterMs;
  // By the time of measurement; of equal times the one that came first goes first.
  const place = recent.findLastIndex((it) => it.at <= reading.at) + 1;
  const known = recent.toSpliced(place, 0, reading);
  return {
    memory: { recent: keep(known, rule) },
    verdict: verdictOn(rule, known.slice(0, place + 1), isOld, scene),
  };
}

function limitsOf(rule: LimitRule): readonly Limit[] {
  return [...rule.raises, ...(rule.clears ?? [])];
}

/** Drops what no later verdict can need. */
function keep(readings: readonly JudgedReading[], rule: LimitRule): readonly JudgedReading[] {
  const needed = limitsOf(rule).flatMap((limit) => neededFor(limit, readings)[0] ?? []);
  const first = Math.min(...needed.map((it) => readings.indexOf(it)));
  return readings.slice(Math.max(first, readings.length - maxRecent));
}

/** Judges the newest of `readings`. */
function verdictOn(
  rule: LimitRule,
  readings: readonly JudgedReading[],
  isOld: boolean,
  scene: Scene,
): Verdict {
  const newest = readings.at(-1)?.id ?? '';
  for (const limit of rule.raises) {
    const samples = samplesOf(limit, readings, scene);
    const last = samples.at(-1);
    // A reading that is no part of the value has nothing to do with it.
    if (last === undefined || !last.ids.includes(newest) || !holds(limit, samples)) continue;
    return { kind: isOld ? 'note' : 'match', limit, value: last.value.toNumber() };
  }
  if (isOld || rule.clears === null || !scene.isRaised) return null;
  const isClear = rule.clears.every((limit) => holds(limit, samplesOf(limit, readings, scene)));
  return isClear ? { kind: 'clear' } : null;
}

function holds(limit: Limit, samples: readonly Sample[]): boolean {
  const latest = samples.slice(-limit.consecutive);
  const bound = decimal(limit.value);
  return (
    latest.length === limit.consecutive && latest.every((it) => compare(it.value, limit.op, bound))
  );
}

/** The latest values of the quantity as the limit looks at it, oldest first. */
function samplesOf(
  limit: Limit,
  readings: readonly JudgedReading[],
  scene: Scene,
): readonly Sample[] {
  const samples = neededFor(limit, readings).map((reading, seq) =>
    sampleOf(limit.code, reading, seq),
  );
  if (limit.aggregate === 'reading') return samples;
  return dailySamples(samples, tasksOf(scene.plan, limit.code), {
    decimals: scene.catalogue.quantities.get(limit.code)?.decimals ?? 0,
    readingsPerWindow: (task) => task.schedule.readingsPerWindow,
  });
}

const nothing = { flags: [], context: {} };

function sampleOf(code: QuantityCode, reading: JudgedReading, seq: number): ReadingSample {
  return {
    metric: code,
    value: decimal(reading.values[code] ?? 0),
    at: reading.at,
    day: reading.day,
    minute: reading.minute,
    seq,
    knownAt: reading.receivedAt,
    ids: [reading.id],
    deviceKind: reading.deviceKind,
    ...nothing,
  };
}

/** The readings of the quantity that the last consecutive values are made of. */
function neededFor(limit: Limit, readings: readonly JudgedReading[]): readonly JudgedReading[] {
  const { code, aggregate, consecutive, reachDays } = limit;
  const own = readings.filter((it) => it.values[code] !== undefined);
  const firstDay = (own.at(-1)?.day ?? 0) - reachDays;
  const young = own.filter((it) => it.day >= firstDay);
  if (aggregate === 'reading') return young.slice(-consecutive);
  const days = [...new Set(young.map((it) => it.day))].slice(-consecutive);
  return young.filter((it) => it.day >= (days[0] ?? 0));
}

function tasksOf(plan: Plan, code: QuantityCode): Plan['tasks'] {
  return plan.tasks.filter((task) => task.measurementTypes.includes(code));
}
