/** Sending values to the central: in order, as far as the link and the faults allow. */
import type { Uuid } from '@hemma/protocols/device.js';
import { LinkError } from '../../radio/gatt-server.js';
import { randomOctets } from '../../radio/random.js';
import type { GattHost } from './model.js';

/** Between two stored records; real monitors take from 20 ms to half a second. */
const recordPauseMs = 50;
/** Rubbish comes as fast as the radio lets it. */
const rubbishPauseMs = 20;
const longestRubbish = 20;

/** The link ended before the value was through; the sender starts over at the next connection. */
export class LinkEnded extends Error {}

/** The sending side of one connection: counts values for the fault that cuts it. */
export class Sending {
  readonly #host: GattHost;
  #values = 0;
  #connection = 0;

  constructor(host: GattHost) {
    this.#host = host;
  }

  /** A new connection: what was being sent to the last one is over. */
  begin(): number {
    this.#values = 0;
    this.#connection += 1;
    return this.#connection;
  }

  isCurrent(connection: number): boolean {
    return this.#connection === connection && (this.#host.server?.connected ?? false);
  }

  /** Sends a value and waits until it is through. Throws {@link LinkEnded}. */
  async value(way: 'indicate' | 'notify', uuid: Uuid, octets: Uint8Array): Promise<void> {
    const { server, faults } = this.#host;
    if (faults.rubbish) await this.#rubbish(way, uuid);
    if (server?.isSubscribed(uuid) !== true) throw new LinkEnded();
    if (faults.cutAfterValues !== null && this.#values >= faults.cutAfterValues) {
      server.disconnect();
      throw new LinkEnded();
    }
    await this.#through(way, uuid, octets);
    this.#values += 1;
    await this.#host.timers.sleep(recordPauseMs);
  }

  /** Sends a value of a stream when somebody listens; gives whether it was through. */
  async sample(uuid: Uuid, octets: Uint8Array): Promise<boolean> {
    if (this.#host.server?.isSubscribed(uuid) !== true) return false;
    try {
      await this.value('notify', uuid, octets);
      return true;
    } catch (error) {
      if (error instanceof LinkEnded) return false;
      throw error;
    }
  }

  /** Sends the answer of a control point: no value, and none of the faults of values. */
  async answer(uuid: Uuid, octets: Uint8Array): Promise<void> {
    await this.#through('indicate', uuid, octets);
  }

  async #through(way: 'indicate' | 'notify', uuid: Uuid, octets: Uint8Array): Promise<void> {
    try {
      await this.#host.server?.[way](uuid, octets);
    } catch (error) {
      if (error instanceof LinkError) throw new LinkEnded();
      throw error;
    }
  }

  /** Until the fault is mended or the central leaves. */
  async #rubbish(way: 'indicate' | 'notify', uuid: Uuid): Promise<void> {
    const { faults, random, timers } = this.#host;
    while (faults.rubbish) {
      const length = 1 + Math.floor(random() * longestRubbish);
      await this.#through(way, uuid, randomOctets(random, length));
      await timers.sleep(rubbishPauseMs);
    }
  }
}

/** Starts work that ends quietly with the link; any other fault of a behaviour ends the process. */
export function start(work: () => Promise<void>): void {
  void work().catch((error: unknown) => {
    if (!(error instanceof LinkEnded)) throw error;
  });
}
