/**
 * The device's side of a recorded serial line. Where the host spoke in between, the device waits
 * until as many octets have come again: their content differs (times, serial numbers), their number
 * does not.
 */
import { fromHex } from '../bytes.js';
import type { SerialTrace } from './format.js';

export interface PlayedOctets {
  readonly octets: Uint8Array;
  /** How long after the event before them. */
  readonly pauseMs: number;
}

type Step = { readonly hear: number } | { readonly say: PlayedOctets };

export class SerialPlayback {
  readonly #steps: readonly Step[];
  #at = 0;
  #heard = 0;

  constructor({ events }: SerialTrace) {
    const steps: Step[] = [];
    let beforeMs = events[0]?.ms ?? 0;
    for (const event of events) {
      const pauseMs = Math.max(0, event.ms - beforeMs);
      beforeMs = event.ms;
      if (event.event === 'in') steps.push({ say: { octets: fromHex(event.octets), pauseMs } });
      else if (event.event === 'out') steps.push({ hear: event.octets.length / 2 });
    }
    this.#steps = steps;
  }

  /** Whether everything was said and heard. */
  get over(): boolean {
    return this.#at >= this.#steps.length;
  }

  /** The host wrote so many octets. */
  hear(count: number): void {
    this.#heard += count;
  }

  /**
   * The host has said all that it will say: what it said has to be enough, though other commands were
   * recorded. Gives whether the device has anything to go on with.
   */
  quiet(): boolean {
    if (this.#heard === 0) return false;
    this.#heard = 0;
    for (let step = this.#steps[this.#at]; step !== undefined && 'hear' in step;) {
      this.#at += 1;
      step = this.#steps[this.#at];
    }
    return !this.over;
  }

  /** What the device says next; null while it waits for the host, and at the end. */
  next(): PlayedOctets | null {
    for (let step = this.#steps[this.#at]; step !== undefined; step = this.#steps[this.#at]) {
      if ('hear' in step && this.#heard < step.hear) return null;
      this.#at += 1;
      if ('say' in step) return step.say;
      this.#heard -= step.hear;
    }
    return null;
  }
}
