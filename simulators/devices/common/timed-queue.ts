import type { Clock } from '@hemma/runtime/clock.js';

/** Values that somebody waits for; ends with the link behind it. */
export class TimedQueue<T> {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #values: T[] = [];
  #wake: (() => void) | null = null;
  #ended = false;

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock;
  }

  push(value: T): void {
    if (this.#ended) return;
    this.#values.push(value);
    this.#wake?.();
  }

  /** No more comes; what is there can still be had. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** The next value; null when none came in time, or none will come. */
  async next(withinMs: number): Promise<T | null> {
    if (this.#values.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        const timer = this.#clock.after(withinMs, resolve);
        this.#wake = () => {
          timer.cancel();
          resolve();
        };
      });
      this.#wake = null;
    }
    return this.#values.shift() ?? null;
  }
}
