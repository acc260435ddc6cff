import { CodedError } from '@hemma/protocols/errors.js';

/** One radio job at a time: adapters wedge when they scan, connect and pair at once. */

/** Connecting, scanning, pairing and the end of each; more means that one hangs. */
const maxWaiting = 16;

export class RadioJobs {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Runs when all jobs before have ended, however they did. */
  async run<T>(job: () => Promise<T>): Promise<T> {
    if (this.#waiting >= maxWaiting) throw new CodedError('adapter_unavailable', 'radio is busy');
    this.#waiting += 1;
    const mine = this.#last.then(job);
    this.#last = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      this.#waiting -= 1;
    }
  }
}
