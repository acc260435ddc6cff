import { randomBytes, randomInt } from 'node:crypto';
import { openSqlite } from '@hemma/runtime/sqlite.js';
import type { Sqlite } from '@hemma/runtime/sqlite.js';
import { zeroLink } from '@hemma/protocols/wire/envelope.js';
import type { Draft, Ledger, Refusal } from './rows.js';
import { prepare } from './statements.js';
import type { Statements } from './statements.js';
import { migrations } from './tables.js';

/**
 * Where capture ordinals of a new file begin. They are part of an identity, so those of a replaced
 * file, or of another gateway that reads the same device, must not meet them again.
 */
const firstCaptureBelow = 2 ** 47;

/** The file opens but is not whole. */
export class DamagedFile extends Error {
  constructor() {
    super('The file does not pass the check of SQLite.');
    this.name = 'DamagedFile';
  }
}

/** One open outbox file with its prepared statements. Policy lives in `outbox.ts`. */
export class OutboxFile {
  readonly db: Sqlite;
  readonly statements: Statements;
  #state: Draft;
  #savedHandled: number;
  #unsavedRefusals: Refusal[] = [];
  #commits = 0;

  /** Opens, checks and if need be creates the file. Throws when it is damaged or cannot be written. */
  constructor(path: string) {
    this.db = openSqlite(path, migrations);
    try {
      if (this.db.pragma('quick_check(1)', { simple: true }) !== 'ok') throw new DamagedFile();
      this.statements = prepare(this.db);
      this.statements.createLedger.run(
        ...[randomBytes(16).toString('hex'), zeroLink, randomInt(firstCaptureBelow)],
      );
      this.#state = this.#readState();
      this.#savedHandled = this.#state.ledger.handled;
    } catch (error) {
      this.db.close();
      throw error;
    }
  }

  get ledger(): Readonly<Ledger> {
    return this.#state.ledger;
  }

  /** What the file itself says has been handled; memory may be ahead. */
  get savedHandled(): number {
    return this.#savedHandled;
  }

  /** Transactions since the file was opened: each tells that there was room on the disk. */
  get commits(): number {
    return this.#commits;
  }

  get unsavedRefusals(): readonly Refusal[] {
    return this.#unsavedRefusals;
  }

  /** Notes receipt progress in memory; the next commit carries it. Gives the refusals that are new. */
  noteHandled(upTo: number, refused: readonly Refusal[]): readonly Refusal[] {
    const noted = new Set(this.#unsavedRefusals.map(({ seq }) => seq));
    const fresh = refused.filter(({ seq }) => seq > this.#savedHandled && !noted.has(seq));
    this.#unsavedRefusals.push(...fresh);
    this.#state.ledger.handled = Math.max(this.#state.ledger.handled, upTo);
    return fresh;
  }

  /** The cloud has less than it said before: it was restored from a backup. */
  goBack(upTo: number): void {
    this.#state.ledger.handled = upTo;
  }

  /** Whether a measurement of this id was taken in before: in the outbox, held, or in doubt. */
  isKnown(id: string): boolean {
    return this.statements.isKnown.get(id, id, id) !== undefined;
  }

  /** A new capture ordinal; the next commit carries it. */
  nextCapture(): number {
    this.#state.ledger.captures += 1;
    return this.#state.ledger.captures;
  }

  /** Runs `change` and saves the ledger in one transaction: one sync. */
  commit<T>(change: (draft: Draft) => T): T {
    const { ledger, content } = this.#state;
    const draft = { ledger: { ...ledger }, content: { ...content } };
    const run = this.db.transaction(() => {
      const result = change(draft);
      for (const { seq, code } of this.#unsavedRefusals)
        this.statements.insertRefused.run(seq, code);
      this.#saveLedger(draft.ledger, ledger.last);
      return result;
    });
    const result = run.immediate();
    this.#commits += 1;
    this.#state = draft;
    this.#savedHandled = draft.ledger.handled;
    this.#unsavedRefusals = [];
    return result;
  }

  close(): void {
    this.db.close();
  }

  #readState(): Draft {
    const ledger = this.statements.ledger.get();
    const content = this.statements.content.get();
    if (ledger === undefined || content === undefined) throw new DamagedFile();
    return { ledger, content };
  }

  #saveLedger(l: Ledger, lastBefore: number): void {
    const { changes } = this.statements.saveLedger.run(
      ...[l.last, l.lastLink, l.handled, l.contentFrom, l.captures, l.latestWallMs],
      ...[l.id, lastBefore],
    );
    if (changes !== 1) throw new Error('Another process writes to this outbox.');
  }
}
