import type { Uuid } from '@hemma/protocols/device.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Clock } from '@hemma/runtime/clock.js';
import { within } from './deadline.js';
import type { GattLink, IncomingValue } from './link.js';
import type { NobleCharacteristic, NoblePeripheral } from './noble-library.js';

/**
 * One connection through noble. noble leaves a call open for ever when the link goes while it is
 * under way, so every call races against a deadline and against the end of the link.
 */

/** A device that advertises is connected within some advertising intervals, or it is gone. */
const connectDeadlineMs = 10_000;
/** A table of 50 attributes takes some dozen exchanges; on a slow connection interval, seconds. */
const discoveryDeadlineMs = 15_000;
/** ATT allows a device 30 s for an answer (Core 5.4 Vol 3 Part F §3.3.3); none that works needs 10. */
const defaultCallDeadlineMs = 10_000;
/** The controller tells the end of a link at once; a supervision timeout is seconds at most. */
const closeDeadlineMs = 3_000;

/** Connects and discovers everything. Rejects with `device_timeout` or `link_lost`. */
export async function openNobleLink(
  peripheral: NoblePeripheral,
  options: { readonly clock: Clock; readonly callDeadlineMs?: number },
): Promise<GattLink> {
  const { clock, callDeadlineMs = defaultCallDeadlineMs } = options;
  const gone = new Promise<void>((resolve) => peripheral.once('disconnect', () => resolve()));
  try {
    await within(clock, connectDeadlineMs, refused(peripheral.connectAsync()));
    const found = peripheral.discoverAllServicesAndCharacteristicsAsync();
    const { characteristics } = await within(clock, discoveryDeadlineMs, orLost(found, gone));
    return new NobleLink(peripheral, characteristics, { clock, gone, callDeadlineMs });
  } catch (error) {
    await disconnect(peripheral, gone, clock);
    throw error;
  }
}

interface LinkContext {
  readonly clock: Clock;
  readonly gone: Promise<void>;
  readonly callDeadlineMs: number;
}

class NobleLink implements GattLink {
  readonly closed: Promise<void>;
  readonly #peripheral: NoblePeripheral;
  readonly #context: LinkContext;
  readonly #byUuid: ReadonlyMap<Uuid, NobleCharacteristic>;

  constructor(
    peripheral: NoblePeripheral,
    characteristics: readonly NobleCharacteristic[],
    context: LinkContext,
  ) {
    this.#peripheral = peripheral;
    this.#context = context;
    this.closed = context.gone;
    this.#byUuid = new Map(characteristics.map((found) => [found.uuid, found]));
  }

  get characteristics(): ReadonlySet<Uuid> {
    return new Set(this.#byUuid.keys());
  }

  async read(characteristic: Uuid): Promise<Uint8Array> {
    return await this.#call(this.#find(characteristic).readAsync());
  }

  async write(characteristic: Uuid, octets: Uint8Array): Promise<void> {
    const found = this.#find(characteristic);
    const withoutResponse = !found.properties.includes('write');
    await this.#call(found.writeAsync(Buffer.from(octets), withoutResponse));
  }

  async subscribe(characteristic: Uuid, onValue: (value: IncomingValue) => void): Promise<void> {
    const found = this.#find(characteristic);
    found.removeAllListeners('data');
    found.on('data', (octets: Buffer, isNotification: boolean) => {
      // noble reports the answer to a read by the same event.
      if (isNotification)
        onValue({ characteristic, octets, monotonicMs: this.#context.clock.monotonicMs() });
    });
    await this.#call(found.subscribeAsync());
  }

  async unsubscribe(characteristic: Uuid): Promise<void> {
    const found = this.#find(characteristic);
    await this.#call(found.unsubscribeAsync());
    found.removeAllListeners('data');
  }

  async close(): Promise<void> {
    await disconnect(this.#peripheral, this.closed, this.#context.clock);
    for (const characteristic of this.#byUuid.values()) characteristic.removeAllListeners('data');
  }

  #find(uuid: Uuid): NobleCharacteristic {
    const found = this.#byUuid.get(uuid);
    if (found === undefined) throw new CodedError('device_refused', 'no such characteristic');
    return found;
  }

  #call<T>(work: Promise<T>): Promise<T> {
    const { clock, callDeadlineMs } = this.#context;
    return within(clock, callDeadlineMs, orLost(refused(work), this.closed));
  }
}

/** Rejects with `link_lost` when the link ends before the work does. */
async function orLost<T>(work: Promise<T>, gone: Promise<void>): Promise<T> {
  const lost = gone.then(() => {
    throw new CodedError('link_lost');
  });
  return await Promise.race([work, lost]);
}

/** Gives whatever the library rejects with a code; its texts differ between versions. */
async function refused<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new CodedError('device_refused', undefined, { cause: error });
  }
}

async function disconnect(
  peripheral: NoblePeripheral,
  gone: Promise<void>,
  clock: Clock,
): Promise<void> {
  if (peripheral.state === 'disconnected') return;
  try {
    await within(clock, closeDeadlineMs, Promise.race([peripheral.disconnectAsync(), gone]));
  } catch {
    // The library did not hear the end of the link; the controller's supervision timeout will.
  }
}
