import type { Advertisement } from '@hemma/protocols/device.js';
import { CodedError } from '@hemma/protocols/errors.js';
import { healingSteps } from '@hemma/protocols/wire/healing.js';
import type { Cancellable } from '@hemma/runtime/clock.js';
import type { HealableRadio } from '../../healing/radio-port.js';
import { within } from '../deadline.js';
import type { ConnectOptions, GattLink, GattTransport } from '../link.js';
import { bondsOf, forgetDevice, isOfBond } from './bonds.js';
import type { Bond } from './bonds.js';
import { DroppedEarly, connectedIn, endLink, openBluezLink } from './connect.js';
import { BluezDaemon } from './daemon.js';
import type { DaemonFault } from './daemon.js';
import { Discovery, advertisementOf, isHeard } from './discovery.js';
import { powerCycle, setPower } from './power.js';
import { EarlyValues, nothingLeft } from './early-values.js';
import type { LeftBehind } from './early-values.js';
import { RadioJobs } from './jobs.js';
import { defaultCallDeadlineMs, isBonded } from './link.js';
import type { LinkContext } from './link.js';
import type { Change } from './mirror.js';
import { Bluez } from './names.js';
import type { BluezOptions } from './options.js';
import { pairDevice } from './pair.js';

/**
 * Bluetooth through BlueZ, which keeps bonds and lives with everything else on the machine
 * (docs/adr/0011). The radio scans whenever no link is open.
 */

/** BlueZ scans on and off, and some starts hear nothing; a fresh one costs nothing. */
const defaultRescanMs = 10_000;
/** One bad connection is radio; three of one device that was heard each time are its lost key. */
const maxDrops = 3;

/** From the bottom up: the first that holds is it. */
export type BluezFault = DaemonFault | 'adapter_unavailable' | 'adapter_off' | 'scan_refused';

export class BluezTransport implements GattTransport {
  readonly name = 'bluez';
  readonly keepsBonds = true;
  readonly daemon: BluezDaemon;
  readonly #options: BluezOptions;
  readonly #discovery: Discovery;
  readonly #jobs = new RadioJobs();
  readonly #listeners: ((advertisement: Advertisement) => void)[] = [];
  /** Connections in a row that a device with a bond dropped early, by path: no more than bonds. */
  readonly #drops = new Map<string, number>();
  /** By path: no more than devices of this home. */
  readonly #left = new Map<string, LeftBehind>();
  #link: GattLink | null = null;
  #rescan: Cancellable | null = null;
  #stopped = false;
  /** Whether no other program may hold links to devices of this home. */
  #isAlone = false;

