/** The waiting part of every GATT conversation: values come until the device is quiet or gone. */
import { CodecRefusal } from '../../codec.js';
import type { GattConversation, Notification, Uuid } from '../../device.js';
import { CodedError } from '../../errors.js';

/**
 * Most values of one conversation: the largest home meters store 2 000 records, each of which may
 * come with a context; twice that is not a memory but a fault. A stream of one value a second comes
 * to it after two hours: nobody takes a spot check for that long.
 */
export const maxValues = 8_000;
/**
 * Most values in one conversation that no codec accepts. A damaged record now and then must not
 * cost the others; a device that sends this many has another protocol or is broken.
 */
export const maxRefusals = 32;
/** Records follow each other within a connection interval or two; a slow device needs a second. */
export const quietMs = 10_000;

/** Takes one value; a {@link CodecRefusal} is counted, anything else ends the conversation. */
export type Handler = (octets: Uint8Array) => Promise<void> | void;

/** Whether the conversation is over although the device is still there. */
export type Done = () => boolean;

/** Gives values to their handlers, within the limits above. One for each conversation. */
export class Collector {
  readonly #conversation: GattConversation;
  readonly #handlers: Readonly<Record<Uuid, Handler>>;
  #values = 0;
  #refusals = 0;

  constructor(conversation: GattConversation, handlers: Readonly<Record<Uuid, Handler>>) {
    this.#conversation = conversation;
    this.#handlers = handlers;
  }

  /**
   * Until `done`, or nothing came for `withinMs`, or the device left. Gives whether it was `done`.
   * Throws `device_rubbish` at the limits.
   */
  async until(done: Done, withinMs = quietMs): Promise<boolean> {
    while (!done()) {
      const value = await this.#conversation.next(withinMs);
      if (value === null) return false;
      this.#values += 1;
      if (this.#values > maxValues) throw new CodedError('device_rubbish', 'too many values');
      await this.#give(value);
    }
    return true;
  }

  /** Until the device is quiet or gone. */
  async untilQuiet(withinMs = quietMs): Promise<void> {
    await this.until(() => false, withinMs);
  }

  async #give({ characteristic, octets }: Notification): Promise<void> {
    try {
      await this.#handlers[characteristic]?.(octets);
    } catch (error) {
      if (!(error instanceof CodecRefusal)) throw error;
      this.#conversation.refuse(characteristic, octets, error.message);
      this.#refusals += 1;
      if (this.#refusals > maxRefusals) throw new CodedError('device_rubbish');
    }
  }
}
