import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { profiling } from './profiling.js';

/** A process of this benchmark that is told what to do, and answers each order with one message. */
export class Child {
  readonly #name: string;
  readonly #process: ChildProcess;

  /** `name` is a file of `children/`. */
  constructor(name: string) {
    this.#name = name;
    this.#process = fork(join(import.meta.dirname, 'children', `${name}.js`), {
      execArgv: [...profiling(name)],
    });
  }

  get pid(): number {
    if (this.#process.pid === undefined) throw new Error(`${this.#name} could not be started.`);
    return this.#process.pid;
  }

  /** Resolves with the answer; rejects when the process ends instead. */
  async ask(order: object | string): Promise<unknown> {
    const child = this.#process;
    return await new Promise((resolve, reject) => {
      const answered = (message: unknown): void => {
        child.off('exit', ended);
        resolve(message);
      };
      const ended = (code: number | null): void => {
        child.off('message', answered);
        reject(new Error(`${this.#name} ended with code ${String(code)}.`));
      };
      child.once('message', answered).once('exit', ended);
      child.send(order);
    });
  }

  async stop(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.send('stop');
    await ended;
  }
}
