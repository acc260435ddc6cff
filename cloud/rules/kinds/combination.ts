import type { Condition } from '@hemma/protocols/plans/condition.js';
import { later } from '../../plans/lookup.js';
import {
  type ConditionKind,
  type Holds,
  type KindLookup,
  type Role,
  type Scene,
  type Ticks,
  type Verdict,
  isHolding,
} from '../condition.js';

type All = Extract<Condition, { type: 'all' }>;
type Any = Extract<Condition, { type: 'any' }>;

/** Inside `all` every branch must be true on data not older than this. */
const MAX_AGE_DAYS = 3;

/**
 * Every branch holds. A silent branch keeps a `when` from being true; a finding it cannot have
 * raised it cannot keep open either, so that a clear condition leaves it out.
 */
export function allOf(kindOf: KindLookup): ConditionKind<All> {
  return {
    ...inner(kindOf),
    judge: ({ of }, scene) => {
      const verdicts = judgeEach(of, scene, kindOf);
      const counted = scene.raised === null ? verdicts : verdicts.filter((it) => it !== 'silent');
      if (counted.length === 0 || counted.includes('silent')) return 'silent';
      const holding = counted.filter(isHolding);
      const areRecent = holding.every((it) => scene.point.day - it.newest.day <= MAX_AGE_DAYS);
      return holding.length === counted.length && areRecent ? merged(holding, Math.max) : 'fails';
    },
  };
}

/** At least one branch holds. */
export function anyOf(kindOf: KindLookup): ConditionKind<Any> {
  return {
    ...inner(kindOf),
    judge: ({ of }, scene) => {
      const verdicts = judgeEach(of, scene, kindOf);
      const holding = verdicts.filter(isHolding);
      if (holding.length > 0) return merged(holding, Math.min);
      return verdicts.every((it) => it === 'silent') ? 'silent' : 'fails';
    },
  };
}

function inner(kindOf: KindLookup): Omit<ConditionKind<All | Any>, 'judge'> {
  return {
    moments: ({ of }, evidence) => of.flatMap((it) => kindOf(it).moments(it, evidence)),
    ticks: ({ of }, role) => longestTicks(of, role, kindOf),
  };
}

function judgeEach(of: readonly Condition[], scene: Scene, kindOf: KindLookup): readonly Verdict[] {
  return of.map((it) => kindOf(it).judge(it, scene));
}

function longestTicks(of: readonly Condition[], role: Role, kindOf: KindLookup): Ticks | null {
  const ticks = of.flatMap((it) => kindOf(it).ticks?.(it, role) ?? []);
  return ticks.toSorted((a, b) => b.days - a.days)[0] ?? null;
}

/** A reason made of several is as new as the newest; when it was known, `all` and `any` differ. */
function merged(holding: readonly Holds[], known: (...times: number[]) => number): Verdict {
  const [first] = holding;
  if (first === undefined) return 'fails';
  return {
    newest: holding.map((it) => it.newest).reduce(later, first.newest),
    knownAt: known(...holding.map((it) => it.knownAt)),
    used: holding.flatMap((it) => it.used),
  };
}
