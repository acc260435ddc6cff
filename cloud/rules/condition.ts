import type { Condition } from '@hemma/protocols/plans/condition.js';
import type { Rule, Severity } from '@hemma/protocols/plans/rule.js';
import type { Evidence } from '../plans/evidence.js';
import { type Moment, type Sample, later } from '../plans/lookup.js';

/** What a kind of condition is: see `kinds/table.ts`, one file for each. */
export interface ConditionKind<C> {
  /** The moments of the entries that can make the condition true or false. */
  moments(condition: C, evidence: Evidence): readonly Moment[];
  /** When time alone can change it, and for how many days after the last entry; null: never. */
  ticks?(condition: C, role: Role): Ticks | null;
  judge(condition: C, scene: Scene): Verdict;
}

export type Role = 'when' | 'clear';

/** `night`: 03:00 of each day. `day-end`: the last instant of each day. */
export interface Ticks {
  readonly time: 'night' | 'day-end';
  readonly days: number;
}

/** A moment at which a rule is evaluated. */
export interface Point extends Moment {
  readonly kind: 'data' | Ticks['time'];
}

/** A finding that was raised and is not cleared. */
export interface Raised {
  readonly from: Moment;
  readonly severity: Severity;
  readonly used: readonly Sample[];
  /** It became known more than a day after the fact. */
  readonly retrospective: boolean;
}

export interface Scene {
  readonly evidence: Evidence;
  readonly rule: Rule;
  readonly point: Point;
  /** What a clear condition is to end; null while a `when` is judged. */
  readonly raised: Raised | null;
}

export interface Holds {
  /** The newest entry that is part of the reason. */
  readonly newest: Moment;
  /** When the cloud had all of the reason. */
  readonly knownAt: number;
  readonly used: readonly Sample[];
}

/** `silent`: what the condition compares with does not exist (yet), so that it says nothing. */
export type Verdict = Holds | 'fails' | 'silent';

export function isHolding(verdict: Verdict): verdict is Holds {
  return typeof verdict === 'object';
}

/** The verdict that holds because of these samples. */
export function holdsBy(used: readonly [Sample, ...(readonly Sample[])]): Holds {
  return {
    newest: used.reduce(later),
    knownAt: Math.max(...used.map((it) => it.knownAt)),
    used,
  };
}

/** The verdict that holds because of the time that has passed. */
export function holdsByTime(point: Point, used: readonly Sample[] = []): Holds {
  return { newest: point, knownAt: point.at, used };
}

export function verdictOn(used: readonly Sample[], holds: boolean): Verdict {
  const [first, ...others] = used;
  return first !== undefined && holds ? holdsBy([first, ...others]) : 'fails';
}

/** How `all` and `any` reach the kinds of what is inside them. */
export type KindLookup = (condition: Condition) => ConditionKind<Condition>;
