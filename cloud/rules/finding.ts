import type { Severity } from '@hemma/protocols/plans/rule.js';
import type { Sample } from '../plans/lookup.js';
import type { RuleEvent } from './engine.js';

/** One episode of a rule: from its first value until it is over, and what happened meanwhile. */
export interface Finding {
  /** The same in every evaluation of the same entries: rule and event time. */
  readonly id: string;
  readonly rule: string;
  readonly severity: Severity;
  /** `confirming`: a repeat is awaited; `unconfirmed`: it came, and was not beyond the limit. */
  readonly state: 'confirming' | 'unconfirmed' | 'active' | 'acknowledged' | 'cleared';
  /** The first value: of the confirmation where there is one. */
  readonly beganAt: number;
  /** Null while it is not confirmed. */
  readonly raisedAt: number | null;
  /** When the cloud had what raised it. */
  readonly knownAt: number;
  /** The local calendar day it belongs to; the text says so when it is retrospective. */
  readonly day: number;
  readonly acknowledgedAt: number | null;
  /** When it was over: cleared, or not confirmed. */
  readonly clearedAt: number | null;
  /** How often the rule was true, the first time included. */
  readonly count: number;
  /** The latest value that made it true; null when staff keep what the data no longer give. */
  readonly latest: { readonly metric: string; readonly value: string; readonly at: number } | null;
  /** What raised it, and what made the rule true last. */
  readonly raisedBy: readonly Sample[];
  readonly reason: readonly Sample[];
  /** The entries behind it: "why". */
  readonly entries: readonly string[];
  readonly retrospective: boolean;
  readonly recalculated: boolean;
}

/**
 * The findings that the events of one rule make, in the order in which they began. `open` is the one
 * that was going on when the first of the events happened.
 */
export function findingsOf(
  events: readonly RuleEvent[],
  open: Finding | null = null,
): readonly Finding[] {
  return events.reduce<readonly Finding[]>(
    (findings, event) => {
      const last = findings.at(-1) ?? null;
      if (event.what === 'confirming') return [...findings, begun(event)];
      if (event.what === 'raised' && last?.state === 'confirming')
        return [...findings.slice(0, -1), raised(event, last)];
      if (event.what === 'raised' || event.what === 'kept')
        return [...findings, raised(event, begun(event))];
      if (last === null || last.clearedAt !== null) return findings;
      return [...findings.slice(0, -1), { ...last, ...changeOf(event, last) }];
    },
    open === null ? [] : [open],
  );
}

function begun(event: RuleEvent): Finding {
  return {
    id: `${event.rule}@${event.at}`,
    rule: event.rule,
    severity: event.severity,
    state: 'confirming',
    beganAt: event.at,
    raisedAt: null,
    knownAt: event.knownAt,
    day: event.day,
    acknowledgedAt: null,
    clearedAt: null,
    count: 1,
    ...reasonOf(event),
    raisedBy: event.used,
    entries: [...new Set(event.used.flatMap((it) => it.ids))],
    retrospective: false,
    recalculated: false,
  };
}

function raised(event: RuleEvent, { beganAt }: Finding): Finding {
  return {
    ...begun(event),
    ...{ state: 'active', beganAt, raisedAt: event.at },
    ...{ retrospective: event.retrospective, recalculated: event.what === 'kept' },
  };
}

function changeOf(event: RuleEvent, open: Finding): Partial<Finding> {
  switch (event.what) {
    case 'matched':
      return { count: open.count + 1, ...reasonOf(event) };
    case 'acknowledged':
      return { state: 'acknowledged', acknowledgedAt: event.at };
    case 'cleared':
      return { state: 'cleared', clearedAt: event.at };
    case 'not-confirmed':
      return { state: 'unconfirmed', clearedAt: event.at };
    default:
      return {};
  }
}

function reasonOf({ used }: RuleEvent): Pick<Finding, 'latest' | 'reason'> {
  const [sample] = used;
  const latest =
    sample === undefined
      ? null
      : { metric: sample.metric, value: sample.value.toString(), at: sample.at };
  return { latest, reason: used };
}
