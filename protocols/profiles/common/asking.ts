/** Asking a device on a serial line: a command goes out, the frame that answers it comes back. */
import { CodecRefusal } from '../../codec.js';
import type { SerialConversation } from '../../device.js';
import { CodedError } from '../../errors.js';
import type { Reading } from '../../reading.js';
import type { FrameRule } from '../../serial/framer.js';
import { Line } from './line.js';

/** Meters on a cable answer within a tenth of a second; the clients cited wait up to one. */
const answerMs = 3_000;
/** Frames that answer something else, one behind the other, before the device counts as another one. */
const maxPassedOver = 64;
/** A device that stays on its cable is read again after so long: nobody measures more often. */
const restMs = 15 * 60_000;

/** Has a result taken; one that no codec accepts is refused, and does not cost the others. */
export async function takeResult(
  conversation: SerialConversation,
  octets: Uint8Array,
  read: (octets: Uint8Array) => Reading,
): Promise<void> {
  try {
    await conversation.take(read(octets));
  } catch (error) {
    if (!(error instanceof CodecRefusal)) throw error;
    conversation.refuse(octets, error.message);
  }
}

/** Commands and answers of one conversation. */
export class Asking {
  readonly #conversation: SerialConversation;
  readonly #line: Line;

  constructor(conversation: SerialConversation, rule: FrameRule) {
    this.#conversation = conversation;
    this.#line = new Line(conversation, rule);
  }

  async send(command: Uint8Array): Promise<void> {
    await this.#conversation.write(command);
  }

  /** Sends a command; see {@link expect}. */
  async ask<T>(command: Uint8Array, answer: (frame: Uint8Array) => T | null): Promise<T> {
    await this.send(command);
    return this.expect(answer);
  }

  /**
   * Waits for the frame that `answer` makes something of; others, for which it gives null, are passed
   * over. Throws `device_timeout` when none came, `device_rubbish` when only others did.
   */
  async expect<T>(answer: (frame: Uint8Array) => T | null): Promise<T> {
    const found: T[] = [];
    for (let passedOver = 0; passedOver < maxPassedOver; passedOver += 1) {
      const frame = await this.#line.next(answerMs);
      if (frame === null) throw new CodedError('device_timeout', 'no answer');
      await this.#line.give(frame, (octets) => {
        const made = answer(octets);
        if (made !== null) found.push(made);
        return Promise.resolve();
      });
      const [first] = found;
      if (first !== undefined) return first;
    }
    throw new CodedError('device_rubbish', 'answers to something else');
  }

  /** Gives the next `count` frames to `take`; a damaged one is refused and does not cost the others. */
  async each(count: number, take: (frame: Uint8Array) => Promise<void>): Promise<void> {
    for (let heard = 0; heard < count; heard += 1) {
      const frame = await this.#line.next(answerMs);
      if (frame === null) throw new CodedError('device_timeout', 'records are missing');
      await this.#line.give(frame, take);
    }
  }

  /** Waits until it is time to read the device again; ends at once when its cable is pulled. */
  async rest(): Promise<void> {
    await this.#line.next(restMs);
  }
}
