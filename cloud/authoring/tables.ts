import type { Statements } from '../database/columns.js';
import type { ContentKind, Step } from './steps.js';

/**
 * What people did to a version of a plan or a questionnaire: drafted, published for test, verified,
 * released, retired. Append-only, held by the database itself: what was released never changes.
 */
interface ContentStepTable {
  kind: ContentKind;
  /** Id and version of the content itself. */
  id: string;
  version: string;
  /** 1, 2, 3 …: two who go the same step at once get one place, and one of them is told. */
  seq: number;
  step: Step['step'];
  /** The draft that it is about; a `draft` begins a new one. */
  revision: number;
  staff: string;
  /** Milliseconds since 1970 UTC. */
  at: number;
  /** JSON, `Step`. */
  data: string;
  /** Canonical JSON of what was drafted; null for the other steps. */
  content: string | null;
}

export interface AuthoringTables {
  content_steps: ContentStepTable;
}

export const authoringMigrations: Readonly<Record<string, Statements>> = {
  '029-content': ({ int64, appendOnly }) => [
    `create table content_steps (
      kind text not null,
      id text not null,
      version text not null,
      seq ${int64} not null,
      step text not null,
      revision ${int64} not null,
      staff text not null references staff (ref),
      at ${int64} not null,
      data text not null,
      content text,
      primary key (kind, id, version, seq)
    )`,
    ...appendOnly('content_steps', ['kind', 'id', 'version', 'seq']),
  ],
};
