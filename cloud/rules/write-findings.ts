import type { Transaction } from 'kysely';
import type { Tables } from '../database/schema.js';
import type { Finding } from './finding.js';
import type { FindingRow, KnownFinding } from './finding-rows.js';
import { reconcile } from './reconcile.js';

type Trx = Transaction<Tables>;

/** What findings give to people; everything within the transaction of the finding. */
export interface TaskSink {
  /** Opens the task of a finding, or brings it up to date. `audience` says who is to answer it. */
  sync(trx: Trx, finding: FindingRow): Promise<void>;
  /** The data no longer give a finding that nobody has seen: its task goes with it. */
  drop(trx: Trx, finding: string): Promise<void>;
}

interface Writing {
  readonly trx: Trx;
  readonly tasks: TaskSink;
  readonly now: number;
}

/**
 * Brings the rows of one rule up to date: each finding keeps the row, and the task, that it has; what
 * the data no longer give goes, unless somebody has seen it. Gives the rows as they are now.
 */
export async function writeFindings<
  Found extends Pick<Finding, 'beganAt' | 'raisedAt' | 'clearedAt'>,
>(
  { trx, tasks, now }: Writing,
  findings: readonly Found[],
  rows: readonly KnownFinding[],
  toRow: (finding: Found, known: KnownFinding | null) => FindingRow,
): Promise<readonly FindingRow[]> {
  const { kept, lost } = reconcile(findings, rows);
  const written: FindingRow[] = [];
  for (const row of lost) await lose({ trx, tasks, now }, row);
  for (const [finding, known] of kept) {
    const row = toRow(finding, known);
    written.push(row);
    if (known !== null && isSame(row, known)) continue;
    await save(trx, row, known !== null);
    if (row.kind === 'raised' || isSeen(known)) await tasks.sync(trx, row);
    else if (known !== null) await tasks.drop(trx, row.id);
  }
  return written;
}

/** A finding that nothing gives any more, and that stays as it was, is over or changed so far. */
export async function changeFinding(
  { trx, tasks }: Writing,
  known: KnownFinding,
  change: Partial<Pick<FindingRow, 'cleared_at' | 'kind'>>,
): Promise<void> {
  await trx.updateTable('findings').set(change).where('id', '=', known.id).execute();
  const row = { ...known, ...change };
  if (row.kind === 'raised' || isSeen(known)) await tasks.sync(trx, row);
  else await tasks.drop(trx, row.id);
}

function isSeen(row: KnownFinding | null): boolean {
  return row !== null && (row.acknowledged_at !== null || row.answered_at !== null);
}

function isSame(row: FindingRow, known: KnownFinding): boolean {
  return Object.entries(row).every(
    ([column, value]) => known[column as keyof FindingRow] === value,
  ); // its own keys
}

async function save(trx: Trx, row: FindingRow, isKnown: boolean): Promise<void> {
  const { id, ...columns } = row;
  if (!isKnown) await trx.insertInto('findings').values(row).execute();
  else await trx.updateTable('findings').set(columns).where('id', '=', id).execute();
}

/** Nobody has seen it: it is gone. What staff have seen is never removed (§3.7). */
async function lose({ trx, tasks, now }: Writing, row: KnownFinding): Promise<void> {
  if (isSeen(row)) {
    const over = { recalculated: 1, cleared_at: row.cleared_at ?? now };
    await trx.updateTable('findings').set(over).where('id', '=', row.id).execute();
    await tasks.sync(trx, { ...row, ...over });
    return;
  }
  await tasks.drop(trx, row.id);
  await trx.deleteFrom('findings').where('id', '=', row.id).execute();
}
