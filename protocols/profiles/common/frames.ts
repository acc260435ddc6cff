/**
 * A maker's own protocol over two characteristics: commands are written to one, answers come as
 * notifications of the other, in pieces that are put together here.
 */
import { CodecRefusal } from '../../codec.js';
import type { GattConversation, Uuid } from '../../device.js';
import { CodedError } from '../../errors.js';
import { StreamFramer, type FrameRule } from '../../serial/framer.js';
import { maxRefusals, maxValues } from './collect.js';

/** What fits into one value with the smallest MTU, 23 (Core 6.0 Vol 3 Part F §3.2.8). */
export const pieceOctets = 20;
/** These devices answer within a second; the clients cited wait 5 to 60. */
const answerMs = 10_000;

/** Where commands go and where answers come from, and what an answer looks like. */
export interface FrameChannel {
  readonly commands: Uuid;
  readonly answers: Uuid;
  readonly rule: FrameRule;
}

/** Frames of one conversation, within the limits of {@link maxValues} and {@link maxRefusals}. */
export class Frames {
  readonly #conversation: GattConversation;
  readonly #channel: FrameChannel;
  readonly #framer: StreamFramer;
  readonly #frames: Uint8Array[] = [];
  #skipped = 0;
  #values = 0;
  #refusals = 0;

  constructor(conversation: GattConversation, channel: FrameChannel) {
    this.#conversation = conversation;
    this.#channel = channel;
    this.#framer = new StreamFramer(channel.rule);
  }

  /** Writes a command, in pieces where it is long. */
  async send(command: Uint8Array): Promise<void> {
    for (let at = 0; at < command.length; at += pieceOctets) {
      const piece = command.subarray(at, at + pieceOctets);
      await this.#conversation.write(this.#channel.commands, piece);
    }
  }

  /** The next frame; null when none came in time or the device left. */
  async next(withinMs = answerMs): Promise<Uint8Array | null> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame !== undefined) return frame;
      const value = await this.#conversation.next(withinMs);
      if (value === null) return null;
      this.#values += 1;
      if (this.#values > maxValues) throw new CodedError('device_rubbish', 'too many values');
      if (value.characteristic === this.#channel.answers) this.#add(value.octets);
    }
  }

  /**
   * Writes a command and waits for the frame that `answer` makes something of; others, for which it
   * gives null, are passed over. Throws `device_timeout` when none came.
   */
  async ask<T>(
    command: Uint8Array,
    answer: (frame: Uint8Array) => T | null,
    withinMs = answerMs,
  ): Promise<T> {
    await this.send(command);
    return this.expect(answer, withinMs);
  }

  /** As {@link ask}, without a command. */
  async expect<T>(answer: (frame: Uint8Array) => T | null, withinMs = answerMs): Promise<T> {
    for (;;) {
      const frame = await this.next(withinMs);
      if (frame === null) throw new CodedError('device_timeout', 'no answer');
      const found = this.#accept(frame, answer);
      if (found !== null) return found;
    }
  }

  /** What no codec accepts: refused and counted. Throws `device_rubbish` at the limit. */
  refuse(octets: Uint8Array, reason: string): void {
    this.#conversation.refuse(this.#channel.answers, octets, reason);
    this.#refusals += 1;
    if (this.#refusals > maxRefusals) throw new CodedError('device_rubbish');
  }

  #add(octets: Uint8Array): void {
    this.#frames.push(...this.#framer.push(octets));
    if (this.#framer.skipped > this.#skipped) this.refuse(octets, 'sync');
    this.#skipped = this.#framer.skipped;
  }

  #accept<T>(frame: Uint8Array, answer: (frame: Uint8Array) => T | null): T | null {
    try {
      return answer(frame);
    } catch (error) {
      if (!(error instanceof CodecRefusal)) throw error;
      this.refuse(frame, error.message);
      return null;
    }
  }
}
