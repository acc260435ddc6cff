import type { Prompt } from '@hemma/protocols/wire/command.js';
import type { Part } from '@hemma/runtime/lifecycle.js';
import type { Log } from '@hemma/runtime/log.js';
import type { Cue } from './cue.js';

/** For a gateway without lamp or loudspeaker: only the log tells when they would have been heard. */
export class LogCue implements Cue, Part {
  readonly name = 'cue';
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  start(): void {
    // Nothing has to be switched.
  }

  stop(): void {
    // Nothing has to be switched.
  }

  due({ id }: Prompt): void {
    this.#log.info({ prompt: id }, 'time to measure again');
  }

  ended({ id }: Prompt, why: Parameters<Cue['ended']>[1]): void {
    this.#log.info({ prompt: id, why }, 'no need to measure again');
  }

  remind(task: string): void {
    this.#log.info({ task }, 'time to measure');
  }
}
