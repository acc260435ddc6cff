import type {
  InformationField,
  SerialConversation,
  SerialDevice,
} from '@hemma/protocols/device.js';
import type { LocalDateTime, Reading } from '@hemma/protocols/reading.js';
import type { SerialLink } from '../transports/link.js';
import { localTimeOf } from '../local-time.js';
import type { KnownDevice, SessionContext } from './gatt-session.js';
import { IncomingQueue } from './queue.js';

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

class SerialSession implements SerialConversation {
  readonly #known: KnownDevice<SerialDevice>;
  readonly #link: SerialLink;
  readonly #context: SessionContext;
  readonly #incoming: IncomingQueue<Chunk>;
  #deviceClock: { shown: LocalDateTime; monotonicMs: number } | null = null;
  #arrivedMs: number;

  constructor(known: KnownDevice<SerialDevice>, link: SerialLink, context: SessionContext) {
    this.#known = known;
    this.#link = link;
    this.#context = context;
    this.#incoming = new IncomingQueue(context.clock, maxWaitingChunks);
    this.#arrivedMs = context.clock.monotonicMs();
    link.onOctets((octets, monotonicMs) => this.#incoming.push({ octets, monotonicMs }));
    void link.closed.then(() => this.#incoming.end());
  }

  async next(withinMs: number): Promise<Uint8Array | null> {
    const chunk = await this.#incoming.next(withinMs);
    if (chunk === null) return null;
    this.#arrivedMs = chunk.monotonicMs;
    return chunk.octets;
  }

  write(octets: Uint8Array): Promise<void> {
    return this.#link.write(octets);
  }

  wait(ms: number): Promise<void> {
    return this.#context.clock.sleep(ms);
  }

  localTime(): LocalDateTime | null {
    const wall = this.#context.clock.wall();
    return wall.trust === 'synced' ? localTimeOf(wall.ms, this.#context.timeZone) : null;
  }

  deviceClock(now: LocalDateTime | null): void {
    this.#deviceClock =
      now === null ? null : { shown: now, monotonicMs: this.#context.clock.monotonicMs() };
  }

  information(field: InformationField, text: string): void {
    this.#context.log.debug({ model: this.#known.device.id, field, text }, 'device information');
  }

  async take(reading: Reading): Promise<void> {
    const { device, identity, patient } = this.#known;
    await this.#context.take(reading, {
      model: device.id,
      identity,
      patient,
      clock: this.#deviceClock,
      capturedMonotonicMs: this.#arrivedMs,
    });
  }

  refuse(octets: Uint8Array, reason: string): void {
    const { log } = this.#context;
    log.warn(
      { model: this.#known.device.id, octets: octets.length, reason },
      'octets that no codec accepts',
    );
  }
}
