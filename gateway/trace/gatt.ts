import type { Advertisement, Uuid } from '@hemma/protocols/device.js';
import { toHex } from '@hemma/protocols/bytes.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { TraceRequest } from '@hemma/protocols/trace/format.js';
import type { GattLink, GattTransport, IncomingValue } from '../transports/link.js';
import type { TraceRecorder, Tracing } from './recorder.js';

/** Devices whose last advertisement is kept until they are connected to; as many as noble keeps. */
const maxHeard = 512;

/** The same radio, with a trace of every link. Neither the radio nor the sessions know of it. */
export function traceGatt(transport: GattTransport, tracing: Tracing): GattTransport {
  const heard = new Map<string, Advertisement>();
  transport.onAdvertisement((advertisement) => {
    heard.delete(advertisement.address);
    heard.set(advertisement.address, advertisement);
    const [oldest] = heard.keys();
    if (heard.size > maxHeard && oldest !== undefined) heard.delete(oldest);
  });
  return {
    name: transport.name,
    keepsBonds: transport.keepsBonds,
    get available() {
      return transport.available;
    },
    start: () => transport.start(),
    stop: () => transport.stop(),
    onAdvertisement: (listener) => transport.onAdvertisement(listener),
    connect: async (address, options) => {
      const link = await transport.connect(address, options);
      const advertisement = heard.get(address) ?? null;
      const recorder = tracing.begin({
        transport: 'gatt',
        address,
        advertisement: advertisement === null ? null : traced(advertisement),
        services: [{ service: null, characteristics: listed(link.characteristics) }],
      });
      return new TracedGattLink(link, recorder);
    },
  };
}

function traced({ name, services, manufacturerData }: Advertisement) {
  return {
    name,
    services: [...services],
    manufacturerData: manufacturerData === null ? null : toHex(manufacturerData),
  };
}

function listed(characteristics: ReadonlySet<Uuid>) {
  return [...characteristics].map((uuid) => ({ uuid, properties: null }));
}

class TracedGattLink implements GattLink {
  readonly characteristics: ReadonlySet<Uuid>;
  readonly closed: Promise<void>;
  readonly #link: GattLink;
  readonly #recorder: TraceRecorder;
  #closing = false;

  constructor(link: GattLink, recorder: TraceRecorder) {
    this.#link = link;
    this.#recorder = recorder;
    this.characteristics = link.characteristics;
    this.closed = link.closed;
    void link.closed.then(() => this.#end());
  }

  async read(characteristic: Uuid): Promise<Uint8Array> {
    const octets = await this.#noted('read', characteristic, this.#link.read(characteristic));
    this.#recorder.record({ event: 'read', characteristic, octets: toHex(octets) });
    return octets;
  }

  async write(characteristic: Uuid, octets: Uint8Array): Promise<void> {
    this.#recorder.record({ event: 'write', characteristic, octets: toHex(octets) });
    await this.#noted('write', characteristic, this.#link.write(characteristic, octets));
  }

  async subscribe(characteristic: Uuid, onValue: (value: IncomingValue) => void): Promise<void> {
    this.#recorder.record({ event: 'subscribe', characteristic });
    const subscribing = this.#link.subscribe(characteristic, (value) => {
      const octets = toHex(value.octets);
      this.#recorder.record({ event: 'value', characteristic: value.characteristic, octets });
      onValue(value);
    });
    await this.#noted('subscribe', characteristic, subscribing);
  }

  async unsubscribe(characteristic: Uuid): Promise<void> {
    this.#recorder.record({ event: 'unsubscribe', characteristic });
    await this.#noted('unsubscribe', characteristic, this.#link.unsubscribe(characteristic));
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#link.close();
    // A library that did not hear the end of the link never says that it is closed.
    this.#end();
  }

  #end(): void {
    this.#recorder.end(this.#closing ? 'closed' : 'lost');
  }

  async #noted<T>(request: TraceRequest, characteristic: Uuid, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      const code = error instanceof CodedError ? error.code : 'internal';
      this.#recorder.record({ event: 'failed', request, characteristic, code });
      throw error;
    }
  }
}
