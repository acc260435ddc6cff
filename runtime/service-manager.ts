import { execFile } from 'node:child_process';
import type { Cancellable, Clock } from './clock.js';
import type { Part } from './lifecycle.js';
import type { Log } from './log.js';

/** What systemd puts into the environment of a service: sd_notify(3), sd_watchdog_enabled(3). */
export interface ServiceEnvironment {
  readonly [name: string]: string | undefined;
  /** Where it listens; without it nobody asks how this process is. */
  readonly NOTIFY_SOCKET?: string | undefined;
  /** After so long without a sign of life it ends the process and starts it anew. */
  readonly WATCHDOG_USEC?: string | undefined;
}

export interface ServiceManagerOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly environment: ServiceEnvironment;
}

/** It answers in milliseconds; a machine that is this slow is what the watchdog is for. */
const tellDeadlineMs = 10_000;
/** As sd_watchdog_enabled(3) advises: one sign may be lost. */
const signsPerPeriod = 3;

/**
 * Tells systemd that everything has started, is alive, and is ending. A sign of life comes from the
 * event loop: when that is stuck, none comes. It goes through `systemd-notify`, since Node has no
 * datagram socket of the local kind and every library for it is compiled for one version of Node.
 */
export class ServiceManager implements Part {
  readonly name = 'serviceManager';
  readonly #options: ServiceManagerOptions;
  #timer: Cancellable | null = null;
  #hasFailed = false;

  constructor(options: ServiceManagerOptions) {
    this.#options = options;
  }

  /** Never rejects: a process that cannot say that it is well works all the same. */
  async start(): Promise<void> {
    await this.#tell('READY=1');
    this.#live();
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.#tell('STOPPING=1');
  }

  #live(): void {
    const periodMs = Number(this.#options.environment.WATCHDOG_USEC ?? 0) / 1_000;
    if (!(periodMs > 0)) return;
    this.#timer = this.#options.clock.after(periodMs / signsPerPeriod, () => {
      void this.#tell('WATCHDOG=1');
      this.#live();
    });
  }

  #tell(state: string): Promise<void> {
    const { environment, log } = this.#options;
    if (environment.NOTIFY_SOCKET === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const options = { env: environment, timeout: tellDeadlineMs };
      execFile('systemd-notify', [state], options, (error) => {
        if (error !== null && !this.#hasFailed) log.warn({ err: error }, 'systemd cannot be told');
        this.#hasFailed = error !== null;
        resolve();
      });
    });
  }
}
