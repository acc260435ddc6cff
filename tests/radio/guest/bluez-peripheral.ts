import { setTimeout as sleep } from 'node:timers/promises';
import { Variant } from '@jellybrick/dbus-next';
import { LinkError } from '@hemma/simulators/radio/gatt-server.js';
import type {
  CharacteristicDefinition,
  GattServer,
  GattServerDefinition,
} from '@hemma/simulators/radio/gatt-server.js';
import { attributesOf, characteristic, longUuid, root } from './attributes.js';
import { objectManager, properties } from './bus.js';
import type { Answer, Bus, Call } from './bus.js';

type ReadOptions = Readonly<Record<'offset' | 'mtu', Variant<number> | undefined>>;

/** A virtual device behind a real Bluetooth stack: BlueZ, the kernel and a virtual controller. */

const agent = '/hemma/agent';
const advertisement = '/hemma/advertisement';
const device = 'org.bluez.Device1';
/** bluetoothd works through a queue, and the machine is slow. */
const confirmMs = 20_000;
const settledAfterMs = 250;
/** A device that was left subscribed sends by itself once the link has been there for a moment. */
const restoredAfterMs = 9_000;

export class BluezPeripheral implements GattServer {
  /** Questions of pairing so far: a bond that holds asks none. */
  pairings = 0;
  mtu = 23;
  readonly #bus: Bus;
  readonly #adapter: string;
  readonly #definition: GattServerDefinition;
  readonly #attributes: ReturnType<typeof attributesOf>;
  readonly #subscribed = new Set<string>();
  readonly #confirmed = new Map<string, (isThrough: boolean) => void>();
  readonly #onConnected: (() => void)[] = [];
  readonly #onDisconnected: ((reason: number) => void)[] = [];
  #central: string | null = null;
  #wantsAdvertising = false;
  /** Registering and unregistering, one after the other. */
  #advertising: Promise<unknown> = Promise.resolve();
  #isAdvertising = false;

  constructor(bus: Bus, adapter: string, definition: GattServerDefinition) {
    this.#bus = bus;
    this.#adapter = adapter;
    this.#definition = definition;
    this.#attributes = attributesOf(definition);
  }

  get connected(): boolean {
    return this.#central !== null;
  }

  /** Tells BlueZ of agent and attributes, and advertises if that is wanted. */
  async start(): Promise<void> {
    this.#bus.serve((call) => this.#answer(call));
    await this.#bus.onSignal((signal) => this.#hear(signal));
    const manager = 'org.bluez.AgentManager1';
    await this.#bus.call('/org/bluez', `${manager}.RegisterAgent`, 'os', agent, 'NoInputNoOutput');
    await this.#bus.call('/org/bluez', `${manager}.RequestDefaultAgent`, 'o', agent);
    const register = 'org.bluez.GattManager1.RegisterApplication';
    await this.#bus.call(this.#adapter, register, 'oa{sv}', root, {});
    this.#advertise();
  }

  startAdvertising(): void {
    if (this.connected) return;
    this.#wantsAdvertising = true;
    this.#advertise();
  }

  stopAdvertising(): void {
    this.#wantsAdvertising = false;
    this.#advertise();
  }

  isSubscribed(uuid: string): boolean {
    return this.connected && this.#subscribed.has(uuid);
  }

  notify(uuid: string, octets: Uint8Array): Promise<void> {
    this.#send(uuid, octets);
    return Promise.resolve();
  }

