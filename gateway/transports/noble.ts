import type { Advertisement } from '@hemma/protocols/device.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Cancellable, Clock } from '@hemma/runtime/clock.js';
import type { Log } from '@hemma/runtime/log.js';
import { within } from './deadline.js';
import type { GattLink, GattTransport } from './link.js';
import { openNobleLink } from './noble-link.js';
import { loadNoble } from './noble-library.js';
import type { NobleLibrary } from '../settings.js';
import type { Noble, NoblePeripheral } from './noble-library.js';

/**
 * Bluetooth through noble, which speaks HCI itself. Good for devices without a bond; it throws the
 * keys of a pairing away (docs/adr/0007). The radio scans whenever no link is open.
 */

/** A radio that is not powered by then is reported; it may still come later. */
const powerDeadlineMs = 10_000;
/** noble's scan commands answer at once or never. */
const scanDeadlineMs = 3_000;
/** Some controllers stop reporting after a while; a fresh scan costs nothing. */
const rescanMs = 30_000;
/** Devices heard of; beyond it the oldest is forgotten. A block of flats has some hundreds. */
const maxPeripherals = 512;

export interface NobleOptions {
  readonly library: NobleLibrary;
  readonly clock: Clock;
  readonly log: Log;
  /** How long a device may take to answer one call. */
  readonly callDeadlineMs?: number;
}

export class NobleTransport implements GattTransport {
  readonly name = 'noble';
  readonly keepsBonds = false;
  readonly #options: NobleOptions;
  readonly #peripherals = new Map<string, NoblePeripheral>();
  readonly #listeners: ((advertisement: Advertisement) => void)[] = [];
  #noble: Noble | null = null;
  #rescan: Cancellable | null = null;
  #link: GattLink | null = null;
  /** Scans that were started or given up so far. */
  #scans = 0;
  #stopped = false;

  constructor(options: NobleOptions) {
    this.#options = options;
  }

  get available(): boolean {
    return this.#noble?.state === 'poweredOn';
  }

  onAdvertisement(listener: (advertisement: Advertisement) => void): void {
    this.#listeners.push(listener);
  }

  async start(): Promise<void> {
    const noble = await loadNoble(this.#options.library);
    this.#noble = noble;
    // Registered before scanning: on a fast link the first report comes before the promise resolves.
    noble.on('discover', (peripheral: NoblePeripheral) => this.#hear(peripheral));
    noble.on('stateChange', () => void this.#scan());
    // With no listener of its own the library writes to the console.
    noble.on('warning', (warning: string) => this.#options.log.debug({ warning }, 'noble'));
    const { clock, log } = this.#options;
    clock.after(powerDeadlineMs, () => {
      if (!this.available && !this.#stopped) log.warn({ code: 'adapter_unavailable' }, 'no radio');
    });
    await this.#scan();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#rescan?.cancel();
    await this.#link?.close();
    await this.#stopScan();
  }

  async connect(address: string): Promise<GattLink> {
    const peripheral = this.#peripherals.get(address);
    if (peripheral === undefined || !this.available) throw new CodedError('adapter_unavailable');
    await this.#stopScan();
    try {
      const link = await openNobleLink(peripheral, this.#options);
      this.#link = link;
      void link.closed.then(() => {
        this.#link = null;
        void this.#scan();
      });
      return link;
    } catch (error) {
      void this.#scan();
      throw error;
    }
  }

  #hear(peripheral: NoblePeripheral): void {
    const address = addressOf(peripheral);
    this.#peripherals.delete(address);
    this.#peripherals.set(address, peripheral);
    const [oldest] = this.#peripherals.keys();
    if (this.#peripherals.size > maxPeripherals && oldest !== undefined)
      this.#peripherals.delete(oldest);
    const { localName, serviceUuids, manufacturerData } = peripheral.advertisement;
    const advertisement: Advertisement = {
      address,
      name: localName ?? null,
      services: serviceUuids ?? [],
      manufacturerData: manufacturerData ?? null,
    };
    for (const listener of this.#listeners) listener(advertisement);
  }

  async #scan(): Promise<void> {
    this.#rescan?.cancel();
    if (this.#stopped || this.#link !== null || !this.available || this.#noble === null) return;
    const { clock, log } = this.#options;
    const scan = (this.#scans += 1);
    try {
      // Duplicates: a device that advertises again has something new to say.
      await within(clock, scanDeadlineMs, this.#noble.startScanningAsync([], true));
    } catch {
      // noble never answers a start that was overtaken by the next connection.
      if (scan === this.#scans) log.warn({ code: 'adapter_unavailable' }, 'scanning did not start');
    }
    this.#rescan = clock.after(rescanMs, () => void this.#restartScan());
  }

  async #restartScan(): Promise<void> {
    if (this.#link !== null || this.#stopped) return;
    await this.#stopScan();
    await this.#scan();
  }

  async #stopScan(): Promise<void> {
    this.#rescan?.cancel();
    this.#scans += 1;
    if (this.#noble === null || !this.available) return;
    try {
      await within(this.#options.clock, scanDeadlineMs, this.#noble.stopScanningAsync());
    } catch {
      this.#options.log.debug('scanning did not stop in time');
    }
  }
}

/** The address where the platform shows it, else its own identifier (macOS hides addresses). */
function addressOf(peripheral: NoblePeripheral): string {
  const { address, id } = peripheral;
  return (address === '' || address === 'unknown' ? id : address).toUpperCase();
}
