import type { Log } from '@hemma/runtime/log.js';
import { isDamaged, isDiskFull } from '@hemma/runtime/sqlite.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { ErrorCode } from '@hemma/protocols/errors.js';
import { DamagedFile, OutboxFile } from './file.js';
import { salvage, setAside } from './salvage.js';
import type { Salvaged } from './salvage.js';

/** Puts what was saved from the file before into a new one. */
export type TakeOver = (file: OutboxFile, salvaged: Salvaged) => void;

/**
 * Keeps an outbox file usable: a full disk is named and tried again with the next write, a damaged
 * or outdated file is put aside and a new ledger begun with what could be saved.
 */
export class GuardedFile {
  readonly #path: string;
  readonly #log: Log;
  readonly #takeOver: TakeOver;
  readonly problems = new Set<ErrorCode>();
  #file: OutboxFile | null = null;

  constructor(path: string, log: Log, takeOver: TakeOver) {
    this.#path = path;
    this.#log = log;
    this.#takeOver = takeOver;
  }

  /** Opens the file. Throws {@link CodedError} `disk_full` when there is no room for its companions. */
  open(): void {
    this.current();
  }

  close(): void {
    this.#file?.close();
    this.#file = null;
  }

  /** The open file; opened first where that failed before. */
  current(): OutboxFile {
    if (this.#file !== null) return this.#file;
    try {
      this.#file = new OutboxFile(this.#path);
      return this.#file;
    } catch (error) {
      if (!isDamage(error)) throw this.#named(error);
      return this.renew('damaged', null);
    }
  }

  /** Runs a write. Throws {@link CodedError}; nothing was kept then. */
  write<T>(work: (file: OutboxFile) => T): T {
    const file = this.current();
    const { commits } = file;
    try {
      const result = work(file);
      // A record that is known already writes nothing, and says nothing of the disk.
      if (file.commits > commits) this.#noteRoom();
      return result;
    } catch (error) {
      if (!isDamage(error)) throw this.#named(error);
      return work(this.renew('damaged', file.ledger.handled));
    }
  }

  /** Runs housekeeping that can wait until there is room again. */
  tryWrite(work: (file: OutboxFile) => void): void {
    try {
      this.write(work);
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'disk_full') throw error;
    }
  }

  /** Puts the file aside and begins a new ledger with every row after `handled` that can be read. */
  renew(reason: 'damaged' | 'outdated', handled: number | null): OutboxFile {
    this.close();
    this.problems.add('outbox_damaged');
    const aside = setAside(this.#path);
    const salvaged = salvage(aside, handled);
    const file = new OutboxFile(this.#path);
    this.#file = file;
    this.#takeOver(file, salvaged);
    this.#log.error(
      {
        ...{ reason, aside, rows: salvaged.rows.length },
        ...{ held: salvaged.held.length, doubtful: salvaged.doubtful.length },
      },
      'outbox put aside, new ledger begun',
    );
    return file;
  }

  #noteRoom(): void {
    if (this.problems.delete('disk_full')) this.#log.warn('there is room on the disk again');
  }

  #named(error: unknown): CodedError {
    if (error instanceof CodedError) return error;
    if (!hasNoRoom(error)) return new CodedError('internal', undefined, { cause: error });
    if (!this.problems.has('disk_full')) this.#log.error('the disk is full');
    this.problems.add('disk_full');
    return new CodedError('disk_full', undefined, { cause: error });
  }
}

function isDamage(error: unknown): boolean {
  return error instanceof DamagedFile || isDamaged(error);
}

/** A WAL index that cannot grow is a full disk too; SQLite has a code of its own for it. */
function hasNoRoom(error: unknown): boolean {
  if (isDiskFull(error)) return true;
  return error instanceof Error && 'code' in error && error.code === 'SQLITE_IOERR_SHMSIZE';
}
