import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * The two clocks of a process. The monotonic clock orders and measures; the wall clock dates, and
 * says how far it can be trusted: a Raspberry Pi has no battery clock and may start in 1970.
 */

/** `synced`: confirmed by a time source; `restored`: not earlier than it ever was; else `unknown`. */
export type WallTrust = 'synced' | 'restored' | 'unknown';

export interface WallTime {
  /** Milliseconds since 1970 UTC. */
  readonly ms: number;
  readonly trust: WallTrust;
}

export interface Cancellable {
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since the machine started; never goes back. */
  monotonicMs(): number;
  /** Changes with every start of the machine: tells whether two monotonic values can be compared. */
  readonly bootId: string;
  wall(): WallTime;
  /** A time source says that it is `ms` now; the wall clock follows it until the process ends. */
  setReference(ms: number): void;
  /** The operating system's clock has been set by a time source: the wall clock follows it. */
  trustSystem(): void;
  /**
   * It was `ms` at some moment before: as long as nobody knows better, the wall clock goes on from there,
   * which is too early and never too late. Passed over once a time source has spoken.
   */
  restore(ms: number): void;
  /** Calls `fn` once after `ms`. Does not keep the process alive. */
  after(ms: number, fn: () => void): Cancellable;
  /** Resolves after `ms`, or at once when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The boot id of the kernel; a random one where there is none (then every process is its own boot). */
export function readBootId(path = '/proc/sys/kernel/random/boot_id'): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return randomUUID();
  }
}

export interface SystemClockOptions {
  /** What the operating system's wall clock is worth before any time source has spoken. */
  readonly trust: WallTrust;
}

/** The clocks of the operating system. */
export class SystemClock implements Clock {
  readonly bootId = readBootId();
  #trust: WallTrust;
  /** Reference minus monotonic time; null as long as the operating system's clock is followed. */
  #offsetMs: number | null = null;

  constructor(options: SystemClockOptions) {
    this.#trust = options.trust;
  }

  monotonicMs(): number {
    return Number(process.hrtime.bigint() / 1_000_000n);
  }

  wall(): WallTime {
    const ms = this.#offsetMs === null ? Date.now() : this.#offsetMs + this.monotonicMs();
    return { ms, trust: this.#trust };
  }

  setReference(ms: number): void {
    this.#offsetMs = ms - this.monotonicMs();
    this.#trust = 'synced';
  }

  trustSystem(): void {
    this.setReference(Date.now());
  }

  restore(ms: number): void {
    if (this.#trust === 'synced') return;
    this.#offsetMs = ms - this.monotonicMs();
    this.#trust = 'restored';
  }

  after(ms: number, fn: () => void): Cancellable {
    const timer = setTimeout(fn, ms);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      if (!(error instanceof Error && error.name === 'AbortError')) throw error;
    }
  }
}
