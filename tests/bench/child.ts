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
    const answer = once(this.#process, 'message');
    const early = once(this.#process, 'exit').then(([code]) => {
      throw new Error(`${this.#name} ended with code ${String(code)}.`);
    });
    this.#process.send(order);
    const [message] = (await Promise.race([answer, early])) as readonly unknown[];
    return message;
  }

  async stop(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.send('stop');
    await ended;
  }
}
