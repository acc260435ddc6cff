import { randomInt } from 'node:crypto';

/**
 * Waiting times between attempts: doubling up to a limit, with full jitter, so that a fleet that
 * lost its broker together does not come back together.
 */
export interface BackoffLimits {
  readonly firstMs: number;
  readonly maxMs: number;
}

export class Backoff {
  readonly #limits: BackoffLimits;
  readonly #random: (below: number) => number;
  #ceilingMs: number;

  /** `random(n)` gives an integer from 0 to n-1; tests pass a seeded one. */
  constructor(limits: BackoffLimits, random: (below: number) => number = randomInt) {
    this.#limits = limits;
    this.#random = random;
    this.#ceilingMs = limits.firstMs;
  }

  /** How long to wait before the next attempt: between half the ceiling and the ceiling. */
  next(): number {
    const ceiling = this.#ceilingMs;
    this.#ceilingMs = Math.min(ceiling * 2, this.#limits.maxMs);
    const half = Math.ceil(ceiling / 2);
    return half + this.#random(Math.max(1, ceiling - half + 1));
  }

  /** After a success. */
  reset(): void {
    this.#ceilingMs = this.#limits.firstMs;
  }
}
