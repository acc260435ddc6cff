import type { ParameterValue } from '@hemma/protocols/plans/plan.js';
import type { Severity } from '@hemma/protocols/plans/rule.js';
import { type Sample, later } from '../plans/lookup.js';
import type { RuleEvent } from './engine.js';

/** How far a finding had come when the rule was true last. */
export interface Matched {
  /** Event time, and its local calendar day. */
  readonly matchedAt: number;
  readonly matchedOn: number;
  /** How often the rule was true, the first time included. */
  readonly count: number;
  /** What made it true; empty when staff keep what the data no longer give. */
  readonly reason: readonly Sample[];
}

/** One evaluation that changed or confirmed a finding (§5, "every evaluation stores"). */
export interface Step {
  readonly what: RuleEvent['what'];
  /** Event time, and when the cloud had all of it. */
  readonly at: number;
  readonly knownAt: number;
  readonly severity: Severity;
  /** What the rule looked at, values as they are shown, and the entries they are made of. */
  readonly used: readonly {
    readonly metric: string;
    readonly value: string;
    readonly at: number;
  }[];
  readonly entries: readonly string[];
  /** What was in force; filled in where the segment is known. */
  readonly planVersion?: string;
  readonly parameters?: Readonly<Record<string, ParameterValue>>;
}

/** Of a finding that goes on for months the first steps tell all; `count` goes on. */
const maxSteps = 50;
/** More of what one evaluation looked at says nothing more. */
const maxUsed = 30;

/** What a rule found: from its first value until it is over, and what happened meanwhile. */
export interface Finding extends Matched {
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
  /**
   * Before the day of the last match: another reading of that day may change the day's value.
   * `unknown` when an evaluation has gone on from there, and found no other day to take its place.
   */
  readonly before: Matched | 'unknown' | null;
  /** The latest value that made it true; null when staff keep what the data no longer give. */
  readonly latest: { readonly metric: string; readonly value: string; readonly at: number } | null;
  readonly raisedBy: readonly Sample[];
  /** The entries behind it: "why". */
  readonly entries: readonly string[];
  /** The evaluations that made it, in their order. */
  readonly steps: readonly Step[];
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
        return [...findings, raised(event, null)];
      if (last?.clearedAt !== null) return findings;
      const steps = withStep(last.steps, event);
      return [...findings.slice(0, -1), { ...last, ...changeOf(event, last), steps }];
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
    ...matched(event, 1),
    before: null,
    raisedBy: event.used,
    entries: entriesOf(event),
    steps: [stepOf(event)],
    retrospective: false,
    recalculated: false,
  };
}

function raised(event: RuleEvent, confirming: Finding | null): Finding {
  return {
    ...begun(event),
    ...{ state: 'active', beganAt: confirming?.beganAt ?? event.at, raisedAt: event.at },
    steps: withStep(confirming?.steps ?? [], event),
    ...{ retrospective: event.retrospective, recalculated: event.what === 'kept' },
  };
}

function changeOf(event: RuleEvent, open: Finding): Partial<Finding> {
  switch (event.what) {
    case 'matched':
      return {
        ...matched(event, open.count + 1),
        before: event.day === open.matchedOn ? open.before : matchedOf(open),
      };
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

function withStep(steps: readonly Step[], event: RuleEvent): readonly Step[] {
  return steps.length < maxSteps ? [...steps, stepOf(event)] : steps;
}

function stepOf(event: RuleEvent): Step {
  const { what, at, knownAt, severity, used } = event;
  const values = used.map((it) => ({
    ...{ metric: it.metric, value: it.value.toString(), at: it.at },
  }));
  const entries = entriesOf(event).slice(0, maxUsed);
  return { what, at, knownAt, severity, used: values.slice(0, maxUsed), entries };
}

function entriesOf({ used }: RuleEvent): readonly string[] {
  return [...new Set(used.flatMap((it) => it.ids))];
}

function matched(event: RuleEvent, count: number): Matched & Pick<Finding, 'latest'> {
  const { at: matchedAt, day: matchedOn, used: reason } = event;
  return { matchedAt, matchedOn, count, reason, latest: latestOf(reason) };
}

/** The newest of the samples. */
export function latestOf([first, ...others]: readonly Sample[]): Finding['latest'] {
  if (first === undefined) return null;
  const { metric, value, at } = others.reduce(later, first);
  return { metric, value: value.toString(), at };
}

function matchedOf({ matchedAt, matchedOn, count, reason }: Matched): Matched {
  return { matchedAt, matchedOn, count, reason };
}
