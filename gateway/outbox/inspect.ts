import Database from 'better-sqlite3';

/** Looks into an outbox file from another process, without getting in the way of the gateway. */

export interface OutboxState {
  readonly ledger: string;
  /** Highest sequence number given out. */
  readonly last: number;
  /** How far the cloud has spoken, as the file knows it. */
  readonly confirmed: number;
  readonly waiting: number;
  /** Readings that wait for the time. */
  readonly held: number;
  /** Readings of which somebody is asked whose they are. */
  readonly doubtful: number;
  /** Readings that are somebody else's, or from before the loan: kept for a time, never sent. */
  readonly setAside: number;
  /** Rows that the cloud will never store. */
  readonly refused: readonly { readonly seq: number; readonly code: string }[];
}

/** A row as it is kept; `text` is null once the space policy has removed it. */
export interface KeptRow {
  readonly seq: number;
  readonly text: string | null;
}

/** One row: how far the file has come, whichever version of the gateway made it. */
export const standingSql =
  'SELECT id AS ledger, last, handled AS confirmed, last - handled AS waiting, ' +
  '(SELECT count(*) FROM held) AS held FROM ledger';

const doubtSql =
  'SELECT count(*) FILTER (WHERE until_ms IS NOT NULL) AS doubtful, ' +
  'count(*) FILTER (WHERE until_ms IS NULL) AS setAside FROM doubtful';
/** A file that no gateway of today has opened has no such table yet, and nothing in doubt. */
const hasDoubtSql = "SELECT name FROM sqlite_master WHERE name = 'doubtful'";
const noDoubt = { doubtful: 0, setAside: 0 };

/** Throws when there is no such file or it is no outbox. */
export function inspectOutbox(file: string): OutboxState {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    type Standing = Omit<OutboxState, 'refused' | 'doubtful' | 'setAside'>;
    const state = db.prepare<[], Standing>(standingSql).get();
    if (state === undefined) throw new Error('The outbox has no ledger.');
    const refused = db
      .prepare<[], OutboxState['refused'][number]>('SELECT seq, code FROM refused ORDER BY seq')
      .all();
    const hasDoubt = db.prepare(hasDoubtSql).get() !== undefined;
    const doubt = hasDoubt ? db.prepare<[], typeof noDoubt>(doubtSql).get() : undefined;
    return { ...state, ...(doubt ?? noDoubt), refused };
  } finally {
    db.close();
  }
}

/** The latest moment that is known to have passed; 0 when the time was never known. */
export function latestWallMsIn(file: string): number {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    const sql = 'SELECT latest_wall_ms FROM ledger';
    return db.prepare<[], number>(sql).pluck().get() ?? 0;
  } finally {
    db.close();
  }
}

/** Every row that is kept, in order. */
export function* keptRows(file: string): Generator<KeptRow> {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    yield* db.prepare<[], KeptRow>('SELECT seq, text FROM outbox ORDER BY seq').iterate();
  } finally {
    db.close();
  }
}
