import type { Log } from './log.js';

/** Something with a beginning and an end. Constructors assign; start and stop do. */
export interface Part {
  readonly name: string;
  start(): Promise<void> | void;
  stop(): Promise<void> | void;
}

/** A part that does not stop within this time is left behind, so that the process always ends. */
const stopDeadlineMs = 10_000;

/** Starts parts in order and stops them in the opposite order. */
export class Lifecycle {
  readonly #parts: readonly Part[];
  readonly #log: Log;
  #running: Part[] = [];

  constructor(parts: readonly Part[], log: Log) {
    this.#parts = parts;
    this.#log = log;
  }

  /** When a part cannot start, those already running are stopped and the error is passed on. */
  async start(): Promise<void> {
    for (const part of this.#parts) {
      try {
        await part.start();
        this.#running.push(part);
      } catch (error) {
        await this.stop();
        throw error;
      }
    }
  }

  async stop(): Promise<void> {
    const parts = this.#running.reverse();
    this.#running = [];
    for (const part of parts) await this.#stopPart(part);
  }

  async #stopPart(part: Part): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, stopDeadlineMs, 'late');
    });
    try {
      const result = await Promise.race([part.stop(), late]);
      if (result === 'late') this.#log.warn({ part: part.name }, 'did not stop in time');
    } catch (error) {
      this.#log.error({ part: part.name, err: error }, 'stopping failed');
    } finally {
      clearTimeout(timer);
    }
  }
}

/**
 * Resolves at the first SIGINT, SIGTERM or SIGHUP (a terminal that is closed); a second one ends the
 * process at once.
 */
export function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    const first = (signal: NodeJS.Signals): void => {
      for (const s of signals) process.off(s, first).on(s, () => process.exit(1));
      resolve(signal);
    };
    for (const s of signals) process.on(s, first);
  });
}
