import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { QuantityCode } from '@hemma/protocols/reading.js';
import type { Catalogue } from '../catalogue.js';
import { dailySamples } from '../plans/daily.js';
import { compare, decimal } from '../plans/decimal.js';
import type { ReadingSample, Sample } from '../plans/lookup.js';
import { intervalDays } from '../plans/schedule.js';
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
}

/** A reading that comes later than this after it was measured raises no alarm (§3.7). */
export const staleAfterMs = 24 * 3_600_000;
/** Three days of seven windows with three readings, and then some; beyond it the oldest go. */
const maxRecent = 100;
/** Consecutive values reach back at most 2 × consecutive × interval days (§5). */
const ageFactor = 2;

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
    memory: { recent: keep(known, rule, scene) },
    verdict: verdictOn(rule, known.slice(0, place + 1), isOld, scene),
  };
}

function limitsOf(rule: LimitRule): readonly Limit[] {
  return [...rule.raises, ...(rule.clears ?? [])];
}

/** Drops what no later verdict can need. */
function keep(
  readings: readonly JudgedReading[],
  rule: LimitRule,
  scene: Scene,
): readonly JudgedReading[] {
  const needed = limitsOf(rule).flatMap((limit) => neededFor(limit, readings, scene)[0] ?? []);
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
  if (isOld || rule.clears === null) return null;
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
  const samples = neededFor(limit, readings, scene).map((reading, seq) =>
    sampleOf(limit.code, reading, seq),
  );
  if (limit.aggregate === 'reading') return samples;
  return dailySamples(samples, tasksOf(scene.plan, limit.code), {
    decimals: scene.catalogue.quantities.get(limit.code)?.decimals ?? 0,
    readingsPerWindow: (task) => task.schedule.readingsPerWindow,
  });
}

function sampleOf(code: QuantityCode, reading: JudgedReading, seq: number): ReadingSample {
  const { id, at, receivedAt, day, minute, deviceKind, values } = reading;
  const value = decimal(values[code] ?? 0);
  const where = { at, day, minute, seq, knownAt: receivedAt, ids: [id] };
  return { ...where, metric: code, value, deviceKind, flags: [], context: {} };
}

/** The readings that the last consecutive values are made of, none older than they may be. */
function neededFor(
  limit: Limit,
  readings: readonly JudgedReading[],
  { plan }: Scene,
): readonly JudgedReading[] {
  const { code, aggregate, consecutive } = limit;
  const newest = readings.findLast((it) => it.values[code] !== undefined);
  if (newest === undefined) return [];
  const firstDay = newest.day - reachDays(limit, plan);
  const needed: JudgedReading[] = [];
  const days = new Set<number>();
  for (const reading of readings.toReversed()) {
    if (reading.values[code] === undefined) continue;
    days.add(reading.day);
    const enough = aggregate === 'daily' ? days.size > consecutive : needed.length === consecutive;
    if (enough || reading.day < firstDay) break;
    needed.unshift(reading);
  }
  return needed;
}

/** How many days back the oldest of the consecutive values may be. */
function reachDays({ code, consecutive }: Limit, plan: Plan): number {
  const tasks = tasksOf(plan, code);
  const task = tasks.find((it) => it.enabledByDefault) ?? tasks[0];
  const interval = task === undefined ? 1 : intervalDays(task.schedule.frequency, null);
  return Math.ceil(ageFactor * consecutive * interval);
}

function tasksOf(plan: Plan, code: QuantityCode): Plan['tasks'] {
  return plan.tasks.filter((task) => task.measurementTypes.includes(code));
}
