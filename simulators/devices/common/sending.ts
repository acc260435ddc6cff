/** Sending values to the central: in order, as far as the link and the faults allow. */
import type { Uuid } from '@hemma/protocols/device.js';
import { pieceOctets } from '@hemma/protocols/profiles/common/frames.js';
import type { Cancellable } from '@hemma/runtime/clock.js';
import { LinkError } from '../../radio/gatt-server.js';
import { randomOctets } from '../../radio/random.js';
import type { GattHost } from './model.js';

/** Between two stored records; real monitors take from 20 ms to half a second. */
const recordPauseMs = 50;
/** Rubbish comes as fast as the radio lets it. */
const rubbishPauseMs = 20;
/** What fits into a notification with the smallest MTU, 23. */
const longestRubbish = 20;

/** The link ended before the value was through; the sender starts over at the next connection. */
export class LinkEnded extends Error {}

/** An oximeter without a finger in it, and with nothing left to tell, switches itself off. */
const idleMs = 5_000;

/** The sending side of one connection: counts values for the fault that cuts it. */
export class Sending {
  readonly #host: GattHost;
  readonly #busy: (() => boolean) | null;
  #values = 0;
  #connection = 0;
  #idle: Cancellable | null = null;

  /** `busy`: whether an idle device has a reason to stay; left out: it stays until it is left. */
  constructor(host: GattHost, busy: (() => boolean) | null = null) {
    this.#host = host;
    this.#busy = busy;
  }

  /** A new connection: what was being sent to the last one is over. */
  begin(): number {
    this.#values = 0;
    this.#connection += 1;
    this.#awake();
    return this.#connection;
  }

  isCurrent(connection: number): boolean {
    return this.#connection === connection && (this.#host.server?.connected ?? false);
  }

  /** Something happened: the device stays for a while. */
  #awake(): void {
    const { habits, timers, visits } = this.#host;
    const busy = this.#busy;
    this.#idle?.cancel();
    if (busy === null || !habits.leaves) return;
    this.#idle = timers.after(idleMs, () => {
      if (visits !== this.#host.visits) return;
      if (busy()) this.#awake();
      else this.#host.server?.disconnect();
    });
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
  async answer(
    uuid: Uuid,
    octets: Uint8Array,
    way: 'indicate' | 'notify' = 'indicate',
  ): Promise<void> {
    await this.#through(way, uuid, octets);
  }

  /** Sends what is too long for one value, as notifications one behind the other. */
  async pieces(uuid: Uuid, octets: Uint8Array): Promise<void> {
    for (let at = 0; at < octets.length; at += pieceOctets) {
      await this.value('notify', uuid, octets.subarray(at, at + pieceOctets));
    }
  }

  async #through(way: 'indicate' | 'notify', uuid: Uuid, octets: Uint8Array): Promise<void> {
    this.#awake();
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
