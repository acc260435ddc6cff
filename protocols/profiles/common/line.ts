/** The waiting part of every serial conversation: octets come, frames are cut out of them. */
import { CodecRefusal } from '../../codec.js';
import type { SerialConversation } from '../../device.js';
import { CodedError } from '../../errors.js';
import { StreamFramer, type FrameRule } from '../../serial/framer.js';

/**
 * Most octets without a frame, or frames without a value, before the device counts as another one:
 * about a minute of the fastest format (75 frames of five octets a second).
 */
export const maxRubbishOctets = 24_000;
/** A line that is silent this long has no device that sends by itself. */
export const silenceMs = 60_000;

/** One serial line and its frames in order. */
export class Line {
  readonly #conversation: SerialConversation;
  readonly #framer: StreamFramer;
  readonly #frames: Uint8Array[] = [];
  #rubbish = 0;
  #skipped = 0;

  constructor(conversation: SerialConversation, rule: FrameRule) {
    this.#conversation = conversation;
    this.#framer = new StreamFramer(rule);
  }

  /** The next frame; null when the line was silent for so long, or is closed. */
  async next(withinMs = silenceMs): Promise<Uint8Array | null> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame !== undefined) return frame;
      const octets = await this.#conversation.next(withinMs);
      if (octets === null) return null;
      this.#frames.push(...this.#framer.push(octets));
      this.#count(this.#framer.skipped - this.#skipped);
      this.#skipped = this.#framer.skipped;
    }
  }

  /** Has a frame taken; one that no codec accepts is refused and counted. */
  async give(frame: Uint8Array, handler: (frame: Uint8Array) => Promise<void>): Promise<void> {
    try {
      await handler(frame);
      this.#rubbish = 0;
    } catch (error) {
      if (!(error instanceof CodecRefusal)) throw error;
      this.#conversation.refuse(frame, error.message);
      this.#count(frame.length);
    }
  }

  #count(octets: number): void {
    this.#rubbish += octets;
    if (this.#rubbish > maxRubbishOctets) throw new CodedError('device_rubbish');
  }
}
