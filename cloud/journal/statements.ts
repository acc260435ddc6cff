import type { Kysely, Selectable } from 'kysely';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { RowStatement } from '../database/row-statement.js';
import type { Tables } from '../database/schema.js';
import type {
  JournalEntry,
  LedgerKey,
  Mark,
  NewEntry,
  NewGap,
  NewRefusal,
  PastMeasurement,
} from './journal.js';

interface Dated {
  /** When it was received, milliseconds since 1970 UTC. */
  readonly at: number;
}
type NumberedEntry = NewEntry & Dated & { readonly position: number };

/** The statements that every round of ingest runs, over all rows of the round. */
export function journalStatements(db: Kysely<Tables>) {
  return {
    marks: selectMarks(db),
    knownIds: selectKnownIds(db),
    insertEntries: insertEntries(db),
    insertGaps: insertGaps(db),
    insertRefused: insertRefused(db),
    saveMarks: saveMarks(db),
  };
}

/** Index: primary key of `marks`. */
function selectMarks(db: Kysely<Tables>) {
  return new RowStatement(
    (keys: readonly LedgerKey[]) =>
      db
        .selectFrom('marks')
        .selectAll()
        .where((eb) =>
          eb.or(
            keys.map(({ gateway, ledger }) =>
              eb.and([eb('gateway', '=', gateway), eb('ledger', '=', ledger)]),
            ),
          ),
        ),
    (key) => [key.gateway, key.ledger],
  );
}

/** Index: `unique (id)` of `journal`. */
function selectKnownIds(db: Kysely<Tables>) {
  const idOf = (entry: NewEntry): Buffer => Buffer.from(entry.id, 'hex');
  return new RowStatement(
    (entries: readonly NewEntry[]) =>
      db.selectFrom('journal').select('id').where('id', 'in', entries.map(idOf)),
    (entry) => [idOf(entry)],
  );
}

function insertEntries(db: Kysely<Tables>) {
  const toRow = (entry: NumberedEntry) => ({
    position: entry.position,
    gateway: entry.gateway,
    ledger: entry.ledger,
    seq: entry.seq,
    id: Buffer.from(entry.id, 'hex'),
    patient: entry.patient,
    kind: entry.kind,
    measured_at: entry.measuredAt,
    received_at: entry.at,
    text: entry.text,
  });
  return new RowStatement(
    (entries: readonly NumberedEntry[]) => db.insertInto('journal').values(entries.map(toRow)),
    (entry) => Object.values(toRow(entry)),
  );
}

function insertGaps(db: Kysely<Tables>) {
  const toRow = ({ gateway, ledger, seq, code, digest, at }: NewGap & Dated) => ({
    gateway,
    ledger,
    seq,
    code,
    digest,
    at,
  });
  return new RowStatement(
    (gaps: readonly (NewGap & Dated)[]) => db.insertInto('gaps').values(gaps.map(toRow)),
    (gap) => Object.values(toRow(gap)),
  );
}

function insertRefused(db: Kysely<Tables>) {
  const toRow = ({ gateway, ledger, seq, code, text, at }: NewRefusal & Dated) => ({
    gateway,
    ledger,
    seq,
    code,
    text,
    at,
  });
  return new RowStatement(
    (rows: readonly (NewRefusal & Dated)[]) => db.insertInto('refused').values(rows.map(toRow)),
    (row) => Object.values(toRow(row)),
  );
}

function saveMarks(db: Kysely<Tables>) {
  const toRow = (mark: Mark & Dated) => ({
    gateway: mark.gateway,
    ledger: mark.ledger,
    up_to: mark.upTo,
    link: mark.link,
    handled: mark.handled,
    last_refused: mark.lastRefused,
    at: mark.at,
  });
  return new RowStatement(
    (marks: readonly (Mark & Dated)[]) =>
      db
        .insertInto('marks')
        .values(marks.map(toRow))
        .onConflict((conflict) =>
          conflict.columns(['gateway', 'ledger']).doUpdateSet((eb) => ({
            up_to: eb.ref('excluded.up_to'),
            link: eb.ref('excluded.link'),
            handled: eb.ref('excluded.handled'),
            last_refused: eb.ref('excluded.last_refused'),
            at: eb.ref('excluded.at'),
          })),
        ),
    (mark) => Object.values(toRow(mark)),
  );
}

/** Walks the row ids. */
export function entriesAfter(db: Kysely<Tables>, position: number) {
  return db.selectFrom('journal').selectAll().where('position', '>', position).orderBy('position');
}

/** The last of the row ids. */
export function newestPosition(db: Kysely<Tables>) {
  return db.selectFrom('journal').select('position').orderBy('position', 'desc').limit(1);
}

/** Index: primary key of `marks`; a gateway has one ledger, or a few. */
export function marksOf(db: Kysely<Tables>, gateways: readonly string[]) {
  return db.selectFrom('marks').selectAll().where('gateway', 'in', gateways).orderBy('at');
}

/** Index: primary key of `refused`. */
export function refusedAfter(db: Kysely<Tables>, key: LedgerKey, after: number) {
  return db
    .selectFrom('refused')
    .select(['seq', 'code'])
    .where('gateway', '=', key.gateway)
    .where('ledger', '=', key.ledger)
    .where('seq', '>', after)
    .orderBy('seq');
}

/** Index: `refused_with_text`, which holds the rows that still have their text. */
export function withTextNewestFirst(db: Kysely<Tables>, key: LedgerKey) {
  return db
    .selectFrom('refused')
    .select('seq')
    .where('gateway', '=', key.gateway)
    .where('ledger', '=', key.ledger)
    .where('text', 'is not', null)
    .orderBy('seq', 'desc');
}

export function toMark(row: Selectable<Tables['marks']>): Mark {
  return {
    gateway: row.gateway,
    ledger: row.ledger,
    upTo: row.up_to,
    link: row.link,
    handled: row.handled,
    lastRefused: row.last_refused,
  };
}

/**
 * The measurement of a row, which was checked against its schema before it was stored and never changes.
 * Clocks may differ by minutes; nothing is dated after the cloud had it, and what that takes off widens
 * the interval (docs/adr/0004).
 */
function measurementIn(text: string, receivedAt: number): Measurement {
  const measurement = JSON.parse(text) as Measurement;
  const { time } = measurement;
  const aheadMs = time.measuredAt - receivedAt;
  if (aheadMs <= 0) return measurement;
  const uncertaintyMs = time.uncertaintyMs + aheadMs;
  return { ...measurement, time: { ...time, measuredAt: receivedAt, uncertaintyMs } };
}

export function toEntry(row: Selectable<Tables['journal']>): JournalEntry {
  const measurement = measurementIn(row.text, row.received_at);
  return {
    position: row.position,
    gateway: row.gateway,
    ledger: row.ledger,
    seq: row.seq,
    id: row.id.toString('hex'),
    patient: row.patient,
    kind: measurement.kind,
    measuredAt: row.measured_at,
    receivedAt: row.received_at,
    measurement,
    text: row.text,
  };
}

/** The text has all the rest: weeks of rows are read at each look, and every column of each costs. */
export const pastColumns = ['text', 'received_at'] as const;

export function toPast(
  row: Pick<Selectable<Tables['journal']>, (typeof pastColumns)[number]>,
): PastMeasurement {
  const measurement = measurementIn(row.text, row.received_at);
  const { id, kind, time } = measurement;
  return { id, kind, measuredAt: time.measuredAt, receivedAt: row.received_at, measurement };
}
