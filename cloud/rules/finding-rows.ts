import { createHash } from 'node:crypto';
import type { Insertable, Selectable, Transaction } from 'kysely';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { Tables } from '../database/schema.js';
import type { JudgedReading } from './accept.js';
import type { Verdict } from './judge.js';
import { clearsAt, directionOf } from './limits.js';
import type { LimitRule } from './limits.js';

export type FindingRow = Selectable<Tables['findings']>;
type Trx = Transaction<Tables>;

/** A limit that was passed: by whom, by what, under which rule of which plan. */
export interface Passed {
  readonly patient: string;
  readonly plan: Plan;
  readonly rule: LimitRule;
  readonly reading: JudgedReading;
  readonly verdict: Extract<Verdict, { limit: unknown }>;
}

/** The finding that begins with this reading. */
export function newFinding(passed: Passed): Insertable<Tables['findings']> & FindingRow {
  const { patient, plan, rule, reading, verdict } = passed;
  const { kind, limit } = verdict;
  return {
    id: findingId(passed),
    patient,
    plan: plan.id,
    rule: rule.id,
    severity: rule.severity,
    kind: kind === 'note' ? 'note' : 'episode',
    clears_at: clearsAt(rule, limit),
    raised_at: reading.receivedAt,
    count: 1,
    cleared_at: kind === 'note' ? reading.receivedAt : null,
    ...latest(passed),
  };
}

/** The parts of a finding that follow its newest value. */
function latest({ reading, verdict }: Passed) {
  const { limit, value } = verdict;
  return {
    code: limit.code,
    direction: directionOf(limit.op),
    limit_value: limit.value,
    value,
    measurement: reading.id,
    measured_at: reading.at,
  };
}

/**
 * Follows from what raised it, so nothing is found twice. What came too late is noted once a day and
 * rule: a backlog of weeks is no list of hundreds.
 */
function findingId({ patient, rule, reading, verdict }: Passed): string {
  const cause = verdict.kind === 'note' ? `day ${reading.day}` : reading.id;
  const source = ['hemma-finding-1', patient, rule.id, verdict.kind, cause].join('\n');
  return createHash('sha256').update(source).digest('hex').slice(0, 32);
}

export async function insertEpisode(trx: Trx, finding: FindingRow): Promise<void> {
  await trx
    .insertInto('findings')
    .values(finding)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

export async function insertNote(trx: Trx, finding: FindingRow): Promise<void> {
  await trx
    .insertInto('findings')
    .values(finding)
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((eb) => ({ count: eb('findings.count', '+', 1) })),
    )
    .execute();
}

/** One more value of the same cause: the episode counts it and shows it. */
export async function continueFinding(
  trx: Trx,
  finding: FindingRow,
  passed: Passed,
): Promise<void> {
  await trx
    .updateTable('findings')
    .set((eb) => ({
      ...latest(passed),
      clears_at: clearsAt(passed.rule, passed.verdict.limit),
      count: eb('count', '+', 1),
    }))
    .where('id', '=', finding.id)
    .execute();
}

export async function clearFinding(trx: Trx, id: string, at: number): Promise<void> {
  await trx
    .updateTable('findings')
    .set({ cleared_at: at })
    .where('id', '=', id)
    .where('cleared_at', 'is', null)
    .execute();
}

/** The episodes that go on, of these patients. */
export async function openFindings(
  trx: Trx,
  patients: readonly string[],
): Promise<readonly FindingRow[]> {
  return trx
    .selectFrom('findings')
    .selectAll()
    .where('patient', 'in', patients)
    .where('cleared_at', 'is', null)
    .execute();
}
