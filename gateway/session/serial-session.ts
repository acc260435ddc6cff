import type { SerialConversation, SerialDevice } from '@hemma/protocols/device.js';
import type { SerialLink } from '../transports/link.js';
import { Conversation } from './conversation.js';
import type { KnownDevice, SessionContext } from './conversation.js';

/** Chunks that wait to be looked at; at 9600 baud some minutes of them. */
const maxWaitingChunks = 4_096;

interface Chunk {
  readonly octets: Uint8Array;
  readonly monotonicMs: number;
}

/**
 * A conversation over an open serial line; lasts until the line ends or the profile has had enough.
 * Closes the line whatever happens.
 */
export async function converseSerial(
  known: KnownDevice<SerialDevice>,
  link: SerialLink,
  context: SessionContext,
): Promise<void> {
  const session = new SerialSession(known, link, context);
  try {
    await known.device.profile.converse(session);
  } finally {
    await link.close();
  }
}

class SerialSession extends Conversation<Chunk> implements SerialConversation {
  readonly #link: SerialLink;

  constructor(known: KnownDevice<SerialDevice>, link: SerialLink, context: SessionContext) {
    super(known, context, maxWaitingChunks);
    this.#link = link;
    link.onOctets((octets, monotonicMs) => this.incoming.push({ octets, monotonicMs }));
    void link.closed.then(() => this.incoming.end());
  }

  async next(withinMs: number): Promise<Uint8Array | null> {
    return (await this.nextIncoming(withinMs))?.octets ?? null;
  }

  write(octets: Uint8Array): Promise<void> {
    return this.#link.write(octets);
  }

  refuse(octets: Uint8Array, reason: string): void {
    const { id: model } = this.known.device;
    this.context.log.warn({ model, octets: octets.length, reason }, 'octets that no codec accepts');
  }
}
