import type { Finding } from './finding.js';
import type { KnownFinding } from './finding-rows.js';

/** What tells a finding from others of its rule. */
type Timed = Pick<Finding, 'beganAt' | 'raisedAt' | 'clearedAt'>;

/** What is to be written, after a rule was judged anew. */
export interface Reconciled<Found> {
  /** Each finding with its row so far; null for a new one. */
  readonly kept: readonly (readonly [Found, KnownFinding | null])[];
  /** Rows that the data no longer give. */
  readonly lost: readonly KnownFinding[];
}

type Fits = (finding: Timed, row: KnownFinding) => boolean;

/** The same finding: raised at the same moment, begun at the same moment, or at least overlapping. */
const fits: readonly Fits[] = [
  ({ raisedAt }, row) => raisedAt !== null && raisedAt === row.raised_at,
  ({ beganAt, raisedAt }, row) =>
    beganAt === row.began_at && (raisedAt !== null || row.raised_at === null),
  ({ beganAt, raisedAt, clearedAt }, row) =>
    raisedAt !== null &&
    row.raised_at !== null &&
    beganAt <= (row.cleared_at ?? Infinity) &&
    row.began_at <= (clearedAt ?? Infinity),
];

/** Gives each finding the row that it has already, so that it keeps its task. */
export function reconcile<Found extends Timed>(
  findings: readonly Found[],
  rows: readonly KnownFinding[],
): Reconciled<Found> {
  const rowOf = new Map<Found, KnownFinding>();
  const free = new Set(rows);
  for (const fit of fits)
    for (const finding of findings) {
      if (rowOf.has(finding)) continue;
      const row = [...free].find((it) => fit(finding, it));
      if (row === undefined) continue;
      rowOf.set(finding, row);
      free.delete(row);
    }
  return { kept: findings.map((it) => [it, rowOf.get(it) ?? null] as const), lost: [...free] };
}
