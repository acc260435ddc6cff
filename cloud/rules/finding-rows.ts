import { randomBytes } from 'node:crypto';
import type { Selectable, Transaction } from 'kysely';
import type { ParameterValue } from '@hemma/protocols/plans/plan.js';
import type { Rule } from '@hemma/protocols/plans/rule.js';
import type { Tables } from '../database/schema.js';
import type { Episode } from '../episodes/episodes.js';
import type { Calendar } from '@hemma/protocols/plans/calendar.js';
import type { Course } from '../plans/course.js';
import { decimal } from '../plans/decimal.js';
import type { Sample } from '../plans/lookup.js';
import { staffMayClose } from './engine.js';
import { latestOf } from './finding.js';
import type { Finding, Matched, Step } from './finding.js';
import type { PlanFinding } from './plan-findings.js';
import { reasonFor } from './reason.js';
import type { FindingReason } from './reason.js';
import { isSnoozed } from './snoozes.js';
import type { Snooze } from './snoozes.js';

export type FindingRow = Selectable<Tables['findings']>;
type Trx = Transaction<Tables>;

/** A finding with what staff did about its task. */
export interface KnownFinding extends FindingRow {
  readonly acknowledged_at: number | null;
  /** When a person closed its task; null as long as none did. */
  readonly answered_at: number | null;
  readonly reason_code: Selectable<Tables['tasks']>['reason'];
}

/** More samples than these say nothing more. */
const MAX_SAMPLES = 100;

type StoredSample = Readonly<{ metric: string; value: string; at: number }>;
type StoredMatched = Omit<Matched, 'reason'> & { readonly reason: readonly StoredSample[] };

/** What a finding was judged by (monitoring plans §5), and what the next evaluation goes on from. */
interface FindingBasis {
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** Measurement ids. */
  readonly entries: readonly string[];
  readonly raisedBy: readonly StoredSample[];
  readonly last: StoredMatched;
  readonly before: StoredMatched | null;
  /** Absent in what was stored before evaluations were. */
  readonly steps?: readonly Step[];
}

/** The cause of a note whose rule was snoozed when it was raised. */
export const snoozed = 'snoozed';

/** The row of a finding; `known` is its row so far, of which it keeps the id. */
export function rowOf(
  finding: PlanFinding,
  known: KnownFinding | null,
  context: {
    readonly episode: Pick<Episode, 'id' | 'patient'>;
    readonly rule: Rule;
    readonly course: Course;
    readonly snoozes: readonly Snooze[];
    readonly now: number;
  },
): FindingRow {
  const { episode, rule, course, snoozes, now } = context;
  const isQuiet = kindOf(finding) === 'raised' && isSnoozed(finding, snoozes, now);
  const isTold = finding.reason.length > 0 || known === null;
  const reason: FindingReason = isTold ? reasonFor(finding, rule, course) : reasonOf(known);
  return {
    id: known?.id ?? randomBytes(16).toString('hex'),
    patient: episode.patient,
    episode: episode.id,
    plan: finding.plan,
    plan_version: finding.planVersion,
    rule: finding.rule,
    severity: finding.state === 'unconfirmed' ? 'info' : finding.severity,
    kind: isQuiet ? 'note' : kindOf(finding),
    began_at: finding.beganAt,
    raised_at: finding.raisedAt,
    cleared_at: finding.clearedAt,
    found_at: finding.knownAt,
    latest_at: reason.measuredAt,
    count: finding.count,
    staff_may_close: Number(staffMayClose(rule)),
    recalculated: Number(finding.recalculated),
    reason: JSON.stringify(reason),
    basis: JSON.stringify(basisOf(finding)),
    ...{ topic: 'assess', cause: isQuiet ? snoozed : null, audience: 'clinic', hint: null },
  };
}

function kindOf({ state, retrospective }: Finding): FindingRow['kind'] {
  if (state === 'confirming' || state === 'unconfirmed') return state;
  return retrospective ? 'note' : 'raised';
}

function basisOf(finding: PlanFinding): FindingBasis {
  const { parameters, entries, raisedBy, before, steps } = finding;
  return {
    ...{ parameters, entries: entries.slice(0, MAX_SAMPLES), raisedBy: stored(raisedBy) },
    last: storedMatched(finding),
    before: before === null || before === 'unknown' ? null : storedMatched(before),
    steps,
  };
}

function storedMatched({ matchedAt, matchedOn, count, reason }: Matched): StoredMatched {
  return { matchedAt, matchedOn, count, reason: stored(reason) };
}

function stored(samples: readonly Sample[]): readonly StoredSample[] {
  return samples
    .slice(0, MAX_SAMPLES)
    .map(({ metric, value, at }) => ({ metric, value: value.toString(), at }));
}

/** The settings and the values that a finding was judged by: the end of every "why" (§5). */
export function judgedBy({ basis }: Pick<FindingRow, 'basis'>) {
  // Written by `rowOf` from the same type, or by `sideRowOf` without values.
  const { parameters = {}, last } = JSON.parse(basis) as Partial<FindingBasis>;
  return {
    parameters: Object.entries(parameters).map(([id, value]) => ({ id, value })),
    used: (last?.reason ?? [])
      .map(({ metric, value, at }) => ({ code: metric, value, at }))
      .toSorted((a, b) => b.at - a.at),
  };
}

export function reasonOf(row: Pick<FindingRow, 'reason'>): FindingReason {
  // Written by `rowOf` from the same type.
  return JSON.parse(row.reason) as FindingReason;
}

/** The finding of a row as it was when it went on, so that the engine can go on with it. */
export function findingOf(row: KnownFinding, calendar: Calendar): PlanFinding {
  // Written by `rowOf` from the same type.
  const basis = JSON.parse(row.basis) as FindingBasis;
  const { parameters, entries, raisedBy, last, before, steps = [] } = basis;
  const samples = (list: readonly StoredSample[]): readonly Sample[] =>
    list.map(({ metric, value, at }) => ({
      ...{ metric, value: decimal(value), at, day: calendar.dayOf(at) },
      ...{ seq: Infinity, knownAt: at, ids: [] },
    }));
  const matched = (it: StoredMatched): Matched => ({ ...it, reason: samples(it.reason) });
  const raisedAt = row.raised_at ?? row.began_at;
  return {
    ...{ plan: row.plan, planVersion: row.plan_version, parameters },
    id: `${row.rule}@${raisedAt}`,
    rule: row.rule,
    severity: row.severity,
    state: row.acknowledged_at === null ? 'active' : 'acknowledged',
    beganAt: row.began_at,
    raisedAt,
    knownAt: row.found_at,
    day: calendar.dayOf(raisedAt),
    acknowledgedAt: row.acknowledged_at,
    clearedAt: null,
    ...matched(last),
    before: before && matched(before),
    latest: latestOf(samples(last.reason)),
    raisedBy: samples(raisedBy),
    ...{ entries, steps },
    retrospective: row.kind === 'note' && row.cause !== snoozed,
    recalculated: row.recalculated === 1,
  };
}

/** Everything that was found in an episode, in the order in which it began. */
export async function knownFindings(trx: Trx, episode: string): Promise<readonly KnownFinding[]> {
  return trx
    .selectFrom('findings')
    .leftJoin('tasks', 'tasks.finding', 'findings.id')
    .selectAll('findings')
    .select([
      'tasks.acknowledged_at',
      'tasks.reason as reason_code',
      'tasks.resolved_at as answered_at',
    ])
    .where('findings.episode', '=', episode)
    .orderBy('findings.began_at')
    .execute();
}
