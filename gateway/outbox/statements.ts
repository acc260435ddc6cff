import type { Statement } from 'better-sqlite3';
import type { Sqlite } from '@hemma/runtime/sqlite.js';
import type { ErrorCode } from '@hemma/protocols/errors.js';
import type {
  Content,
  ContentRow,
  DeviceColumns,
  HeldRow,
  Ledger,
  RawRow,
  Refusal,
} from './rows.js';
import { coldSql, hotSql } from './tables.js';

export interface Statements {
  readonly rowsAfter: Statement<[after: number, limit: number], RawRow>;
  readonly linkAt: Statement<[seq: number]>;
  readonly insertRow: Statement<
    [seq: number, id: string, text: string, digest: string, link: string, takenMs: number]
  >;
  readonly saveLedger: Statement;
  readonly contentFrom: Statement<[seq: number, limit: number], ContentRow>;
  readonly removeContent: Statement<[first: number, last: number]>;
  readonly forgetBefore: Statement<[seq: number]>;
  readonly insertRefused: Statement<[seq: number, code: ErrorCode]>;
  readonly heldRows: Statement<[after: number, limit: number], HeldRow>;
  readonly insertHeld: Statement<[id: string, text: string]>;
  readonly deleteHeld: Statement<[ordinal: number]>;
  readonly isKnown: Statement<[inOutbox: string, inHeld: string], number>;
  readonly createLedger: Statement<[id: string, link: string, captures: number]>;
  readonly ledger: Statement<[], Ledger>;
  readonly content: Statement<[], Content>;
  readonly refused: Statement<[], Refusal>;
  readonly heldCount: Statement<[], number>;
  readonly device: Statement<[identity: string], DeviceColumns>;
  readonly saveSequence: Statement<[identity: string, sequence: number]>;
  readonly saveClock: Statement<[identity: string, offsetMs: number, measuredMs: number]>;
}

/** Prepares every statement of the outbox, once per open file. */
export function prepare(db: Sqlite): Statements {
  return {
    rowsAfter: db.prepare<[number, number], RawRow>(hotSql.rowsAfter).raw(),
    linkAt: db.prepare<[number]>(hotSql.linkAt).pluck(),
    insertRow: db.prepare(hotSql.insertRow),
    saveLedger: db.prepare(hotSql.saveLedger),
    contentFrom: db.prepare(hotSql.contentFrom),
    removeContent: db.prepare(hotSql.removeContent),
    forgetBefore: db.prepare(hotSql.forgetBefore),
    insertRefused: db.prepare(hotSql.insertRefused),
    heldRows: db.prepare(hotSql.heldRows),
    insertHeld: db.prepare(hotSql.insertHeld),
    deleteHeld: db.prepare(hotSql.deleteHeld),
    isKnown: db.prepare<[string, string], number>(hotSql.isKnown).pluck(),
    createLedger: db.prepare(coldSql.createLedger),
    ledger: db.prepare(coldSql.ledger),
    content: db.prepare(coldSql.content),
    refused: db.prepare(coldSql.refused),
    heldCount: db.prepare<[], number>(coldSql.heldCount).pluck(),
    device: db.prepare(hotSql.device),
    saveSequence: db.prepare(hotSql.saveSequence),
    saveClock: db.prepare(hotSql.saveClock),
  };
}