  async indicate(uuid: string, octets: Uint8Array): Promise<void> {
    const path = this.#send(uuid, octets);
    const confirmed = new Promise<boolean>((resolve) => this.#confirmed.set(path, resolve));
    const isThrough = await Promise.race([confirmed, sleep(confirmMs, false, { ref: false })]);
    if (isThrough) return;
    // What a device does whose indication nobody confirms (Core Vol 3 Part F §3.3.3).
    this.disconnect();
    throw new LinkError('link-lost');
  }

  disconnect(): void {
    if (this.#central !== null)
      void this.#bus.call(this.#central, `${device}.Disconnect`).catch(note);
  }

  onConnected(listener: () => void): void {
    this.#onConnected.push(listener);
  }

  onDisconnected(listener: (reason: number) => void): void {
    this.#onDisconnected.push(listener);
  }

  #send(uuid: string, octets: Uint8Array): string {
    if (!this.connected) throw new LinkError('not-connected');
    if (!this.#subscribed.has(uuid)) throw new LinkError('not-subscribed');
    const [path] = [...this.#attributes.characteristics].find(([, it]) => it.uuid === uuid) ?? [];
    if (path === undefined) throw new LinkError('not-subscribed');
    note(`sends ${uuid}`);
    const value = { Value: new Variant('ay', Buffer.from(octets)) };
    this.#bus.signal(path, properties, 'PropertiesChanged', 'sa{sv}as', [
      characteristic,
      value,
      [],
    ]);
    return path;
  }

  /** Brings what BlueZ advertises to what is wanted; while connected that is nothing. */
  #advertise(): void {
    this.#advertising = this.#advertising.then(async () => {
      const wanted = this.#wantsAdvertising && !this.connected;
      if (wanted === this.#isAdvertising) return;
      this.#isAdvertising = wanted;
      await this.#tellAdvertising(wanted).catch((error: unknown) => {
        note(error);
        // Somebody presses the key once more.
        this.#isAdvertising = false;
      });
    });
  }

  async #tellAdvertising(wanted: boolean): Promise<void> {
    const manager = 'org.bluez.LEAdvertisingManager1';
    const [register, unregister] = ['RegisterAdvertisement', 'UnregisterAdvertisement'] as const;
    if (wanted)
      await this.#bus.call(this.#adapter, `${manager}.${register}`, 'oa{sv}', advertisement, {});
    else await this.#bus.call(this.#adapter, `${manager}.${unregister}`, 'o', advertisement);
  }

  #answer({ path, interface: iface, member, body }: Call): Answer | undefined {
    note(`${member} ${this.#attributes.characteristics.get(path)?.uuid ?? path}`);
    if (path === root && iface === objectManager)
      return ['a{oa{sa{sv}}}', this.#attributes.objects];
    if (path === advertisement) return this.#answerAboutAdvertisement(member);
    if (path === agent) {
      this.pairings += member.startsWith('Request') ? 1 : 0;
      return null;
    }
    const found = this.#attributes.characteristics.get(path);
    return found === undefined ? undefined : this.#answerFor(path, found, member, body);
  }

  #answerAboutAdvertisement(member: string): Answer | undefined {
    if (member !== 'GetAll') return null;
    const { services, name } = this.#definition.advertising;
    return [
      'a{sv}',
      {
        Type: new Variant('s', 'peripheral'),
        ServiceUUIDs: new Variant('as', services.map(longUuid)),
        ...(name === null ? {} : { LocalName: new Variant('s', name) }),
      },
    ];
  }

  #answerFor(
    path: string,
    { uuid, onRead, onWrite, onSubscribe }: CharacteristicDefinition,
    member: string,
    body: readonly unknown[],
  ): Answer | undefined {
    switch (member) {
      case 'ReadValue':
        return ['ay', this.#read(body[0] as ReadOptions, onRead)];
      case 'WriteValue':
        onWrite?.(Uint8Array.from(body[0] as Uint8Array));
        return null;
      case 'StartNotify':
        this.#subscribed.add(uuid);
        onSubscribe?.(true);
        return null;
      case 'StopNotify':
        this.#subscribed.delete(uuid);
        onSubscribe?.(false);
        return null;
      case 'Confirm':
        // BlueZ "confirms" what was under way when a link breaks, a moment before it says so or after.
        void sleep(settledAfterMs).then(() => this.#confirmed.get(path)?.(true));
        return null;
    }
    return undefined;
  }

  #read({ offset, mtu }: ReadOptions, onRead: CharacteristicDefinition['onRead']): Buffer {
    this.mtu = mtu?.value ?? this.mtu;
    const octets = onRead?.() ?? new Uint8Array();
    return Buffer.from(octets.subarray(offset?.value ?? 0));
  }

  /** The central's object may be made by the connection itself, and then is told of as a whole. */
  #hear({ path, member, body }: Call): void {
    const [first, second] = body as [string, Record<string, unknown>];
    if (member === 'PropertiesChanged' && first === device) this.#note(path, second);
    if (member === 'InterfacesAdded') this.#note(first, second[device] ?? {});
  }

  #note(path: string, changed: object): void {
    if (!path.startsWith(`${this.#adapter}/`) || !('Connected' in changed)) return;
    const isConnected = (changed.Connected as Variant<boolean>).value;
    if (isConnected && this.#central === null) this.#came(path);
    if (!isConnected && this.#central !== null) this.#left();
  }

  #came(central: string): void {
    this.#central = central;
    note('connected');
    this.#advertise();
    for (const listener of this.#onConnected) listener();
    // For a bonded central BlueZ keeps the subscription, and says nothing of it again.
    void sleep(restoredAfterMs, null, { ref: false }).then(() => {
      if (this.#central === null) return;
      for (const { uuid, onSubscribe } of this.#attributes.characteristics.values())
        if (this.#subscribed.has(uuid)) onSubscribe?.(true);
    });
  }

  #left(): void {
    this.#central = null;
    for (const end of this.#confirmed.values()) end(false);
    this.#confirmed.clear();
    note('disconnected');
    this.#wantsAdvertising = false;
    for (const listener of this.#onDisconnected) listener(0x13);
    this.#advertise();
  }
}

/** For whoever has to find out why a story went another way: a link ends whenever it likes. */
function note(what: unknown): void {
  process.stdout.write(`device: ${Math.round(performance.now()) / 1_000} ${String(what)}\n`);
}
