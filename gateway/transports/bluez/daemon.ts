import { CodedError, codedError } from '@hemma/protocols/errors.js';
import type { ErrorCode } from '@hemma/protocols/errors.js';
import { Backoff } from '@hemma/runtime/backoff.js';
import type { Cancellable, Clock } from '@hemma/runtime/clock.js';
import type { Log } from '@hemma/runtime/log.js';
import { PairingAgent, agentPath } from './agent.js';
import type { PairingPolicy } from './agent.js';
import { Bus, BusRefusal, busService, systemBusAddress, variant } from './bus.js';
import type { BusCall, BusSignal } from './bus.js';
import { bluezError } from './errors.js';
import { ObjectMirror } from './mirror.js';
import { Bluez, propertiesInterface } from './names.js';

/**
 * bluetoothd as the gateway sees it: there or not, its objects mirrored, our agent registered. It may
 * end and come back at any time; the bus may, too.
 */

/** Signals while a listing is on its way: more than a scan in a block of flats gives in its deadline. */
const maxSince = 8_192;
/** bluetoothd comes back within seconds of its end; a bus that is not there is worth a minute. */
const reopening = { firstMs: 1_000, maxMs: 60_000 };

/** Both for the life of a connection, however many devices come and go. */
const matchRules = [
  "type='signal',sender='org.bluez'",
  `type='signal',sender='${busService}',member='NameOwnerChanged',arg0='org.bluez'`,
] as const;

const toBus = { destination: busService, path: '/org/freedesktop/DBus', interface: busService };

/** From the bottom up. */
export type DaemonFault = Extract<
  ErrorCode,
  'bus_unavailable' | 'bluetooth_stopped' | 'bluetooth_denied' | 'bluetooth_stuck'
>;

export interface DaemonOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly policy: PairingPolicy;
  /** Default: the system bus. */
  readonly address?: string;
  /** bluetoothd is there, with our agent and all its objects: at the start and after each return. */
  readonly onUp: () => void;
}

