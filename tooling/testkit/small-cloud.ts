import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { Aedes } from 'aedes';
import { parseEnvelope } from '@hemma/protocols/wire/envelope.js';
import type { Envelope } from '@hemma/protocols/wire/envelope.js';
import { statusSchema } from '@hemma/protocols/wire/messages.js';
import type { Receipt, Status } from '@hemma/protocols/wire/messages.js';
import { topicOf } from '@hemma/protocols/wire/topics.js';
import type { DownChannel } from '@hemma/protocols/wire/topics.js';

/** The secret of every gateway at a {@link SmallCloud}. */
export const smallCloudSecret = 'a secret';

/** A real broker, and the few lines of the cloud that matter here: it stores, and gives receipts. */
export class SmallCloud {
  readonly envelopes: Envelope[] = [];
  readonly statuses: Status[] = [];
  /** What came, in its order. */
  readonly heard: ('measurements' | 'status')[] = [];
  /** Rows stored by ledger. */
  readonly stored = new Map<string, string[]>();
  upTo = 0;
  /** Whether it gives receipts. */
  answers = true;
  /** What every receipt says differently. */
  receipt: Partial<Receipt> = {};
  /** The clock of the cloud. */
  at: () => number = () => Date.UTC(2026, 0, 15, 8);
  readonly #gateway: string;
  #aedes!: Aedes;
  #server!: Server;
  #port = 0;

  constructor(gateway: string) {
    this.#gateway = gateway;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    this.#aedes = await Aedes.createBroker({
      authenticate: (client, username, password, done) =>
        done(null, client.id === username && password?.toString() === smallCloudSecret),
      published: (packet, client, done) => {
        // Null for what the broker itself publishes, whatever its type says.
        if ((client as unknown) !== null) this.#hear(packet.topic, Buffer.from(packet.payload));
        done();
      },
    });
    this.#server = createServer({ noDelay: true }, (socket) => this.#aedes.handle(socket));
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server.close();
    await new Promise<void>((resolve) => this.#aedes.close(() => resolve()));
  }

  /** Gives a receipt. */
  say(changes: Partial<Receipt>): void {
    const ledger = this.envelopes.at(-1)?.header.ledger ?? '0'.repeat(32);
    const receipt: Receipt = {
      ...{
        v: 1,
        gateway: this.#gateway,
        ledger,
        upTo: this.upTo,
        refused: [],
        at: this.at(),
        pauseMs: 0,
      },
      ...this.receipt,
      ...changes,
    };
    this.publish(JSON.stringify(receipt));
  }

  /** As a receipt unless told otherwise; a command is retained. */
  publish(payload: string, channel: DownChannel = 'receipts'): void {
    const topic = topicOf(this.#gateway, channel);
    const packet = { cmd: 'publish' as const, topic, payload, qos: 1 as const };
    const retain = channel === 'commands';
    this.#aedes.publish({ ...packet, retain, dup: false }, () => undefined);
  }

  #hear(topic: string, payload: Buffer): void {
    this.heard.push(topic.endsWith('/status') ? 'status' : 'measurements');
    if (topic.endsWith('/status'))
      this.statuses.push(statusSchema.parse(JSON.parse(payload.toString())));
    else this.#store(parseEnvelope(payload));
    if (this.answers) this.say({});
  }

  #store(envelope: Envelope): void {
    this.envelopes.push(envelope);
    const { ledger } = envelope.header;
    const rows = this.stored.get(ledger) ?? [];
    this.stored.set(ledger, rows);
    for (const { seq, text } of envelope.rows) if (seq === rows.length + 1) rows.push(text);
    this.upTo = rows.length;
  }
}
