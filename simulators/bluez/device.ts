/** One device as BlueZ keeps it: `org.bluez.Device1` and its GATT objects. */
import { Variant } from '@jellybrick/dbus-next';
import { HciError } from '../radio/hci-errors.js';
import { deviceAddress } from '../radio/address.js';
import type { Air } from '../radio/air.js';
import { AttLost } from './att-client.js';
import type { AttClient } from './att-client.js';
import { Attempt } from './connection.js';
import type { AskAgent } from './agents.js';
import type { BluezFaults, DeviceSecurity } from './faults.js';
import { readGenericAccess } from './generic-access.js';
import { RemoteServices } from './services.js';
import { longUuid } from './heard.js';
import { DbusRefusal } from './object-tree.js';
import type { Method, ObjectTree } from './object-tree.js';

export const deviceInterface = 'org.bluez.Device1';

export interface DeviceContext {
  readonly air: Air;
  readonly tree: ObjectTree;
  readonly faults: BluezFaults;
  readonly security: DeviceSecurity;
  readonly isPowered: () => boolean;
  readonly askAgent: AskAgent;
  /** The bond goes to disk. */
  readonly keep: () => void;
}

export class FakeDevice {
  readonly path: string;
  readonly address: string;
  readonly services: RemoteServices;
  readonly #context: DeviceContext;
  #client: AttClient | null = null;
  #attempt: Attempt | null = null;
  #encrypted = false;
  #cancelPairing: (() => void) | null = null;
  #onGone: () => void = () => undefined;

  constructor(adapterPath: string, address: string, context: DeviceContext) {
    this.#context = context;
    this.address = address;
    this.path = `${adapterPath}/dev_${address.replaceAll(':', '_')}`;
    this.services = new RemoteServices(this.path, context, {
      client: () => this.#client,
      secure: async () => await this.#secure(),
    });
  }

  get connected(): boolean {
    return this.#client !== null;
  }

  get paired(): boolean {
    return this.#get('Paired') === true;
  }

  /** Puts the object on the bus. */
  appear(adapterPath: string, bonded: boolean, heard: Record<string, Variant>): void {
    const values = new Map<string, Variant>([
      ['Address', new Variant('s', this.address)],
      ['AddressType', new Variant('s', 'public')],
      ['Alias', new Variant('s', this.address.replaceAll(':', '-'))],
      ['Adapter', new Variant('o', adapterPath)],
      ['UUIDs', new Variant('as', [])],
      ...['Connected', 'Trusted', 'Blocked', 'ServicesResolved', 'LegacyPairing'].map(
        (name): [string, Variant] => [name, new Variant('b', false)],
      ),
      ['Paired', new Variant('b', bonded)],
      ['Bonded', new Variant('b', bonded)],
      ...Object.entries(heard),
    ]);
    this.#context.tree.add(this.path, deviceInterface, { values, methods: this.#methods() });
  }

  hear(heard: Record<string, Variant>): void {
    this.#set(heard);
  }

  /** Without a word to the device: bluetoothd has died, or the adapter is gone. */
  drop(): void {
    this.#attempt?.cancel();
    this.#client?.close(HciError.terminatedByRemoteUser);
  }

  #methods(): Record<string, Method> {
    return {
      Connect: () => this.connect(),
      Disconnect: () => this.#disconnect(),
      Pair: (_, caller) => this.#pair(caller),
      CancelPairing: () => {
        if (this.#cancelPairing === null) throw new DbusRefusal('DoesNotExist', 'Does Not Exist');
        this.#cancelPairing();
      },
    };
  }

