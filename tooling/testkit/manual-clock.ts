import type { Cancellable, Clock, WallTime, WallTrust } from '@hemma/runtime/clock.js';

interface Timer {
  readonly dueMs: number;
  readonly fn: () => void;
}

/** Clocks that stand still until a test moves them; timers fire in order of their due time. */
export class ManualClock implements Clock {
  bootId = 'boot-1';
  trust: WallTrust = 'synced';
  #monotonicMs = 1_000;
  #wallOffsetMs: number;
  /** Wall time of the operating system minus monotonic time. */
  #systemOffsetMs: number;
  readonly #timers = new Set<Timer>();

  constructor(wallMs = Date.UTC(2026, 0, 15, 8, 0, 0)) {
    this.#wallOffsetMs = wallMs - this.#monotonicMs;
    this.#systemOffsetMs = this.#wallOffsetMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  wall(): WallTime {
    return { ms: this.#wallOffsetMs + this.#monotonicMs, trust: this.trust };
  }

  setReference(ms: number): void {
    this.#wallOffsetMs = ms - this.#monotonicMs;
    this.trust = 'synced';
  }

  trustSystem(): void {
    this.setReference(this.#systemOffsetMs + this.#monotonicMs);
  }

  restore(ms: number): void {
    if (this.trust === 'synced') return;
    this.#wallOffsetMs = ms - this.#monotonicMs;
    this.trust = 'restored';
  }

  /** The wall clock jumps, as a wrong or corrected one does; the monotonic clock does not notice. */
  jumpWall(byMs: number): void {
    this.#wallOffsetMs += byMs;
    this.#systemOffsetMs += byMs;
  }

  after(ms: number, fn: () => void): Cancellable {
    const timer = { dueMs: this.#monotonicMs + ms, fn };
    this.#timers.add(timer);
    return { cancel: () => this.#timers.delete(timer) };
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.after(ms, resolve);
      signal?.addEventListener('abort', () => {
        timer.cancel();
        resolve();
      });
    });
  }

  /** Moves both clocks and lets everything that becomes due run, promises included. */
  async advance(ms: number): Promise<void> {
    const end = this.#monotonicMs + ms;
    for (;;) {
      await new Promise(setImmediate);
      const due = [...this.#timers]
        .filter((t) => t.dueMs <= end)
        .sort((a, b) => a.dueMs - b.dueMs)[0];
      if (due === undefined) break;
      this.#timers.delete(due);
      this.#monotonicMs = Math.max(this.#monotonicMs, due.dueMs);
      due.fn();
    }
    this.#monotonicMs = end;
    await new Promise(setImmediate);
  }
}
