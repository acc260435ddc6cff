import type {
  GattConversation,
  GattDevice,
  Notification,
  UserConsent,
  Uuid,
} from '@hemma/protocols/device.js';
import type { GattLink, IncomingValue } from '../transports/link.js';
import { Conversation } from './conversation.js';
import type { KnownDevice, SessionContext } from './conversation.js';

/** Values of one device that wait to be stored: two for each record of the largest memory. */
const maxWaitingValues = 8_192;

/** How many values became readings, and how many no codec accepted. */
export interface SessionOutcome {
  readonly readings: number;
  readonly refused: number;
}

/**
 * One conversation with one connected GATT device: lets the profile speak, and leaves the device
 * unsubscribed and disconnected whatever happens. Rejects with the coded error that ended it early.
 */
export async function converseGatt(
  known: KnownDevice<GattDevice>,
  link: GattLink,
  context: SessionContext,
): Promise<SessionOutcome> {
  const session = new GattSession(known, link, context);
  try {
    await known.device.profile.converse(session);
  } finally {
    await session.leave();
  }
  return { readings: session.readings, refused: session.refused };
}

class GattSession extends Conversation<IncomingValue> implements GattConversation {
  refused = 0;
  readonly #link: GattLink;
  readonly #subscribed = new Set<Uuid>();
  #isGone = false;

  constructor(known: KnownDevice<GattDevice>, link: GattLink, context: SessionContext) {
    super(known, context, maxWaitingValues);
    this.#link = link;
    void link.closed.then(() => {
      this.#isGone = true;
      this.incoming.end();
    });
  }

  has(characteristic: Uuid): boolean {
    return this.#link.characteristics.has(characteristic);
  }

  async read(characteristic: Uuid): Promise<Uint8Array> {
    const octets = await this.#link.read(characteristic);
    this.arrived(this.context.clock.monotonicMs());
    return octets;
  }

  write(characteristic: Uuid, octets: Uint8Array): Promise<void> {
    return this.#link.write(characteristic, octets);
  }

  async subscribe(characteristic: Uuid): Promise<void> {
    this.#subscribed.add(characteristic);
    await this.#link.subscribe(characteristic, (value) => this.incoming.push(value));
  }

  next(withinMs: number): Promise<Notification | null> {
    return this.nextIncoming(withinMs);
  }

  lastSequence(): number | null {
    return this.context.lastSequence(this.known.identity);
  }

  consent(): UserConsent | null {
    return this.known.consent ?? null;
  }

  refuse(characteristic: Uuid, octets: Uint8Array, reason: string): void {
    this.refused += 1;
    const { id: model } = this.known.device;
    this.context.log.warn(
      { model, characteristic, octets: octets.length, reason },
      'a value that no codec accepts',
    );
  }

  /** BlueZ remembers subscriptions, many devices do not: off before the link is ended. */
  async leave(): Promise<void> {
    for (const characteristic of this.#isGone ? [] : this.#subscribed)
      await this.#link.unsubscribe(characteristic).catch(() => undefined);
    await this.#link.close();
    this.incoming.end();
  }
}
