import type { Severity } from '@hemma/protocols/plans/rule.js';
import type { RuleEvent } from './engine.js';

/** One episode of a rule: from being raised until it is cleared, and what happened meanwhile. */
export interface Finding {
  /** The same in every evaluation of the same entries: rule and event time. */
  readonly id: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly state: 'active' | 'acknowledged' | 'cleared';
  readonly raisedAt: number;
  /** The local calendar day it belongs to; the text says so when it is retrospective. */
  readonly day: number;
  readonly acknowledgedAt: number | null;
  readonly clearedAt: number | null;
  /** How often the rule was true, the first time included. */
  readonly count: number;
  /** The latest value that made it true; null when staff keep what the data no longer give. */
  readonly latest: { readonly metric: string; readonly value: string; readonly at: number } | null;
  /** The entries behind it: "why". */
  readonly entries: readonly string[];
  readonly retrospective: boolean;
  readonly recalculated: boolean;
}

/** The findings that the events of one rule make, in the order in which they were raised. */
export function findingsOf(events: readonly RuleEvent[]): readonly Finding[] {
  return events.reduce<readonly Finding[]>((findings, event) => {
    const open = findings.at(-1);
    if (event.what === 'raised' || event.what === 'kept') return [...findings, raised(event)];
    if (open === undefined || open.state === 'cleared') return findings;
    return [...findings.slice(0, -1), { ...open, ...changeOf(event, open) }];
  }, []);
}

function raised(event: RuleEvent): Finding {
  const recalculated = event.what === 'kept';
  return {
    id: `${event.rule}@${event.at}`,
    rule: event.rule,
    severity: event.severity,
    state: 'active',
    raisedAt: event.at,
    day: event.day,
    acknowledgedAt: null,
    clearedAt: null,
    count: 1,
    latest: latestOf(event),
    entries: [...new Set(event.used.flatMap((it) => it.ids))],
    retrospective: event.retrospective,
    recalculated,
  };
}

function changeOf(event: RuleEvent, open: Finding): Partial<Finding> {
  switch (event.what) {
    case 'matched':
      return { count: open.count + 1, latest: latestOf(event) };
    case 'acknowledged':
      return { state: 'acknowledged', acknowledgedAt: event.at };
    case 'cleared':
      return { state: 'cleared', clearedAt: event.at };
    default:
      return {};
  }
}

function latestOf({ used }: RuleEvent): Finding['latest'] {
  const [sample] = used;
  return sample === undefined
    ? null
    : { metric: sample.metric, value: sample.value.toString(), at: sample.at };
}
