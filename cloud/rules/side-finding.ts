import { randomBytes } from 'node:crypto';
import type { Severity } from '@hemma/protocols/plans/rule.js';
import type { Text } from '@hemma/protocols/plans/text.js';
import type { Episode } from '../episodes/episodes.js';
import type { FindingRow, KnownFinding } from './finding-rows.js';
import type { FindingReason } from './reason.js';
import type { Audience, Topic } from './tables.js';

/** A finding beside the rules of the plan: values that stay away, or that cannot be judged. */
export interface SideFinding {
  /** The id of the missing data in the plan, or what it is about: `no-value:spo2`. */
  readonly rule: string;
  readonly topic: Exclude<Topic, 'assess'>;
  readonly severity: Severity;
  /** Only what is `raised` gives a task. */
  readonly kind: 'raised' | 'note';
  readonly beganAt: number;
  readonly raisedAt: number;
  readonly clearedAt: number | null;
  readonly knownAt: number;
  readonly latestAt: number;
  readonly count: number;
  readonly cause: string;
  readonly audience: Audience;
  readonly hint: Text;
  /** The measurement that it is about; null for none. */
  readonly code: string | null;
  readonly plan: string;
  readonly planVersion: string;
  /** Ids of what it was judged by. */
  readonly entries: readonly string[];
  /** What else it was judged by, as it was then: for "why". */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Its row; `known` is its row so far, of which it keeps the id. */
export function sideRowOf(
  finding: SideFinding,
  known: KnownFinding | null,
  { id, patient }: Pick<Episode, 'id' | 'patient'>,
): FindingRow {
  const { code, count, latestAt, entries, facts } = finding;
  const reason: FindingReason = {
    ...{ condition: 'other', code, value: null, direction: 'above', limit: null, clearsAt: null },
    ...{ values: count, days: null, measuredAt: latestAt },
  };
  return {
    id: known?.id ?? randomBytes(16).toString('hex'),
    ...{ patient, episode: id, plan: finding.plan, plan_version: finding.planVersion },
    ...{ rule: finding.rule, severity: finding.severity, kind: finding.kind },
    ...{ began_at: finding.beganAt, raised_at: finding.raisedAt, cleared_at: finding.clearedAt },
    ...{ found_at: finding.knownAt, latest_at: latestAt, count },
    ...{ staff_may_close: 1, recalculated: 0 },
    reason: JSON.stringify(reason),
    basis: JSON.stringify({ parameters: {}, entries, raisedBy: [], facts }),
    ...{ topic: finding.topic, cause: finding.cause, audience: finding.audience },
    hint: JSON.stringify(finding.hint),
  };
}
