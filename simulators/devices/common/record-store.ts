/** The memory of a virtual device. */
import type { Reading } from '@hemma/protocols/reading.js';

/** The largest home meters keep so many records; then the oldest one makes room. */
const maxRecords = 2_000;

export interface StoredRecord {
  readonly reading: Reading;
  /** Octets that belong to it but are sent separately (glucose context); null when none. */
  readonly companion: Uint8Array | null;
  sent: boolean;
}

export type RecordOrder = 'oldest-first' | 'newest-first';

export class RecordStore {
  readonly #records: StoredRecord[] = [];
  readonly #order: RecordOrder;
  #nextSequence = 1;

  constructor(order: RecordOrder) {
    this.#order = order;
  }

  /** The number that the next record gets. */
  nextSequence(): number {
    const sequence = this.#nextSequence;
    this.#nextSequence += 1;
    return sequence;
  }

  add(reading: Reading, companion: Uint8Array | null = null): StoredRecord {
    const record = { reading, companion, sent: false };
    this.#records.push(record);
    if (this.#records.length > maxRecords) this.#records.shift();
    return record;
  }

  /** Everything, in the order in which the device sends. */
  all(): readonly StoredRecord[] {
    const records = [...this.#records];
    return this.#order === 'oldest-first' ? records : records.reverse();
  }

  unsent(): readonly StoredRecord[] {
    return this.all().filter((record) => !record.sent);
  }

  /** The user emptied the memory and the numbering begins again. */
  clear(): void {
    this.#records.length = 0;
    this.#nextSequence = 1;
  }
}
