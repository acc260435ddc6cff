import { Backoff } from '@hemma/runtime/backoff.js';
import type { Cancellable, Clock } from '@hemma/runtime/clock.js';

/** Receipts come within a second; a cloud that is busy or far away gets patience, and then more. */
const limits = { firstMs: 20_000, maxMs: 300_000 };

/** Waits for progress while something is on its way, a little longer every time it does not come. */
export class Patience {
  readonly #clock: Clock;
  readonly #onSilence: (inARow: number) => void;
  readonly #backoff = new Backoff(limits);
  #timer: Cancellable | null = null;
  #inARow = 0;

  /** `onSilence` is told how many times in a row nothing has come. */
  constructor(clock: Clock, onSilence: (inARow: number) => void) {
    this.#clock = clock;
    this.#onSilence = onSilence;
  }

  begin(): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.after(this.#backoff.next(), () => {
      this.#inARow += 1;
      this.#onSilence(this.#inARow);
    });
  }

  /** Something has moved: what is still on its way is waited for anew. */
  reset(): void {
    this.end();
    this.#inARow = 0;
    this.#backoff.reset();
  }

  end(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }
}
