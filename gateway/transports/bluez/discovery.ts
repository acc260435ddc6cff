import type { Advertisement } from '@hemma/protocols/device.js';
import type { Log } from '@hemma/runtime/log.js';
import { codedError } from '@hemma/protocols/errors.js';
import { variant } from './bus.js';
import type { BluezDaemon } from './daemon.js';
import { bluezError, isRefusal } from './errors.js';
import { octetsOf } from './link.js';
import { plain } from './bus.js';
import type { Change, Properties } from './mirror.js';
import { Bluez, uuidFromBluez } from './names.js';

/** Scanning with one adapter, and what is heard. */

/** BlueZ's word for a StopDiscovery that has nothing to stop. */
const nothingToStop = /no discovery started/i;

export class Discovery {
  readonly #daemon: BluezDaemon;
  readonly #log: Log;
  #adapter: string | null = null;
  #refused = false;

  constructor(daemon: BluezDaemon, log: Log) {
    this.#daemon = daemon;
    this.#log = log;
  }

  /** Whether the adapter would not scan when it was last told to. */
  get refused(): boolean {
    return this.#refused;
  }

  /** Starts, or starts again: BlueZ goes on for ever but misses devices. Never rejects. */
  async start(adapter: string): Promise<void> {
    await this.stop();
    // Duplicates: a device that advertises again has something new to say.
    const filter = { Transport: variant('s', 'le'), DuplicateData: variant('b', true) };
    const at = { path: adapter, interface: Bluez.adapter };
    try {
      const set = { ...at, member: 'SetDiscoveryFilter', signature: 'a{sv}', body: [filter] };
      await this.#daemon.call(set);
      await this.#daemon.call({ ...at, member: 'StartDiscovery' });
      this.#adapter = adapter;
      this.#refused = false;
    } catch (error) {
      this.#refused = !isRefusal(error, 'InProgress');
      if (this.#refused) this.#report(error, 'scanning did not start');
      else this.#adapter = adapter;
    }
  }

  /** Scanning and connecting at once wedges adapters. Never rejects. */
  async stop(): Promise<void> {
    const adapter = this.#adapter;
    this.#adapter = null;
    if (adapter === null || !this.#daemon.up) return;
    try {
      await this.#daemon.call({
        ...{ path: adapter, interface: Bluez.adapter, member: 'StopDiscovery' },
      });
    } catch (error) {
      const isIdle = error instanceof Error && nothingToStop.test(error.message);
      if (!isIdle) this.#report(error, 'scanning did not stop');
    }
  }

  #report(error: unknown, what: string): void {
    const { code } = codedError(bluezError(error, false));
    this.#log.warn({ code }, what);
  }
}

/** The device is there right now: BlueZ tells its signal strength, or that it is connected. */
export function isHeard({ kind, interface: name, changed }: Change): boolean {
  if (name !== Bluez.device || (kind !== 'added' && kind !== 'changed')) return false;
  const tells = (property: string): boolean => changed[property] !== undefined;
  if (tells('RSSI') || (kind === 'changed' && tells('ManufacturerData'))) return true;
  return kind === 'changed' && changed['Connected'] === true;
}

/** What BlueZ knows of a device, as a scanner would tell it. */
export function advertisementOf(device: Properties): Advertisement | null {
  const { Address: address, Name: name, UUIDs: uuids } = device;
  if (typeof address !== 'string') return null;
  return {
    address: address.toUpperCase(),
    name: typeof name === 'string' ? name : null,
    services: Array.isArray(uuids) ? uuids.map((uuid) => uuidFromBluez(String(uuid))) : [],
    manufacturerData: manufacturerDataOf(device['ManufacturerData']),
  };
}

/** With the company identifier in front again, as on the air (Supplement Part A §1.4). */
function manufacturerDataOf(value: unknown): Uint8Array | null {
  const [first] = Object.entries(plain(value));
  if (first === undefined) return null;
  const company = Number(first[0]);
  return Uint8Array.of(company & 0xff, company >> 8, ...octetsOf(first[1]));
}