export class BluezDaemon {
  readonly mirror = new ObjectMirror();
  /** What was told since each listing that is on its way was asked for: it may be newer. */
  readonly #listings = new Set<BusSignal[]>();
  readonly #options: DaemonOptions;
  readonly #agent: PairingAgent;
  readonly #backoff = new Backoff(reopening);
  #bus: Bus | null = null;
  /** The unique name of bluetoothd; only its signals count. Null: it does not run. */
  #owner: string | null = null;
  #up = false;
  /** Whether bluetoothd would not hear us when it was last asked. */
  #isDenied = false;
  #reopening: Cancellable | null = null;
  /** One attempt after the other. */
  #opening: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: DaemonOptions) {
    this.#options = options;
    this.#agent = new PairingAgent(options.policy, (path) => this.#addressOf(path));
  }

  /** Whether bluetoothd runs and knows our agent. */
  get up(): boolean {
    return this.#up;
  }

  /** Why there is no bluetoothd for us; null while there is. */
  get fault(): DaemonFault | null {
    if (this.#up) return null;
    if (this.#bus === null) return 'bus_unavailable';
    if (this.#owner === null) return 'bluetooth_stopped';
    // It runs, but has not answered us yet, or never does.
    return this.#isDenied ? 'bluetooth_denied' : 'bluetooth_stuck';
  }

  /** Our unique name on the bus; null without one. */
  get ownName(): string | null {
    return this.#bus?.ownName ?? null;
  }

  /** Rejects with a {@link DaemonFault}. */
  async open(): Promise<void> {
    const { address = systemBusAddress(), clock } = this.#options;
    const onClosed = (): void => this.#lost('the bus is gone');
    const bus = new Bus({ address, clock, onClosed, onSignal: (signal) => this.#hear(signal) });
    await bus.open();
    this.#bus = bus;
    bus.serve(agentPath, Bluez.agent, (member, body) => this.#agent.answer(member, body));
    for (const rule of matchRules) await bus.addMatch(rule);
    await this.#adopt(await this.#ownerOf(bus));
  }

  /** Opens now, and again and again for as long as it fails. Never rejects. */
  async keepOpen(): Promise<void> {
    this.#reopening?.cancel();
    this.#opening = this.#opening.then(() => this.#tryOpen());
    await this.#opening;
  }

  async #tryOpen(): Promise<void> {
    if (this.#up || this.#stopped) return;
    try {
      if (this.#bus === null) await this.open();
      else await this.#adopt(await this.#ownerOf(this.#bus));
      this.#backoff.reset();
    } catch (error) {
      this.#options.log.error({ code: codedError(error).code }, 'no Bluetooth');
      this.#openLater();
    }
  }

  close(): void {
    this.#stopped = true;
    this.#reopening?.cancel();
    this.#bus?.close();
    this.#gone();
  }

  /** One call to BlueZ. Rejects with {@link BusRefusal} or a coded error. */
  async call(call: BusCall): Promise<readonly unknown[]> {
    if (this.#bus === null) throw new CodedError('bus_unavailable');
    return await this.#bus.call(call);
  }

  async setProperty(path: string, interfaceName: string, value: PropertyValue): Promise<void> {
    const { name, signature, to } = value;
    const body = [interfaceName, name, variant(signature, to)];
    const at = { path, interface: propertiesInterface, member: 'Set' };
    await this.call({ ...at, signature: 'ssv', body });
  }

  /** Asks for everything again: signals of a device's services come late or not at all. */
  async refresh(): Promise<void> {
    const at = { path: '/', interface: 'org.freedesktop.DBus.ObjectManager' };
    const since: BusSignal[] = [];
    this.#listings.add(since);
    try {
      const [managed] = await this.call({ ...at, member: 'GetManagedObjects' });
      this.mirror.replace(managed, since);
    } finally {
      this.#listings.delete(since);
    }
  }

  #hear(signal: BusSignal): void {
    if (signal.member === 'NameOwnerChanged' && signal.sender === busService) {
      const [name, , owner] = signal.body;
      if (name === 'org.bluez') this.#ownerChanged(typeof owner === 'string' ? owner : '');
    } else if (signal.sender === this.#owner) {
      for (const since of this.#listings) if (since.length < maxSince) since.push(signal);
      this.mirror.apply(signal);
    }
  }

  #ownerChanged(owner: string): void {
    if (owner === this.#owner) return;
    if (this.#owner !== null) this.#options.log.warn('bluetoothd has ended');
    this.#gone();
    if (owner !== '') void this.keepOpen();
  }

  async #ownerOf(bus: Bus): Promise<string> {
    try {
      const [owner] = await bus.call({
        ...toBus,
        ...{ member: 'GetNameOwner', signature: 's', body: ['org.bluez'] },
      });
      return String(owner);
    } catch (error) {
      throw bluezError(error, false);
    }
  }

  async #adopt(owner: string): Promise<void> {
    this.#owner = owner;
    this.#isDenied = false;
    try {
      await this.#registerAgent();
      await this.refresh();
    } catch (error) {
      const { code, cause } = bluezError(error, false);
      this.#isDenied = code === 'bluetooth_denied';
      throw new CodedError(code === 'device_timeout' ? 'bluetooth_stuck' : code, undefined, {
        cause,
      });
    }
    if (this.#owner !== owner || this.#stopped) return;
    this.#up = true;
    this.#options.onUp();
  }

  /** Before anything else is asked: devices with a bond ask at once. */
  async #registerAgent(): Promise<void> {
    const at = { path: '/org/bluez', interface: Bluez.agentManager };
    const { capability } = this.#options.policy;
    try {
      const body = [agentPath, capability];
      await this.call({ ...at, member: 'RegisterAgent', signature: 'os', body });
    } catch (error) {
      // Of a former look at the same bluetoothd, over this connection.
      if (!(error instanceof BusRefusal) || !error.refusal.endsWith('.AlreadyExists')) throw error;
    }
    await this.call({ ...at, member: 'RequestDefaultAgent', signature: 'o', body: [agentPath] });
  }

  #addressOf(path: string): string | null {
    const address = this.mirror.get(path, Bluez.device)?.['Address'];
    return typeof address === 'string' ? address.toUpperCase() : null;
  }

  #lost(why: string): void {
    this.#bus = null;
    this.#options.log.error({ code: 'bus_unavailable' }, why);
    this.#gone();
    this.#openLater();
  }

  #gone(): void {
    this.#owner = null;
    this.#up = false;
    this.#agent.cancel();
    this.mirror.clear();
  }

  #openLater(): void {
    this.#reopening?.cancel();
    if (this.#stopped) return;
    const wait = this.#backoff.next();
    this.#reopening = this.#options.clock.after(wait, () => void this.keepOpen());
  }
}

export interface PropertyValue {
  readonly name: string;
  /** D-Bus type of the value. */
  readonly signature: string;
  readonly to: unknown;
}
