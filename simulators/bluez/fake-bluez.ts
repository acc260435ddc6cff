/**
 * A bluetoothd of our own on any message bus: the objects, methods, signals and error texts of BlueZ
 * 5.66, over the virtual radio, with faults and races that the real one shows only now and then.
 */
import type { EventEmitter } from 'node:events';
import { Message, MessageType, Variant, sessionBus } from '@jellybrick/dbus-next';
import type { MessageBus } from '@jellybrick/dbus-next';
import type { Air, AdvertisingReport } from '../radio/air.js';
import { Agents } from './agents.js';
import type { TypedValue } from './agents.js';
import { adapterAddress } from './connection.js';
import { FakeDevice, deviceInterface } from './device.js';
import { noBluezFaults, openDevice } from './faults.js';
import type { BluezFaults, DeviceSecurity } from './faults.js';
import { heardProperties } from './heard.js';
import { DbusRefusal, ObjectTree } from './object-tree.js';
import type { Method } from './object-tree.js';

const adapterPath = '/org/bluez/hci0';
const adapterInterface = 'org.bluez.Adapter1';
const scanResponse = 0x04;
const busName = 'org.freedesktop.DBus';
const departures = `type='signal',sender='${busName}',member='NameOwnerChanged',arg2=''`;

export interface FakeBluezOptions {
  readonly air: Air;
  /** Address of the bus, `unix:path=…`. */
  readonly bus: string;
  /** Default: powered, as on most systems. */
  readonly powered?: boolean;
}

export class FakeBluez {
  readonly faults: BluezFaults = noBluezFaults();
  /** Calls that came in, oldest first: `Member` alone. */
  readonly calls: string[] = [];
  readonly #options: FakeBluezOptions;
  readonly #tree: ObjectTree;
  readonly #devices = new Map<string, FakeDevice>();
  readonly #security = new Map<string, DeviceSecurity>();
  /** What `/var/lib/bluetooth` keeps: addresses with a bond. */
  readonly #bonds = new Set<string>();
  #bus: MessageBus | null = null;
  readonly #agents = new Agents();
  /** Programs that have started discovery: it goes on until the last has stopped it. */
  readonly #scanning = new Set<string>();

  constructor(options: FakeBluezOptions) {
    this.#options = options;
    this.#tree = new ObjectTree(this.faults, options.air.clock);
  }

  get agents(): number {
    return this.#agents.count;
  }

  /** Messages that came in and went out. */
  get messages(): number {
    return this.calls.length + this.#tree.sent;
  }

  get discovering(): boolean {
    return this.#scanning.size > 0;
  }

  /** How a device handles security; to be changed at any time. */
  security(address: string): DeviceSecurity {
    const known = this.#security.get(address) ?? openDevice();
    this.#security.set(address, known);
    return known;
  }

  setSecurity(address: string, security: DeviceSecurity): void {
    this.#security.set(address, security);
  }

  device(address: string): FakeDevice | undefined {
    return this.#devices.get(address);
  }

