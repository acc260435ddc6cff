import { CodedError } from '@hemma/protocols/errors.js';
import type { Cancellable, Clock } from '@hemma/runtime/clock.js';

/**
 * What came in and was not asked for yet. Bounded: a device that sends faster than it can be stored
 * is cut off rather than remembered without end.
 */
export class IncomingQueue<T> {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #items: T[] = [];
  #waiting: { readonly give: (item: T | null) => void; readonly timer: Cancellable } | null = null;
  #ended = false;
  #overrun = false;

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  push(item: T): void {
    if (this.#ended) return;
    if (this.#waiting !== null) this.#give(item);
    else if (this.#items.length < this.#limit) this.#items.push(item);
    else this.#overrun = true;
  }

  /** Nothing more will come; what is here can still be taken. */
  end(): void {
    this.#ended = true;
    this.#give(null);
  }

  /** The next item; null when none came in time or none will. Throws `device_rubbish` after an overrun. */
  async next(withinMs: number): Promise<T | null> {
    const item = this.#items.shift();
    if (item !== undefined) return item;
    if (this.#overrun) throw new CodedError('device_rubbish', 'more values than can be stored');
    if (this.#ended) return null;
    return await new Promise((give) => {
      const timer = this.#clock.after(withinMs, () => this.#give(null));
      this.#waiting = { give, timer };
    });
  }

  #give(item: T | null): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.timer.cancel();
    waiting?.give(item);
  }
}
