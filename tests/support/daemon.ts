import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

export interface DaemonOptions {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What the process prints goes here. */
  readonly logFile: string;
  /** Whether the process answers; asked until it does. */
  readonly isReady?: () => Promise<boolean>;
}

const readyDeadlineMs = 60_000;

/** A real process that a test starts, kills without warning and starts again. */
export class Daemon {
  readonly #options: DaemonOptions;
  #child: ChildProcess | null = null;
  kills = 0;

  constructor(options: DaemonOptions) {
    this.#options = options;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error(`${this.#options.name} is not running.`);
    return pid;
  }

  get running(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Starts the process; with `waitReady`, resolves when it answers. */
  async start(waitReady = true): Promise<void> {
    const { program, args, env, logFile } = this.#options;
    const child = spawn(program, [...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const log = createWriteStream(logFile, { flags: 'a' });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    await once(child, 'spawn');
    if (waitReady) await this.ready();
  }

  async ready(): Promise<void> {
    const { name, isReady, logFile } = this.#options;
    const deadline = Date.now() + readyDeadlineMs;
    while (isReady !== undefined && !(await isReady().catch(() => false))) {
      if (!this.running) throw new Error(`${name} ended while starting, see ${logFile}`);
      if (Date.now() > deadline) throw new Error(`${name} is not ready, see ${logFile}`);
      await sleep(50);
    }
  }

  /** SIGKILL: no goodbye, nothing flushed. Resolves when the process is gone. */
  async kill(): Promise<void> {
    if (await this.#end('SIGKILL')) this.kills += 1;
  }

  /** SIGTERM, and SIGKILL if that is not heard in ten seconds. Returns the exit code. */
  async stop(): Promise<number | null> {
    const child = this.#child;
    const timer = setTimeout(() => child?.kill('SIGKILL'), 10_000);
    await this.#end('SIGTERM');
    clearTimeout(timer);
    return child?.exitCode ?? null;
  }

  async #end(signal: NodeJS.Signals): Promise<boolean> {
    const child = this.#child;
    if (child === null || !this.running) return false;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
    return true;
  }
}
