/**
 * Tables of the outbox file and every statement on them. The only indexes are the primary keys and
 * the unique ids: each hot statement walks one of them (`tables.test.ts` asks SQLite for the plan).
 */

/** Forward only; released entries are never changed. */
export const migrations: readonly string[] = [
  `
  -- One row: who this file is, how far its numbers have come, how far the cloud has stored them.
  CREATE TABLE ledger (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    id TEXT NOT NULL,
    last INTEGER NOT NULL,
    last_link TEXT NOT NULL,
    handled INTEGER NOT NULL,
    content_from INTEGER NOT NULL,
    captures INTEGER NOT NULL,
    latest_wall_ms INTEGER NOT NULL
  ) STRICT;
  -- text is null once the space policy has removed the content; the id is still remembered.
  CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    text TEXT,
    digest TEXT NOT NULL,
    link TEXT NOT NULL,
    taken_ms INTEGER NOT NULL
  ) STRICT;
  -- Dead letters: rows that the cloud will never store, with its reason.
  CREATE TABLE refused (
    seq INTEGER PRIMARY KEY,
    code TEXT NOT NULL
  ) STRICT;
  -- Readings taken before the time was known; they get a sequence number when it is.
  CREATE TABLE held (
    ordinal INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    text TEXT NOT NULL
  ) STRICT;
  -- What was learnt of each device: the last offset of its clock that was measured while the time
  -- was known, and the highest record number taken.
  CREATE TABLE device (
    identity TEXT PRIMARY KEY,
    offset_ms INTEGER,
    measured_ms INTEGER,
    last_sequence INTEGER
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Readings of which it is not sure whose they are. until_ms: nobody has to answer after it; null:
  -- somebody else's, or from before the loan. Such content goes after a time, the id stays.
  CREATE TABLE doubtful (
    ordinal INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    text TEXT,
    code TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    until_ms INTEGER
  ) STRICT;
  CREATE INDEX doubtful_until ON doubtful (until_ms);
  -- The newest values of each patient: what a reading is compared with.
  CREATE TABLE course (
    patient TEXT NOT NULL,
    quantity TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    value REAL NOT NULL,
    PRIMARY KEY (patient, quantity, at_ms)
  ) STRICT, WITHOUT ROWID;
  -- What became of the device's clock when it was last kept: set, right, not taken …
  ALTER TABLE device ADD COLUMN clock_outcome TEXT;
  -- Wall time minus monotonic time of the starts of this machine in which the time became known.
  CREATE TABLE boots (
    boot_id TEXT PRIMARY KEY,
    offset_ms INTEGER NOT NULL,
    learnt_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
];

/** Hot statements: run for every reading or every envelope. */
export const hotSql = {
  // By primary key.
  rowsAfter: 'SELECT seq, text, digest, link FROM outbox WHERE seq > ? ORDER BY seq LIMIT ?',
  linkAt: 'SELECT link FROM outbox WHERE seq = ?',
  insertRow: 'INSERT INTO outbox (seq, id, text, digest, link, taken_ms) VALUES (?, ?, ?, ?, ?, ?)',
  saveLedger:
    'UPDATE ledger SET last = ?, last_link = ?, handled = ?, content_from = ?, captures = ?, ' +
    'latest_wall_ms = ? WHERE only = 1 AND id = ? AND last = ?',
  contentFrom:
    'SELECT seq, taken_ms AS takenMs, octet_length(text) AS octets FROM outbox ' +
    'WHERE seq >= ? ORDER BY seq LIMIT ?',
  removeContent: 'UPDATE outbox SET text = NULL WHERE seq BETWEEN ? AND ?',
  forgetBefore: 'DELETE FROM outbox WHERE seq < ?',
  insertRefused: 'INSERT OR IGNORE INTO refused (seq, code) VALUES (?, ?)',
  heldRows: 'SELECT ordinal, text FROM held WHERE ordinal > ? ORDER BY ordinal LIMIT ?',
  insertHeld: 'INSERT INTO held (id, text) VALUES (?, ?)',
  deleteHeld: 'DELETE FROM held WHERE ordinal = ?',
  // By the unique indexes of the ids, and by device.
  isKnown:
    'SELECT 1 FROM outbox WHERE id = ? UNION ALL SELECT 1 FROM held WHERE id = ? ' +
    'UNION ALL SELECT 1 FROM doubtful WHERE id = ?',
  insertDoubtful:
    'INSERT INTO doubtful (id, text, code, since_ms, until_ms) VALUES (?, ?, ?, ?, ?)',
  deleteDoubtful: 'DELETE FROM doubtful WHERE id = ?',
  settleDoubtful: 'UPDATE doubtful SET code = ?, since_ms = ?, until_ms = NULL WHERE id = ?',
  doubtful:
    'SELECT id, text, code, since_ms AS sinceMs, until_ms AS untilMs FROM doubtful WHERE id = ?',
  // By the index of the end of their time; those with none are nobody's question.
  doubtfulUntil:
    'SELECT id, text, code, since_ms AS sinceMs, until_ms AS untilMs FROM doubtful ' +
    'WHERE until_ms <= ? ORDER BY until_ms LIMIT ?',
  notPatients:
    'SELECT id, text, code, since_ms AS sinceMs, until_ms AS untilMs FROM doubtful ' +
    "WHERE until_ms IS NULL AND code = 'owner_not_patient' AND text IS NOT NULL " +
    'ORDER BY ordinal DESC LIMIT ?',
  insertCourse:
    'INSERT OR REPLACE INTO course (patient, quantity, at_ms, value) VALUES (?, ?, ?, ?)',
  trimCourse:
    'DELETE FROM course WHERE patient = ? AND quantity = ? AND at_ms <= (SELECT at_ms FROM course ' +
    'WHERE patient = ? AND quantity = ? ORDER BY at_ms DESC LIMIT 1 OFFSET ?)',
  course:
    'SELECT at_ms AS atMs, value FROM course WHERE patient = ? AND quantity = ? ORDER BY at_ms',
  boot: 'SELECT offset_ms FROM boots WHERE boot_id = ?',
  device:
    'SELECT offset_ms AS offsetMs, measured_ms AS measuredMs, last_sequence AS lastSequence, ' +
    'clock_outcome AS clockOutcome FROM device WHERE identity = ?',
  saveSequence:
    'INSERT INTO device (identity, last_sequence) VALUES (?, ?) ON CONFLICT (identity) DO UPDATE ' +
    'SET last_sequence = max(ifnull(last_sequence, 0), excluded.last_sequence)',
  saveClock:
    'INSERT INTO device (identity, offset_ms, measured_ms, clock_outcome) VALUES (?, ?, ?, ?) ' +
    'ON CONFLICT (identity) DO UPDATE SET offset_ms = ifnull(excluded.offset_ms, offset_ms), ' +
    'measured_ms = ifnull(excluded.measured_ms, measured_ms), clock_outcome = excluded.clock_outcome',
} as const;

/** Run once at opening, or by hand. */
export const coldSql = {
  createLedger:
    'INSERT OR IGNORE INTO ledger (only, id, last, last_link, handled, content_from, captures, ' +
    'latest_wall_ms) VALUES (1, ?, 0, ?, 0, 1, ?, 0)',
  ledger:
    'SELECT id, last, last_link AS lastLink, handled, content_from AS contentFrom, captures, ' +
    'latest_wall_ms AS latestWallMs FROM ledger',
  content:
    'SELECT count(*) AS rows, ifnull(sum(octet_length(text)), 0) AS octets ' +
    'FROM outbox WHERE text IS NOT NULL',
  refused: 'SELECT seq, code FROM refused ORDER BY seq',
  heldCount: 'SELECT count(*) FROM held',
  doubtfulCount: 'SELECT count(*) FROM doubtful WHERE until_ms IS NOT NULL',
  removeDoubtful: 'UPDATE doubtful SET text = NULL WHERE until_ms IS NULL AND since_ms < ?',
  forgetDoubtful:
    'DELETE FROM doubtful WHERE until_ms IS NULL AND ordinal <= (SELECT ordinal FROM doubtful ' +
    'WHERE until_ms IS NULL ORDER BY ordinal DESC LIMIT 1 OFFSET ?)',
  saveBoot:
    'INSERT INTO boots (boot_id, offset_ms, learnt_ms) VALUES (?, ?, ?) ON CONFLICT (boot_id) ' +
    'DO UPDATE SET offset_ms = excluded.offset_ms, learnt_ms = excluded.learnt_ms',
  trimBoots:
    'DELETE FROM boots WHERE learnt_ms <= (SELECT learnt_ms FROM boots ' +
    'ORDER BY learnt_ms DESC LIMIT 1 OFFSET ?)',
} as const;
