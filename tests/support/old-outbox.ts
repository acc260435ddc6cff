import Database from 'better-sqlite3';
import { zeroLink } from '@hemma/protocols/wire/envelope.js';
import { linkOf, sha256 } from '@hemma/gateway/outbox/chain.js';
import { migrations } from '@hemma/gateway/outbox/tables.js';
import { aMeasurement } from '../../tooling/testkit/measurements.js';

/** Far enough apart that two of them are never one. */
const apartMs = 60_000;

/**
 * An outbox as the first version made it, in a new file: `count` readings of this patient that the
 * cloud has never seen, the newest a minute old. Gives their ids in order.
 */
export function writeFirstOutbox(file: string, patient: string, count: number): string[] {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.exec(migrations[0] ?? '');
  db.pragma('user_version = 1');
  const insert = db.prepare('INSERT INTO outbox VALUES (?, ?, ?, ?, ?, ?)');
  const ids: string[] = [];
  let link = zeroLink;
  for (let seq = 1; seq <= count; seq += 1) {
    const at = Date.now() - (count - seq + 1) * apartMs;
    const measurement = aMeasurement({ at, patient });
    const text = JSON.stringify(measurement);
    const digest = sha256(text);
    link = linkOf(link, seq, digest);
    insert.run(seq, measurement.id, text, digest, link, at);
    ids.push(measurement.id);
  }
  const ledger = 'INSERT INTO ledger VALUES (1, ?, ?, ?, 0, 1, 1, 0)';
  db.prepare(ledger).run(sha256(file + String(ids[0])).slice(0, 32), count, link);
  db.close();
  return ids;
}
