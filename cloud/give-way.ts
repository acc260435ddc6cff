import type { Clock } from '@hemma/runtime/clock.js';

/** Somebody whose work goes first. */
export interface Foremost {
  readonly busy: boolean;
}

/** Whoever waits gets one part in twenty-one of the time at least, however busy the foremost is. */
const waitPerTurn = 20;
/** What people see falls behind by so much only; and a store that was away has had its wait. */
const maxWaitMs = 2_000;
/** Between two looks: short beside what anybody sees, long beside what a look costs. */
const lookMs = 10;

/** Takes turns that can wait a moment: not while the foremost is busy, but never put off for ever. */
export class GiveWay {
  readonly #clock: Clock;
  readonly #foremost: Foremost;
  #turnMs = 0;

  constructor(clock: Clock, foremost: Foremost) {
    this.#clock = clock;
    this.#foremost = foremost;
  }

  /** Lets the foremost pass, then takes a turn. */
  async turn<T>(work: () => Promise<T>): Promise<T> {
    await this.#letPass();
    const from = this.#clock.monotonicMs();
    try {
      return await work();
    } finally {
      this.#turnMs = this.#clock.monotonicMs() - from;
    }
  }

  async #letPass(): Promise<void> {
    const waitMs = Math.min(maxWaitMs, this.#turnMs * waitPerTurn);
    const until = this.#clock.monotonicMs() + waitMs;
    while (this.#foremost.busy && this.#clock.monotonicMs() < until)
      await this.#clock.sleep(lookMs);
  }
}
