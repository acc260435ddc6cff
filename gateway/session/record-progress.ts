import type { CodedError } from '@hemma/protocols/errors.js';
import type { Intake } from '../intake.js';
import type { Outbox } from '../outbox/outbox.js';
import type { TakeReading } from './source.js';

/**
 * From which record on a device is asked. Only where its last session was a whole one do the numbers
 * that are known say what is left; and only as long as it counts on: a meter whose memory was emptied
 * gives old numbers to new records, and is then asked for everything at its next visit.
 */
export class RecordProgress {
  readonly #outbox: Pick<Outbox, 'lastSequence'>;
  readonly #intake: Pick<Intake, 'takeNow'>;
  // Only devices of the home get here, so none of these can grow beyond the roster.
  readonly #readToTheEnd = new Set<string>();
  readonly #askedFrom = new Map<string, number | null>();
  readonly #countsAnew = new Set<string>();

  constructor(outbox: Pick<Outbox, 'lastSequence'>, intake: Pick<Intake, 'takeNow'>) {
    this.#outbox = outbox;
    this.#intake = intake;
  }

  /** The highest record number that is durable of a device; null when all of it is to be asked for. */
  readonly lastSequence = (identity: string): number | null => {
    const isWhole = this.#readToTheEnd.has(identity);
    const last = isWhole ? this.#outbox.lastSequence(identity) : null;
    this.#askedFrom.set(identity, last);
    return last;
  };

  /** Takes a reading in; resolves when it is durable. Rejects as {@link Intake.takeNow} throws. */
  readonly take: TakeReading = (reading, source) =>
    Promise.resolve().then(() => {
      const isNew = this.#intake.takeNow(reading, source) !== 'repeat';
      const from = this.#askedFrom.get(source.identity) ?? null;
      if (isNew && from !== null && reading.sequence !== null && reading.sequence <= from)
        this.#countsAnew.add(source.identity);
    });

  /** A session has ended: with the fault that ended it early, or null. */
  noteSession(identity: string, fault: CodedError | null): void {
    const countsAnew = this.#countsAnew.delete(identity);
    this.#askedFrom.delete(identity);
    if (fault === null && !countsAnew) this.#readToTheEnd.add(identity);
    else this.#readToTheEnd.delete(identity);
  }
}
