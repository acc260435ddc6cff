import type { Advertisement } from '@hemma/protocols/device.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Cancellable, Clock } from '@hemma/runtime/clock.js';
import type { Log } from '@hemma/runtime/log.js';
import type { Helper } from '../healing/helper.js';
import type { HealableRadio } from '../healing/radio-port.js';
import type { Step } from '../healing/steps.js';
import { within } from './deadline.js';
import type { GattLink, GattTransport } from './link.js';
import { openNobleLink } from './noble-link.js';
import { loadNoble } from './noble-library.js';
import type { NobleLibrary } from '../settings.js';
import type { LoadedNoble, Noble, NoblePeripheral } from './noble-library.js';

/**
 * Bluetooth through noble, which speaks HCI itself. Good for devices without a bond; it throws the
 * keys of a pairing away (docs/adr/0007). The radio scans whenever no link is open.
 */

/** A radio that is not powered by then is reported; it may still come later. */
const powerDeadlineMs = 10_000;
/** noble's scan commands answer at once or never. */
const defaultScanDeadlineMs = 3_000;
/** Some controllers stop reporting after a while; a fresh scan costs nothing. */
const rescanMs = 30_000;
/** Devices heard of; beyond it the oldest is forgotten. A block of flats has some hundreds. */
const maxPeripherals = 512;

/** It speaks with the adapter itself: a Bluetooth service has no part in it. */
const steps: readonly Step[] = ['rescan', 'reset_adapter', 'power_cycle_usb', 'reboot'];

export type NobleFault = 'adapter_unavailable' | 'adapter_off' | 'scan_refused';

export interface NobleOptions {
  readonly library: NobleLibrary;
  readonly clock: Clock;
  readonly log: Log;
  /** How long a device may take to answer one call. */
  readonly callDeadlineMs?: number;
  readonly scanDeadlineMs?: number;
}

export class NobleTransport implements GattTransport, HealableRadio {
  readonly name = 'noble';
  readonly keepsBonds = false;
  readonly steps = steps;
  readonly #options: NobleOptions;
  readonly #peripherals = new Map<string, NoblePeripheral>();
  readonly #listeners: ((advertisement: Advertisement) => void)[] = [];
  #library: LoadedNoble | null = null;
  #noble: Noble | null = null;
  /** Whether the last scan that was not overtaken did not start, or does not end. */
  #refused = false;
  #scanning = false;
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

  get care(): HealableRadio {
    return this;
  }

  /** What the library tells of the adapter, and whether it scans; null while it holds a link. */
  get fault(): NobleFault | null {
    const state = this.#noble?.state;
    if (state === 'poweredOff') return 'adapter_off';
    // A permission that is lacking is for people to give: no step brings it.
    if (state === 'unauthorized') return null;
    if (state !== 'poweredOn') return 'adapter_unavailable';
    return this.#refused && this.#link === null ? 'scan_refused' : null;
  }

  /** Ends scanning and begins it anew. Rejects with `adapter_unavailable`. */
  async rescan(): Promise<void> {
    await this.#restartScan();
    if (this.fault !== null) throw new CodedError('adapter_unavailable');
  }

  /**
   * Resets the controller and scans; one that is off is switched on by the helper first. Rejects with
   * a coded error of the helper, `device_timeout` or `adapter_unavailable`.
   */
  async resetAdapter(helper: Helper): Promise<void> {
    const { clock } = this.#options;
    this.#rescan?.cancel();
    if (this.#noble === null || this.#library === null) throw new CodedError('adapter_unavailable');
    if (this.#noble.state === 'poweredOff') await helper.perform('reset-adapter');
    const anew = this.#library.anew(this.#noble);
    // What was heard through another instance cannot be connected through this one.
    if (anew !== this.#noble) this.#use(anew);
    await within(clock, powerDeadlineMs, powered(anew));
    await this.rescan();
  }

  /** The controller came back, without anything that the host had told it. */
  async afterPowerCut(helper: Helper): Promise<void> {
    await this.resetAdapter(helper);
  }

  async start(): Promise<void> {
    this.#library = await loadNoble(this.#options.library);
    this.#use(this.#library.first);
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

  #use(noble: Noble): void {
    this.#noble = noble;
    this.#peripherals.clear();
    this.#scanning = false;
    // Registered before scanning: on a fast link the first report comes before the promise resolves.
    noble.on('discover', (peripheral: NoblePeripheral) => this.#hear(peripheral));
    noble.on('stateChange', () => {
      this.#scanning = false;
      void this.#scan();
    });
    // With no listener of its own the library writes to the console.
    noble.on('warning', (warning: string) => this.#options.log.debug({ warning }, 'noble'));
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

  get #scanDeadlineMs(): number {
    return this.#options.scanDeadlineMs ?? defaultScanDeadlineMs;
  }

  async #scan(): Promise<void> {
    this.#rescan?.cancel();
    if (this.#stopped || this.#link !== null || !this.available || this.#noble === null) return;
    const { clock, log } = this.#options;
    const scan = (this.#scans += 1);
    try {
      // Duplicates: a device that advertises again has something new to say.
      await within(clock, this.#scanDeadlineMs, this.#noble.startScanningAsync([], true));
      if (scan !== this.#scans) return;
      this.#scanning = true;
      this.#refused = false;
    } catch {
      // noble never answers a start that was overtaken by the next connection.
      if (scan !== this.#scans) return;
      this.#refused = true;
      log.warn({ code: 'adapter_unavailable' }, 'scanning did not start');
    }
    this.#rescan = clock.after(rescanMs, () => void this.#restartScan());
  }

  async #restartScan(): Promise<void> {
    if (this.#link !== null || this.#stopped) return;
    if (await this.#stopScan()) {
      await this.#scan();
      return;
    }
    // A scan that does not end would be told as one that has just begun.
    this.#refused = true;
    const { clock, log } = this.#options;
    log.warn({ code: 'scan_refused' }, 'scanning did not end');
    this.#rescan = clock.after(rescanMs, () => void this.#restartScan());
  }

  /** Tells whether nothing is being scanned any more, as far as is known. */
  async #stopScan(): Promise<boolean> {
    this.#rescan?.cancel();
    this.#scans += 1;
    if (this.#noble === null || !this.available) return true;
    try {
      await within(this.#options.clock, this.#scanDeadlineMs, this.#noble.stopScanningAsync());
      this.#scanning = false;
    } catch {
      this.#options.log.debug('scanning did not stop in time');
    }
    return !this.#scanning;
  }
}

/** The address where the platform shows it, else its own identifier (macOS hides addresses). */
function addressOf(peripheral: NoblePeripheral): string {
  const { address, id } = peripheral;
  return (address === '' || address === 'unknown' ? id : address).toUpperCase();
}

/** Resolves when the adapter is on; for one that was reset, when the library has heard of it again. */
async function powered(noble: Noble): Promise<void> {
  if (noble.state === 'poweredOn') return;
  await new Promise<void>((resolve) => {
    const onState = (state: string): void => {
      if (state !== 'poweredOn') return;
      noble.removeListener('stateChange', onState);
      resolve();
    };
    noble.on('stateChange', onState);
  });
}
