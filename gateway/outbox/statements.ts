import type { Statement } from 'better-sqlite3';
import type { Sqlite } from '@hemma/runtime/sqlite.js';
import type { ClockOutcome } from '@hemma/protocols/device.js';
import type { ErrorCode } from '@hemma/protocols/errors.js';
import type {
  Content,
  ContentRow,
  DeviceColumns,
  DoubtCode,
  DoubtfulRow,
  HeldRow,
  Ledger,
  RawRow,
  Refusal,
} from './rows.js';
import type { Course } from '../owner/course.js';
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
  readonly isKnown: Statement<[inOutbox: string, inHeld: string, doubtful: string], number>;
  readonly insertDoubtful: Statement<
    [id: string, text: string | null, code: DoubtCode, sinceMs: number, untilMs: number | null]
  >;
  readonly deleteDoubtful: Statement<[id: string]>;
  readonly settleDoubtful: Statement<[code: DoubtCode, sinceMs: number, id: string]>;
  readonly doubtful: Statement<[id: string], DoubtfulRow>;
  readonly doubtfulUntil: Statement<[untilMs: number, limit: number], DoubtfulRow>;
  readonly notPatients: Statement<[limit: number], DoubtfulRow>;
  readonly doubtfulCount: Statement<[], number>;
  readonly removeDoubtful: Statement<[beforeMs: number]>;
  readonly forgetDoubtful: Statement<[kept: number]>;
  readonly insertCourse: Statement<
    [patient: string, quantity: string, atMs: number, value: number]
  >;
  readonly trimCourse: Statement<
    [patient: string, quantity: string, again: string, andAgain: string, kept: number]
  >;
  readonly course: Statement<[patient: string, quantity: string], Course[number]>;
  readonly boot: Statement<[bootId: string], number>;
  readonly saveBoot: Statement<[bootId: string, offsetMs: number, learntMs: number]>;
  readonly trimBoots: Statement<[kept: number]>;
  readonly createLedger: Statement<[id: string, link: string, captures: number]>;
  readonly ledger: Statement<[], Ledger>;
  readonly content: Statement<[], Content>;
  readonly refused: Statement<[], Refusal>;
  readonly heldCount: Statement<[], number>;
  readonly device: Statement<[identity: string], DeviceColumns>;
  readonly saveSequence: Statement<[identity: string, sequence: number]>;
  readonly saveClock: Statement<
    [
      identity: string,
      offsetMs: number | null,
      measuredMs: number | null,
      outcome: ClockOutcome | null,
    ]
  >;
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
    isKnown: db.prepare<[string, string, string], number>(hotSql.isKnown).pluck(),
    insertDoubtful: db.prepare(hotSql.insertDoubtful),
    deleteDoubtful: db.prepare(hotSql.deleteDoubtful),
    settleDoubtful: db.prepare(hotSql.settleDoubtful),
    doubtful: db.prepare(hotSql.doubtful),
    doubtfulUntil: db.prepare(hotSql.doubtfulUntil),
    notPatients: db.prepare(hotSql.notPatients),
    doubtfulCount: db.prepare<[], number>(coldSql.doubtfulCount).pluck(),
    removeDoubtful: db.prepare(coldSql.removeDoubtful),
    forgetDoubtful: db.prepare(coldSql.forgetDoubtful),
    insertCourse: db.prepare(hotSql.insertCourse),
    trimCourse: db.prepare(hotSql.trimCourse),
    course: db.prepare(hotSql.course),
    boot: db.prepare<[string], number>(hotSql.boot).pluck(),
    saveBoot: db.prepare(coldSql.saveBoot),
    trimBoots: db.prepare(coldSql.trimBoots),
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
