import { leavesOf } from '@hemma/protocols/plans/condition.js';
import type { Condition } from '@hemma/protocols/plans/condition.js';
import { severities } from '@hemma/protocols/plans/rule.js';
import type { Rule, Severity } from '@hemma/protocols/plans/rule.js';
import { ofKind } from '../record/care-record.js';
import type { KeptEvent } from '../record/care-record.js';
import { withoutErrors } from '../record/patient-record.js';
import type { Finding } from './finding.js';

/** A cause that gives no task for a while, because staff know it: one rule, thus one direction. */
export interface Snooze {
  readonly id: string;
  readonly rule: string;
  /** What is more severe is told all the same. */
  readonly severity: Severity;
  /** Event time, milliseconds since 1970 UTC; `until` is the first instant after it. */
  readonly from: number;
  readonly until: number;
}

/** The snoozes of an episode, in the order in which they began; one that was ended early is shorter. */
export function snoozesOf(kept: readonly KeptEvent[], episode: string): readonly Snooze[] {
  const events = withoutErrors(kept).filter((it) => it.episode === episode);
  const ended = new Map(ofKind(events, 'snooze-end').map(({ at, event }) => [event.snooze, at]));
  return ofKind(events, 'snooze').map(({ id, at, event: { rule, severity, until } }) => ({
    ...{ id, rule, severity, from: at },
    until: Math.min(until, ended.get(id) ?? until),
  }));
}

/**
 * Whether a finding gives no task now: it was raised while its cause was snoozed, and the snooze
 * goes on, or it was over before the snooze. What goes on after a snooze gives its task then. What
 * was raised before a snooze has its task, and keeps it.
 */
export function isSnoozed(
  {
    rule,
    severity,
    raisedAt,
    clearedAt,
  }: Pick<Finding, 'rule' | 'severity' | 'raisedAt' | 'clearedAt'>,
  snoozes: readonly Snooze[],
  now: number,
): boolean {
  if (raisedAt === null) return false;
  return snoozes.some(
    (it) =>
      it.rule === rule &&
      severities.indexOf(severity) <= severities.indexOf(it.severity) &&
      it.from < raisedAt &&
      raisedAt < it.until &&
      (now < it.until || (clearedAt !== null && clearedAt <= it.until)),
  );
}

/** Which way a rule looks; null when it looks both ways, so that a snooze would hide too much. */
export function directionOf({ when }: Rule): 'high' | 'low' | null {
  const directions = new Set(leavesOf(when).map(directionOfLeaf));
  const [direction = null] = directions;
  return directions.size === 1 ? direction : null;
}

function directionOfLeaf(leaf: Condition): 'high' | 'low' | null {
  const op = 'op' in leaf ? leaf.op : 'match' in leaf ? leaf.match.op : null;
  if (op === '>' || op === '>=') return 'high';
  return op === '<' || op === '<=' ? 'low' : null;
}
