import type { Calendar } from '@hemma/protocols/plans/calendar.js';
import { findingOf } from './finding-rows.js';
import type { KnownFinding } from './finding-rows.js';
import { latestOf } from './finding.js';
import type { PlanFinding, RuleStart } from './plan-findings.js';

/** From where a patient is judged anew. */
export interface Progress {
  /** Event time: everything up to here is in the findings. */
  readonly judgedUntil: number;
  /** When the oldest of the new readings was measured; null when it is time that has passed. */
  readonly oldest: number | null;
}

/**
 * Where a rule goes on: from the day of the oldest new reading (monitoring plans §3.7), which may
 * change the value of that day, or from where the last evaluation ended. A finding of which it is not
 * known how far it had come there is judged from its beginning, so that the findings are those of a
 * patient whose readings all came at once.
 */
export function startOf(
  rows: readonly KnownFinding[],
  { judgedUntil, oldest }: Progress,
  calendar: Calendar,
): RuleStart {
  const day = oldest === null ? Infinity : calendar.instant(calendar.dayOf(oldest), 0);
  const after = rows
    .toReversed()
    .reduce((instant, it) => beforeUnknown(it, instant, calendar), Math.min(judgedUntil, day - 1));
  const raised = rows.filter((it) => it.raised_at !== null && it.raised_at <= after);
  const ends = raised.map(endOf).filter((it) => it <= after);
  const start = { after, first: null, clearedAt: Math.max(-Infinity, ...ends) };
  const last = raised.at(-1);
  if (last === undefined) return { ...start, state: 'normal', last: null, open: null };
  const finding = findingOf(last, calendar);
  if (endOf(last) <= after)
    return { ...start, state: 'normal', last: raisedBy(finding), open: null };
  const isSeen = last.acknowledged_at !== null && last.acknowledged_at <= after;
  const state = isSeen ? 'acknowledged' : 'active';
  return { ...start, state, last: raisedBy(finding), open: asOf(finding, after) };
}

function endOf(row: KnownFinding): number {
  return row.cleared_at ?? Infinity;
}

/** Just before a finding that goes on at an instant, when it cannot be told how far it had come. */
function beforeUnknown(row: KnownFinding, instant: number, calendar: Calendar): number {
  const goesOn = row.began_at <= instant && endOf(row) > instant;
  if (!goesOn) return instant;
  const isRaised = row.raised_at !== null && row.raised_at <= instant;
  return isRaised && asOf(findingOf(row, calendar), instant) !== null ? instant : row.began_at - 1;
}

/** A finding as it was at an instant; null when that is not known. */
function asOf(finding: PlanFinding, instant: number): PlanFinding | null {
  const steps = finding.steps.filter((it) => it.at <= instant);
  if (finding.matchedAt <= instant) return { ...finding, steps };
  const { before } = finding;
  if (before === null || before === 'unknown' || before.matchedAt > instant) return null;
  return { ...finding, ...before, steps, latest: latestOf(before.reason), before: 'unknown' };
}

function raisedBy({
  raisedAt,
  beganAt,
  day,
  severity,
  raisedBy: used,
  retrospective,
}: PlanFinding) {
  return { from: { at: raisedAt ?? beganAt, day, seq: Infinity }, severity, used, retrospective };
}
