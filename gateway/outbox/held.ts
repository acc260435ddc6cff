import { CodedError } from '@hemma/protocols/errors.js';
import type { OutboxFile } from './file.js';
import type { GuardedFile } from './guard.js';
import type { Draft, HeldRow, Row } from './rows.js';

/** Readings waiting for the time; at 20 a day that is over two years without network and clock. */
export const maxHeld = 20_000;

/** Notes, within a transaction, how far the records of the device have been taken. */
export function noteRecord(file: OutboxFile, { record }: Row): void {
  if (record !== undefined) file.statements.saveSequence.run(record.identity, record.sequence);
}

/** Adds rows to the outbox within a transaction. */
export type Insert = (file: OutboxFile, draft: Draft, rows: readonly Row[]) => void;

/**
 * Readings taken while the time was not known: durable at once, numbered and sent only when they can
 * be dated. They have no sequence number yet, so the chain never needs rewriting.
 */
export class HeldReadings {
  readonly #guard: GuardedFile;
  readonly #insert: Insert;
  #count: number | null = null;

  constructor(guard: GuardedFile, insert: Insert) {
    this.#guard = guard;
    this.#insert = insert;
  }

  get count(): number {
    this.#count ??= this.#guard.current().statements.heldCount.get() ?? 0;
    return this.#count;
  }

  /** Keeps a reading. Throws {@link CodedError} `disk_full`, `outbox_full`. */
  add(row: Row): 'kept' | 'repeat' {
    if (this.count >= maxHeld) throw new CodedError('outbox_full');
    return this.#guard.write((file) => {
      if (file.isKnown(row.id)) return 'repeat';
      file.commit(() => {
        file.statements.insertHeld.run(row.id, row.text);
        noteRecord(file, row);
      });
      this.#count = null;
      return 'kept';
    });
  }

  /** The next held readings after this ordinal, oldest first. */
  after(ordinal: number, limit: number): readonly HeldRow[] {
    return this.#guard.current().statements.heldRows.all(ordinal, limit);
  }

  /** Turns held readings into rows of the outbox, all or none. */
  release(stamped: readonly (Row & { readonly ordinal: number })[]): void {
    this.#guard.write((file) => {
      file.commit((draft) => {
        for (const { ordinal } of stamped) file.statements.deleteHeld.run(ordinal);
        this.#insert(file, draft, stamped);
      });
    });
    this.#count = null;
  }

  /** After the file was replaced. */
  recount(): void {
    this.#count = null;
  }
}
