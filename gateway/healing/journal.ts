import { existsSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { ErrorCode } from '@hemma/protocols/errors.js';
import { maxRecoveryMs } from '@hemma/protocols/wire/healing.js';
import type { Healing, HealingOutcome, StepOutcome } from '@hemma/protocols/wire/healing.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Log } from '@hemma/runtime/log.js';
import { isDamaged, openSqlite } from '@hemma/runtime/sqlite.js';
import type { Sqlite } from '@hemma/runtime/sqlite.js';
import { addStep, become, createHealings, newestHealings } from './healings.js';
import type { RadioFault, Step } from './steps.js';

/** What was done for the radio: kept on disk, because the loop guard must outlive a reboot. */

/** A month of a radio that is healed every other hour; more tells nothing new. */
const maxEntries = 500;

export interface Entry {
  readonly id: number;
  /** How long the machine had been on, over all its starts, when the step began. */
  readonly ageMs: number;
  /** The same, when the fault was first seen. */
  readonly sinceAgeMs: number;
  readonly bootId: string;
  /** Milliseconds since 1970 UTC; null when the time was not known. */
  readonly wallMs: number | null;
  readonly fault: RadioFault;
  readonly step: Step;
  readonly outcome: StepOutcome;
  /** From the first sight of the fault to the proof that it was gone; of a cure. */
  readonly recoveryMs: number | null;
  /** Why the step could not be carried out; of a failure. */
  readonly code: ErrorCode | null;
}

/** Forward only; released entries are never changed. */
const migrations: readonly string[] = [
  `CREATE TABLE machine (
     only INTEGER PRIMARY KEY CHECK (only = 1),
     ageMs INTEGER NOT NULL, bootId TEXT NOT NULL, monotonicMs INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE steps (
     id INTEGER PRIMARY KEY,
     ageMs INTEGER NOT NULL, sinceAgeMs INTEGER NOT NULL, bootId TEXT NOT NULL, wallMs INTEGER,
     fault TEXT NOT NULL, step TEXT NOT NULL,
     outcome TEXT NOT NULL, recoveryMs INTEGER, code TEXT
   ) STRICT;
   CREATE INDEX steps_by_step ON steps (step, ageMs);`,
  `${createHealings}
   CREATE TABLE damages (ageMs INTEGER NOT NULL) STRICT;`,
];

const sql = {
  machine: 'SELECT ageMs, bootId, monotonicMs FROM machine',
  saveMachine:
    'INSERT OR REPLACE INTO machine (only, ageMs, bootId, monotonicMs) VALUES (1, ?, ?, ?)',
  begin:
    'INSERT INTO steps (ageMs, sinceAgeMs, bootId, wallMs, fault, step, outcome) ' +
    "VALUES (@ageMs, @sinceAgeMs, @bootId, @wallMs, @fault, @step, 'pending')",
  settle: "UPDATE steps SET outcome = ?, recoveryMs = ?, code = ? WHERE outcome = 'pending'",
  pending: "SELECT * FROM steps WHERE outcome = 'pending' ORDER BY id DESC LIMIT 1",
  count: 'SELECT count(*) FROM steps WHERE step = ? AND ageMs > ?',
  damages: 'SELECT count(*) FROM damages WHERE ageMs > ?',
  noteDamage: 'INSERT INTO damages (ageMs) VALUES (?)',
  newest: 'SELECT * FROM steps ORDER BY id DESC LIMIT ?',
  forget: 'DELETE FROM steps WHERE id <= (SELECT max(id) FROM steps) - ?',
} as const;

interface Machine {
  readonly ageMs: number;
  readonly bootId: string;
  readonly monotonicMs: number;
}

export interface Settled {
  readonly recoveryMs?: number;
  readonly code?: ErrorCode;
}

/**
 * The age of the machine is the time that it was on, by the monotonic clock: it never jumps, and what
 * is missing after a loss of power (an hour at most, see {@link checkpoint}) makes the guard stricter.
 */
export class HealingJournal {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #log: Log;
  #db: Sqlite | null = null;
  /** Age minus monotonic time, of this boot. */
  #offsetMs = 0;
  #durable = false;

  constructor(path: string, clock: Clock, log: Log) {
    this.#path = path;
    this.#clock = clock;
    this.#log = log;
  }

  /** Whether entries survive a reboot; if not, there must be none. */
  get isDurable(): boolean {
    return this.#durable;
  }

  get ageMs(): number {
    return this.#offsetMs + this.#clock.monotonicMs();
  }

  /** Never throws: without a file it works in memory, and says so. */
  open(): void {
    try {
      this.#db = this.#opened();
      this.#durable = true;
    } catch (error) {
      this.#log.error({ err: error }, 'the healing journal is kept in memory only');
      this.#db = openSqlite(':memory:', migrations);
    }
    const before = this.#db.prepare<[], Machine>(sql.machine).get();
    const monotonicMs = this.#clock.monotonicMs();
    const sameBoot = before?.bootId === this.#clock.bootId;
    this.#offsetMs = (before?.ageMs ?? 0) - (sameBoot ? before.monotonicMs : 0);
    // A process that was suspended with its machine may find its clock behind: age never goes back.
    if (before !== undefined && this.#offsetMs + monotonicMs < before.ageMs)
      this.#offsetMs = before.ageMs - monotonicMs;
    this.checkpoint();
  }

  close(): void {
    if (this.#db === null) return;
    this.checkpoint();
    this.#db.close();
    this.#db = null;
  }

  /** Notes the age; once an hour is enough for a guard that counts hours and days. */
  checkpoint(): void {
    this.#never(() => this.#saveAge());
  }

  /** Notes a step before it is taken. Tells whether that is safely on disk. */
  begin(step: Step, fault: RadioFault, sinceMs: number): boolean {
    const { ms, trust } = this.#clock.wall();
    const entry = {
      ageMs: Math.round(this.ageMs),
      sinceAgeMs: Math.round(this.#offsetMs + sinceMs),
      bootId: this.#clock.bootId,
      wallMs: trust === 'unknown' ? null : Math.round(ms),
      ...{ fault, step },
    };
    const noted = this.#never(() => {
      this.#need.transaction(() => {
        this.#need.prepare(sql.begin).run(entry);
        this.#need.prepare<[number]>(sql.forget).run(maxEntries);
        const { sinceAgeMs, wallMs } = entry;
        const since = wallMs === null ? null : Math.max(0, wallMs - (entry.ageMs - sinceAgeMs));
        addStep(this.#need, { step, fault, sinceAgeMs, since });
        this.#saveAge();
      })();
    });
    return noted && this.#durable;
  }

  /** Says what became of the step that is pending, if there is one. */
  settle(outcome: Exclude<StepOutcome, 'pending'>, { recoveryMs, code }: Settled = {}): void {
    const recovered =
      recoveryMs === undefined ? null : Math.min(Math.round(recoveryMs), maxRecoveryMs);
    this.#never(() => this.#need.prepare(sql.settle).run(outcome, recovered, code ?? null));
  }

  /** Says what becomes of the healing that is under way, if there is one. */
  become(outcome: Exclude<HealingOutcome, 'ill'>): void {
    this.#never(() => become(this.#need, outcome, this.ageMs));
  }

  pending(): Entry | null {
    return this.#need.prepare<[], Entry>(sql.pending).get() ?? null;
  }

  /** How often the step was taken in the last `withinMs` in which the machine was on. */
  count(step: Step, withinMs: number): number {
    const from = this.ageMs - withinMs;
    return this.#db?.prepare<[string, number], number>(sql.count).pluck().get(step, from) ?? 0;
  }

  /** Whether a journal before this one was damaged so lately: what it knew of reboots is lost. */
  hasForgotten(withinMs: number): boolean {
    const from = this.ageMs - withinMs;
    return this.#need.prepare<[number], number>(sql.damages).pluck().get(from) !== 0;
  }

  /** Newest first; none before the journal is open: the gateway's status is told earlier. */
  newest(limit: number): readonly Entry[] {
    return this.#db?.prepare<[number], Entry>(sql.newest).all(limit) ?? [];
  }

  /** Newest first; none before the journal is open. */
  newestHealings(limit: number): readonly Healing[] {
    return this.#db === null ? [] : newestHealings(this.#db, limit);
  }

  #saveAge(): void {
    const { bootId } = this.#clock;
    const monotonicMs = Math.round(this.#clock.monotonicMs());
    const save = this.#need.prepare<[number, string, number]>(sql.saveMachine);
    save.run(Math.round(this.ageMs), bootId, monotonicMs);
  }

  get #need(): Sqlite {
    if (this.#db === null) throw new Error('The healing journal is not open.');
    return this.#db;
  }

  /** A full disk must not keep a radio ill; the guard then forbids the one step that needs it. */
  #never(write: () => void): boolean {
    try {
      write();
      return true;
    } catch (error) {
      this.#durable = false;
      this.#log.error({ err: error }, 'the healing journal cannot be written');
      return false;
    }
  }

  #opened(): Sqlite {
    try {
      return openSqlite(this.#path, migrations);
    } catch (error) {
      if (!isDamaged(error)) throw error;
      this.#log.error('the healing journal is damaged: begun anew');
      for (const end of ['', '-wal', '-shm']) rmSync(`${this.#path}${end}`, { force: true });
      const anew = openSqlite(this.#path, migrations);
      // Without a machine before, its age is the time since it was switched on.
      anew.prepare<[number]>(sql.noteDamage).run(Math.round(this.#clock.monotonicMs()));
      return anew;
    }
  }
}

/** The newest entries, read by another process while the gateway runs; none without a file. */
export function inspectHealing(path: string, limit: number): readonly Entry[] {
  if (!existsSync(path)) return [];
  const db = new Database(path, { readonly: true, fileMustExist: true });
  try {
    return db.prepare<[number], Entry>(sql.newest).all(limit);
  } finally {
    db.close();
  }
}
