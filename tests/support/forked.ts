import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../bench/dist/tests/bench/children');

/** A compiled process of `tests/bench/children` that answers each order with one message. */
export class Forked {
  readonly #child: ChildProcess;
  #log = '';

  /** Options of Node are given anew: those of the test runner would have it load sources. */
  constructor(name: string, execArgv: readonly string[] = []) {
    const stdio = ['ignore', 'inherit', 'pipe', 'ipc'] as const;
    this.#child = fork(join(folder, `${name}.js`), {
      execArgv: [...execArgv],
      stdio: [...stdio],
    });
    this.#child.stderr?.on('data', (text: Buffer) => (this.#log += text.toString()));
  }

  /** What it has written to standard error. */
  get log(): string {
    return this.#log;
  }

  /** Rejects when the process ends instead. */
  ask(order: object | string): Promise<unknown> {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      const answered = (answer: unknown): void => {
        child.off('exit', ended);
        resolve(answer);
      };
      const ended = (code: number | null): void => {
        child.off('message', answered);
        reject(new Error(`It ended with code ${String(code)}: ${this.#log.slice(-2_000)}`));
      };
      child.once('message', answered).once('exit', ended);
      child.send(order);
    });
  }

  async stop(): Promise<void> {
    if (!this.#child.connected) return;
    const ended = once(this.#child, 'exit');
    this.#child.send('stop');
    await ended;
  }
}