  constructor(options: BluezOptions) {
    this.#options = options;
    const { clock, log, policy, address } = options;
    this.daemon = new BluezDaemon({
      ...{ clock, log, policy, onUp: () => void this.#powerOn() },
      ...(address === undefined ? {} : { address }),
    });
    this.#discovery = new Discovery(this.daemon, log);
  }

  /** Path of the adapter in use; null when there is none. */
  get adapter(): string | null {
    const adapters = this.daemon.mirror.under('/org/bluez', Bluez.adapter).map(([path]) => path);
    const { adapter } = this.#options;
    if (adapter !== undefined) return adapters.find((path) => path.endsWith(`/${adapter}`)) ?? null;
    return adapters.sort()[0] ?? null;
  }

  get available(): boolean {
    const { adapter } = this;
    if (adapter === null || !this.daemon.up) return false;
    return this.daemon.mirror.get(adapter, Bluez.adapter)?.['Powered'] === true;
  }

  get care(): HealableRadio {
    return this;
  }

  readonly steps = healingSteps;

  /** What the transport itself sees to be wrong; null while it scans or holds a link. */
  get fault(): BluezFault | null {
    const { adapter, daemon } = this;
    if (daemon.fault !== null) return daemon.fault;
    if (adapter === null) return 'adapter_unavailable';
    if (!this.available) return 'adapter_off';
    return this.#discovery.refused && this.#link === null ? 'scan_refused' : null;
  }

  /** Ends scanning and begins it anew. Rejects with `adapter_unavailable`. */
  async rescan(): Promise<void> {
    await this.#jobs.run(() => this.#scan());
    if (this.fault !== null) throw new CodedError('adapter_unavailable');
  }

  /** Switches the adapter off and on, and scans. Rejects with a coded error. */
  async resetAdapter(): Promise<void> {
    const { adapter } = this;
    if (adapter === null) throw new CodedError('adapter_unavailable');
    await this.#jobs.run(async () => {
      await powerCycle(this.daemon, adapter);
      await this.#scan();
    });
  }

  onAdvertisement(listener: (advertisement: Advertisement) => void): void {
    this.#listeners.push(listener);
  }

  /** Never rejects: bluetoothd may come later, and a gateway has more to do than radio. */
  async start(): Promise<void> {
    this.#isAlone = true;
    this.daemon.mirror.onChange((change) => this.#hear(change));
    await this.daemon.keepOpen();
  }

  /** As {@link start}, beside a gateway that may run, but rejects at once with a {@link DaemonFault} or `adapter_unavailable`. */
  async open(): Promise<void> {
    this.daemon.mirror.onChange((change) => this.#hear(change));
    await this.daemon.open();
    if (this.adapter === null) throw new CodedError('adapter_unavailable');
  }

  /** Resolves when the device is heard; rejects with `device_timeout` when it is not in time. */
  async hearing(address: string, withinMs: number): Promise<void> {
    const heard = new Promise<void>((resolve) => {
      this.onAdvertisement((advertisement) => {
        if (advertisement.address === address) resolve();
      });
    });
    await within(this.#options.clock, withinMs, heard);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#rescan?.cancel();
    await this.#link?.close();
    await this.#jobs.run(() => this.#discovery.stop());
    this.daemon.close();
  }

  async connect(address: string, options: ConnectOptions = {}): Promise<GattLink> {
    const path = this.#pathOf(address);
    if (!this.available || this.#link !== null) throw new CodedError('adapter_unavailable');
    const context = this.#contextOf(path);
    if (options.needsBond === true && !isBonded(context)) throw new CodedError('bond_required');
    return await this.#jobs.run(() => this.#open(context));
  }

  /** The bonds that the adapter keeps. */
  get bonds(): readonly Bond[] {
    const { adapter } = this;
    return adapter === null ? [] : bondsOf(this.daemon, adapter);
  }

  /**
   * Makes a bond with a device that is there, in pairing mode; a bond that BlueZ keeps of it must have
   * been forgotten first. Rejects with `pairing_refused`, `device_timeout` or `link_lost`.
   */
  async pair(address: string): Promise<void> {
    if (!this.available || this.#link !== null) throw new CodedError('adapter_unavailable');
    const context = this.#contextOf(this.#pathOf(address));
    try {
      await this.#jobs.run(async () => {
        await this.#stopScan();
        await pairDevice(context);
      });
      this.#drops.delete(context.path);
    } finally {
      this.#scanSoon();
    }
  }

  /** Forgets the device and its key. Rejects with `adapter_unavailable` when BlueZ does not know it. */
  async forget(address: string): Promise<void> {
    const path = this.#pathOf(address);
    await this.#jobs.run(() => forgetDevice(this.daemon, path));
    this.#drops.delete(path);
  }

  async #open(context: LinkContext): Promise<GattLink> {
    await this.#stopScan();
    const { path } = context;
    const left = this.#left.get(path) ?? nothingLeft;
    const early = new EarlyValues(context, left.untold);
    try {
      const link = await openBluezLink(context, early);
      this.#drops.delete(path);
      this.#link = link;
      void link.closed.then(() => {
        this.#link = null;
        this.#left.set(path, { on: link.leftOn, untold: early.untold });
        this.#scanSoon();
      });
      // Nobody would hear it any more: a device that is not asked keeps what it has.
      if (this.#stopped) await link.close();
      else await link.resume(left.on);
      return link;
    } catch (error) {
      this.#left.set(path, { ...left, untold: early.untold });
      this.#scanSoon();
      throw this.#judge(error, context);
    }
  }

  /** A device that lost its key takes the connection and drops it: BlueZ < 5.82 does not say why. */
  #judge(error: unknown, context: LinkContext): unknown {
    const { path } = context;
    if (!(error instanceof DroppedEarly) || !isBonded(context)) return error;
    const drops = (this.#drops.get(path) ?? 0) + 1;
    this.#drops.set(path, drops);
    return drops < maxDrops ? error : new CodedError('bond_lost', undefined, { cause: error });
  }

  /** Rejects like a device that is not there when BlueZ does not know it. */
  #pathOf(address: string): string {
    const path = `${this.adapter ?? ''}/dev_${address.replaceAll(':', '_').toUpperCase()}`;
    if (this.daemon.mirror.get(path, Bluez.device) === undefined)
      throw new CodedError('adapter_unavailable', 'BlueZ has not heard this device');
    return path;
  }

  #contextOf(path: string): LinkContext {
    const { clock, callDeadlineMs = defaultCallDeadlineMs } = this.#options;
    return { daemon: this.daemon, clock, path, callDeadlineMs };
  }

  #hear(change: Change): void {
    const { adapter } = this;
    if (change.interface === Bluez.adapter && change.path === adapter) this.#adapterChanged(change);
    // Forgotten or paired, whoever did it: what was judged before was another bond.
    if (change.interface === Bluez.device && isOfBond(change)) this.#drops.delete(change.path);
    if (adapter === null || !change.path.startsWith(`${adapter}/`) || !isHeard(change)) return;
    const device = this.daemon.mirror.get(change.path, Bluez.device);
    const advertisement = device === undefined ? null : advertisementOf(device);
    if (advertisement === null || this.#link !== null) return;
    for (const listener of this.#listeners) listener(advertisement);
  }

  #adapterChanged({ kind, changed }: Change): void {
    if (!this.daemon.up) return;
    if (kind === 'added') void this.#powerOn();
    else if (kind === 'changed' && changed['Powered'] === true) this.#scanSoon();
  }

  /** Adapters come up without power on many systems. Who turns one off later has a reason. */
  async #powerOn(): Promise<void> {
    const { adapter } = this;
    if (adapter === null) this.#options.log.warn({ code: 'adapter_unavailable' }, 'no adapter');
    else if (this.available) await this.#begin(adapter);
    else await this.#setPower(adapter);
  }

  /** Ends what a gateway before this one has left, and listens. */
  async #begin(adapter: string): Promise<void> {
    if (this.#isAlone) await this.#jobs.run(() => this.#endLeft(adapter));
    this.#scanSoon();
  }

  async #endLeft(adapter: string): Promise<void> {
    if (this.#link !== null) return;
    for (const path of connectedIn(this.daemon, adapter, this.#options.policy))
      await endLink(this.#contextOf(path));
  }

  async #setPower(adapter: string): Promise<void> {
    try {
      await setPower(this.daemon, adapter, true);
    } catch {
      this.#options.log.warn({ code: 'adapter_unavailable' }, 'the adapter does not turn on');
    }
  }

  #scanSoon(): void {
    this.#rescan?.cancel();
    if (this.#stopped) return;
    const { clock, rescanMs = defaultRescanMs } = this.#options;
    this.#rescan = clock.after(rescanMs, () => this.#scanSoon());
    this.#jobs.run(() => this.#scan()).catch(() => undefined); // the next one comes by itself
  }

  async #scan(): Promise<void> {
    const { adapter } = this;
    if (this.#stopped || this.#link !== null || adapter === null || !this.available) return;
    await this.#discovery.start(adapter);
  }

  async #stopScan(): Promise<void> {
    this.#rescan?.cancel();
    await this.#discovery.stop();
  }
}
