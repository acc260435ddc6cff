import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Prompt } from '@hemma/protocols/wire/command.js';
import type { Cancellable, Clock } from '@hemma/runtime/clock.js';
import type { Part } from '@hemma/runtime/lifecycle.js';
import type { Log } from '@hemma/runtime/log.js';
import type { Cue } from './cue.js';
import { LogCue } from './log-cue.js';

export interface LampCueOptions {
  /** Folder of the LED class of the kernel, `/sys/class/leds/<name>`. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Long enough to be noticed from the next room, and over before it is a nuisance. */
export const remindMs = 30_000;

/**
 * A lamp or a buzzer on a GPIO pin, through the LED class of the kernel (`gpio-leds`): on for as long as
 * somebody is asked to measure again, and for half a minute when the plan reminds. What cannot be
 * switched is logged once, and harms nothing else: one write at a time is under way, and a wish that comes
 * meanwhile takes the place of the one before.
 */
export class LampCue implements Cue, Part {
  readonly name = 'cue';
  readonly #options: LampCueOptions;
  readonly #told: LogCue;
  readonly #due = new Set<string>();
  #reminding: Cancellable | null = null;
  #isOn: boolean | null = null;
  #isSwitching = false;
  #switching = Promise.resolve();
  #isFailing = false;

  constructor(options: LampCueOptions) {
    this.#options = options;
    this.#told = new LogCue(options.log);
  }

  /** A lamp that was left on is switched off. */
  start(): void {
    this.#switch();
  }

  async stop(): Promise<void> {
    this.#due.clear();
    this.#endReminder();
    await this.#switching;
  }

  due(prompt: Prompt): void {
    this.#told.due(prompt);
    this.#due.add(prompt.id);
    this.#switch();
  }

  ended(prompt: Prompt, why: Parameters<Cue['ended']>[1]): void {
    this.#told.ended(prompt, why);
    this.#due.delete(prompt.id);
    this.#switch();
  }

  remind(task: string): void {
    this.#told.remind(task);
    this.#reminding?.cancel();
    this.#reminding = this.#options.clock.after(remindMs, () => this.#endReminder());
    this.#switch();
  }

  #endReminder(): void {
    this.#reminding?.cancel();
    this.#reminding = null;
    this.#switch();
  }

  get #wanted(): boolean {
    return this.#due.size > 0 || this.#reminding !== null;
  }

  #switch(): void {
    if (this.#isSwitching || this.#isOn === this.#wanted) return;
    this.#isSwitching = true;
    this.#switching = this.#catchUp();
  }

  async #catchUp(): Promise<void> {
    const { folder, log } = this.#options;
    while (this.#isOn !== this.#wanted) {
      const isOn = this.#wanted;
      try {
        await writeFile(join(folder, 'brightness'), isOn ? '1' : '0', { flag: 'r+' });
        this.#isFailing = false;
      } catch (error) {
        if (!this.#isFailing) log.warn({ err: error }, 'the lamp cannot be switched');
        this.#isFailing = true;
      }
      // Also when it failed: the next wish tries again, and nothing goes round meanwhile.
      this.#isOn = isOn;
    }
    this.#isSwitching = false;
  }
}
