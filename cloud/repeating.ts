import type { Clock } from '@hemma/runtime/clock.js';
import type { Part } from '@hemma/runtime/lifecycle.js';
import type { Log } from '@hemma/runtime/log.js';
import { faultOf } from './fault.js';

export interface RepeatingParts {
  readonly name: string;
  readonly everyMs: number;
  /** Must leave what it could not do for the next time; the signal tells that it is to stop. */
  readonly step: (stopping: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Does something again and again until it is stopped: what is to be done stands in the database, so a
 * step that fails, or a process that ends, delays it and loses nothing.
 */
export class Repeating implements Part {
  readonly name: string;
  readonly #parts: RepeatingParts;
  #stopping = new AbortController();
  #kicks = 0;
  #pause = new AbortController();
  #loop: Promise<void> | null = null;
  #failing = false;

  constructor(parts: RepeatingParts) {
    this.name = parts.name;
    this.#parts = parts;
  }

  start(): void {
    this.#stopping = new AbortController();
    this.#loop ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#pause.abort();
    await this.#loop;
    this.#loop = null;
  }

  /** There may be something to do: does it at once, or once more when it is doing it already. */
  kick(): void {
    this.#kicks += 1;
    this.#pause.abort();
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const before = this.#kicks;
      await this.#turn();
      if (this.#kicks === before) await this.#sleep();
    }
  }

  async #turn(): Promise<void> {
    try {
      await this.#parts.step(this.#stopping.signal);
      this.#failing = false;
    } catch (error) {
      // Whatever it was, the same is tried again at the next turn; one line is enough.
      if (!this.#failing) this.#parts.log.warn({ part: this.name, ...faultOf(error) }, 'waits');
      this.#failing = true;
    }
  }

  async #sleep(): Promise<void> {
    this.#pause = new AbortController();
    if (!this.#stopping.signal.aborted)
      await this.#parts.clock.sleep(this.#parts.everyMs, this.#pause.signal);
  }
}