  /** BlueZ asks the agents something about a device; rejects with the refusal. */
  async ask(
    member: string,
    address: string | null,
    ...more: readonly TypedValue[]
  ): Promise<unknown> {
    const path = address === null ? null : (this.#devices.get(address)?.path ?? '/unknown');
    return await this.#agents.ask({ member, path, caller: null, more });
  }

  /** BlueZ connects a device that it knows without being asked. */
  async connectByItself(address: string): Promise<void> {
    await this.#devices.get(address)?.connect();
  }

  /** The device says that its table has changed (Service Changed, Core 6.0 Vol 3 Part G §7.1). */
  async changeServices(address: string): Promise<void> {
    await this.#devices.get(address)?.discoverAnew();
  }

  /** bluetoothd starts: it takes its name on the bus and shows what it has kept. */
  async start(): Promise<void> {
    const bus = sessionBus({ busAddress: this.#options.bus, authMethods: ['EXTERNAL'] });
    await new Promise<void>((resolve) => bus.once('connect', resolve));
    bus.on('message', (message) => this.#note(message));
    // The event is missing in the package's types; the bus may end before us.
    (bus as EventEmitter).on('error', () => this.#tree.attach(null));
    await bus.call(
      new Message({
        ...{ destination: busName, path: '/org/freedesktop/DBus', interface: busName },
        ...{ member: 'AddMatch', signature: 's', body: [departures] },
      }),
    );
    this.#bus = bus;
    this.#agents.attach(bus);
    this.#tree.attach(bus);
    this.#tree.add('/org/bluez', 'org.bluez.AgentManager1', {
      values: new Map(),
      methods: this.#agents.methods,
    });
    this.addAdapter();
    await bus.requestName('org.bluez');
  }

  /** bluetoothd dies: links, objects and the name go; bonds stay on disk. */
  stop(): void {
    this.removeAdapter();
    this.#tree.attach(null);
    this.#agents.attach(null);
    this.#bus?.disconnect();
    this.#bus = null;
  }

  addAdapter(): void {
    const values = new Map<string, Variant>([
      ['Address', new Variant('s', adapterAddress(0).text)],
      ['Name', new Variant('s', 'gateway')],
      ['Powered', new Variant('b', this.#options.powered ?? true)],
      ['Pairable', new Variant('b', true)],
      ['Discovering', new Variant('b', false)],
    ]);
    const methods = this.#adapterMethods();
    const onSet = (property: string, { value }: Variant): void => {
      if (property !== 'Powered') throw new DbusRefusal('InvalidArguments', 'Invalid arguments');
      this.setPower(value === true);
    };
    this.#tree.add(adapterPath, adapterInterface, { values, methods, onSet });
    for (const address of this.#bonds) this.#meet(address, {});
  }

  /** The dongle is pulled out. */
  removeAdapter(): void {
    this.#stopDiscovery();
    for (const device of this.#devices.values()) device.drop();
    this.#devices.clear();
    this.#tree.remove(adapterPath);
  }

  setPower(on: boolean): void {
    this.#tree.set(adapterPath, adapterInterface, { Powered: new Variant('b', on) });
    if (on) return;
    this.#stopDiscovery();
    for (const device of this.#devices.values()) device.drop();
  }

  /** BlueZ forgets a device that was only heard, some time after discovery. */
  forgetUnbonded(): void {
    for (const [address, device] of this.#devices) if (!device.paired) this.#forget(address);
  }

  get #powered(): boolean {
    return this.#tree.get(adapterPath, adapterInterface, 'Powered') === true;
  }

  #adapterMethods(): Record<string, Method> {
    return {
      SetDiscoveryFilter: () => undefined,
      StartDiscovery: (_, caller) => this.#startDiscovery(caller),
      StopDiscovery: (_, caller) => {
        if (!this.#scanning.delete(caller)) throw new DbusRefusal('Failed', 'No discovery started');
        if (!this.discovering) this.#stopDiscovery();
      },
      RemoveDevice: ([path]) => {
        const found = [...this.#devices].find(([, device]) => device.path === path);
        if (found === undefined) throw new DbusRefusal('DoesNotExist', 'Does Not Exist');
        this.#bonds.delete(found[0]);
        this.#forget(found[0]);
      },
    };
  }

  /** Keeps the calls, and forgets programs that have left the bus. */
  #note({ type, member, body }: Message): void {
    if (type === MessageType.METHOD_CALL) this.calls.push(member);
    const [name, , owner] = body;
    if (member !== 'NameOwnerChanged' || owner !== '' || typeof name !== 'string') return;
    this.#agents.forget(name);
    if (this.#scanning.delete(name) && !this.discovering) this.#stopDiscovery();
  }

  #startDiscovery(caller: string): void {
    if (!this.#powered) throw new DbusRefusal('NotReady', 'Resource Not Ready');
    if (this.#scanning.has(caller))
      throw new DbusRefusal('InProgress', 'Operation already in progress');
    this.#scanning.add(caller);
    this.#options.air.startScanning(this.#scanner);
    this.#tree.set(adapterPath, adapterInterface, { Discovering: new Variant('b', true) });
  }

  readonly #scanner = {
    active: true,
    onReport: (report: AdvertisingReport): void => this.#hear(report),
  };

  #hear({ address: { text }, type, data, rssi }: AdvertisingReport): void {
    const known = this.#devices.get(text);
    const uuids = known && this.#tree.get(known.path, deviceInterface, 'UUIDs');
    const heard = heardProperties(data, Array.isArray(uuids) ? uuids.map(String) : []);
    // A scan response completes the advertisement that it belongs to.
    const strength = new Variant('n', rssi);
    if (type !== scanResponse && !this.faults.withoutRssi) heard['RSSI'] = strength;
    if (known === undefined) this.#meet(text, heard);
    else if (!known.connected) known.hear(heard);
  }

  #meet(address: string, heard: Record<string, Variant>): void {
    const device = new FakeDevice(adapterPath, address, {
      air: this.#options.air,
      tree: this.#tree,
      faults: this.faults,
      security: this.security(address),
      isPowered: () => this.#powered,
      askAgent: (question) => this.#agents.ask(question),
      keep: () => void this.#bonds.add(address),
    });
    this.#devices.set(address, device);
    device.appear(adapterPath, this.#bonds.has(address), heard);
  }

  #forget(address: string): void {
    const device = this.#devices.get(address);
    this.#devices.delete(address);
    device?.drop();
    if (device !== undefined) this.#tree.remove(device.path);
  }

  #stopDiscovery(): void {
    this.#scanning.clear();
    this.#options.air.stopScanning(this.#scanner);
    for (const { path } of this.#devices.values())
      if (this.#tree.get(path, deviceInterface, 'RSSI') !== undefined)
        this.#tree.set(path, deviceInterface, { RSSI: null });
    this.#tree.set(adapterPath, adapterInterface, { Discovering: new Variant('b', false) });
  }
}