  /** As BlueZ does when it is asked, or by itself. */
  async connect(): Promise<void> {
    if (!this.#context.isPowered()) throw new DbusRefusal('NotReady', 'Resource Not Ready');
    if (this.#attempt !== null) throw new DbusRefusal('InProgress', 'In Progress');
    if (this.connected) throw new DbusRefusal('AlreadyConnected', 'Already Connected');
    await this.#openLink();
    void this.#resolveServices();
  }

  async #openLink(): Promise<void> {
    const { air, security } = this.#context;
    this.#attempt = new Attempt(air, deviceAddress(this.address), {
      onValue: (handle, octets) => this.services.hear(handle, octets),
      onGone: () => this.#gone(),
    });
    try {
      this.#client = await this.#attempt.done;
    } finally {
      this.#attempt = null;
    }
    this.#set({ Connected: yes });
    if (!this.paired) return;
    if (!security.remembers) {
      // Encryption fails with Key Missing, and the kernel ends the link (hci_encrypt_change_evt).
      this.#client.close(HciError.terminatedByRemoteUser);
      throw new DbusRefusal('Failed', 'le-connection-abort-by-local');
    }
    this.#encrypted = true;
  }

  async #resolveServices(): Promise<void> {
    const client = this.#client;
    if (client === null) return;
    try {
      const found = await client.discover();
      if (this.#client !== client) return;
      const uuids = found.map(({ uuid }) => longUuid(uuid));
      if (this.#context.faults.resolvedFirst) this.#set({ ServicesResolved: yes });
      this.services.show(found);
      this.#set({ UUIDs: new Variant('as', uuids), ServicesResolved: yes });
      this.#set(await readGenericAccess(client, found));
    } catch (error) {
      if (!(error instanceof AttLost)) throw error;
    }
  }

  /** The table of the device has changed: its objects go and come again. */
  async discoverAnew(): Promise<void> {
    if (this.#client !== null) this.services.change(await this.#client.discover());
  }

  async #disconnect(): Promise<void> {
    if (this.#attempt !== null) {
      this.#attempt.cancel();
      return;
    }
    const client = this.#client;
    if (client === null) throw new DbusRefusal('NotConnected', 'Not Connected');
    const left = new Promise<void>((resolve) => (this.#onGone = resolve));
    client.close(HciError.terminatedByRemoteUser);
    await left;
  }

  #gone(): void {
    this.#client = null;
    this.#encrypted = false;
    this.services.end(!this.paired);
    this.#set({ ServicesResolved: no, Connected: no });
    this.#onGone();
  }

  async #pair(caller: string): Promise<void> {
    if (!this.#context.isPowered()) throw new DbusRefusal('NotReady', 'Resource Not Ready');
    if (this.paired) throw new DbusRefusal('AlreadyExists', 'Already Exists');
    if (this.#cancelPairing !== null) throw new DbusRefusal('InProgress', 'In Progress');
    const wasConnected = this.connected;
    if (!wasConnected) await this.#openLink();
    await this.#exchangeKeys(caller);
    if (!wasConnected) void this.#resolveServices();
  }

  async #exchangeKeys(caller: string | null): Promise<void> {
    const { security } = this.#context;
    const cancelled = new Promise<never>((_, reject) => {
      this.#cancelPairing = () =>
        reject(new DbusRefusal('AuthenticationCanceled', 'Authentication Canceled'));
    });
    try {
      if (security.pairing === 'silent') await cancelled;
      if (security.pairing === 'refuses')
        throw new DbusRefusal('AuthenticationFailed', 'Authentication Failed');
      if (security.passkey !== null) await Promise.race([this.#askPasskey(caller), cancelled]);
      this.#bonded();
    } finally {
      this.#cancelPairing = null;
    }
  }

  /** The device shows it, somebody at the gateway types it; SMP ends when that takes too long. */
  async #askPasskey(caller: string | null): Promise<void> {
    const { security, askAgent, air } = this.#context;
    const { asks: member, passkey, patienceMs } = security;
    const late = new Promise<never>((_, reject) => {
      const tooLate = new DbusRefusal('AuthenticationTimeout', 'Authentication Timeout');
      air.clock.after(patienceMs, () => reject(tooLate));
    });
    try {
      const typed = await Promise.race([askAgent({ member, path: this.path, caller }), late]);
      if (Number(typed) === passkey) return;
    } catch (error) {
      // As `agent_cancel` does for a question that is still open.
      void askAgent({ member: 'Cancel', path: null, caller }).catch(() => undefined);
      throw error;
    }
    throw new DbusRefusal('AuthenticationFailed', 'Authentication Failed');
  }

  #bonded(): void {
    this.#context.security.remembers = true;
    this.#encrypted = true;
    this.#context.keep();
    this.#set({ Paired: yes, Bonded: yes });
  }

  /** A device that asks for encryption makes BlueZ pair by itself, where nobody has to type. */
  async #secure(): Promise<void> {
    const { security } = this.#context;
    if (!security.encrypted || this.#encrypted) return;
    if (security.pairing !== 'accepts' || security.passkey !== null || this.paired)
      throw new DbusRefusal('NotPermitted', 'Not paired');
    await this.#exchangeKeys(null);
  }

  #get(property: string): unknown {
    return this.#context.tree.get(this.path, deviceInterface, property);
  }

  #set(values: Readonly<Record<string, Variant | null>>): void {
    this.#context.tree.set(this.path, deviceInterface, values);
  }
}

const yes = new Variant('b', true);
const no = new Variant('b', false);
