import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';

/** A program of ours in a process of its own, and somebody who types at it. */

/** Node itself takes seconds to start where many tests do so at once. */
export const typingPatience = { timeout: 60_000, interval: 20 };

const checkout = join(import.meta.dirname, '../..');

export class Typing {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown[]>;
  #said = '';

  private constructor(program: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.#child = spawn(program, [...args], { cwd: checkout, env: { ...process.env, ...env } });
    this.#ended = once(this.#child, 'close');
    for (const output of [this.#child.stdout, this.#child.stderr])
      output?.on('data', (text: Buffer) => (this.#said += text.toString()));
    onTestFinished(() => void this.#child.kill('SIGKILL'));
  }

  /** With its standard input and output on a pseudo-terminal: script(1) of every Debian. */
  static onTerminal(args: readonly string[], env: NodeJS.ProcessEnv): Typing {
    const command = [process.execPath, ...args].map((word) => `'${word}'`).join(' ');
    return new Typing('script', ['-qefc', command, '/dev/null'], env);
  }

  /** With its standard input in a pipe, as a program that stands in for a person has it. */
  static inPipe(args: readonly string[], env: NodeJS.ProcessEnv): Typing {
    return new Typing(process.execPath, args, env);
  }

  /** Everything that it has printed. */
  get said(): string {
    return this.#said;
  }

  type(text: string): void {
    this.#child.stdin?.write(text);
  }

  /** Nothing more is typed, ever. */
  endInput(): void {
    this.#child.stdin?.end();
  }

  /** Resolves once it has printed this so many times. */
  async hear(text: string, times = 1): Promise<void> {
    await vi.waitFor(() => {
      if (this.#said.split(text).length <= times) throw new Error(`It said: ${this.#said}`);
    }, typingPatience);
  }

  /** Resolves with its exit code. */
  async end(): Promise<unknown> {
    const [code] = await this.#ended;
    return code;
  }
}
