/** A device's GATT objects on the bus: `org.bluez.GattService1`, `org.bluez.GattCharacteristic1`. */
import { Variant } from '@jellybrick/dbus-next';
import { AttAnswer, AttLost } from './att-client.js';
import type { AttClient, FoundCharacteristic, FoundService } from './att-client.js';
import type { BluezFaults } from './faults.js';
import { longUuid } from './heard.js';
import { Answer, DbusRefusal } from './object-tree.js';
import type { Method, ObjectTree } from './object-tree.js';

export const characteristicInterface = 'org.bluez.GattCharacteristic1';
const serviceInterface = 'org.bluez.GattService1';

/** BlueZ keeps Generic Access and Generic Attribute to itself. */
const ownServices = new Set(['1800', '1801']);

const flagNames: readonly (readonly [number, string])[] = [
  [0x02, 'read'],
  [0x04, 'write-without-response'],
  [0x08, 'write'],
  [0x10, 'notify'],
  [0x20, 'indicate'],
];

/** Whose services they are. */
export interface ServiceLink {
  client(): AttClient | null;
  /** Encrypts the link if the device wants that; throws {@link DbusRefusal}. */
  secure(): Promise<void>;
}

export class RemoteServices {
  readonly #path: string;
  readonly #tree: ObjectTree;
  readonly #faults: BluezFaults;
  readonly #link: ServiceLink;
  /** Paths of characteristics by the handle of their value. */
  readonly #byHandle = new Map<number, string>();

  constructor(
    path: string,
    { tree, faults }: { readonly tree: ObjectTree; readonly faults: BluezFaults },
    link: ServiceLink,
  ) {
    this.#path = path;
    this.#tree = tree;
    this.#faults = faults;
    this.#link = link;
  }

  /** Adds what is new; what a bond has kept stays as it is. */
  show(found: readonly FoundService[]): void {
    for (const service of found) {
      if (ownServices.has(service.uuid)) continue;
      const path = `${this.#path}/service${hex(service.handle)}`;
      const values = new Map<string, Variant>([
        ['UUID', new Variant('s', longUuid(service.uuid))],
        ['Device', new Variant('o', this.#path)],
        ['Primary', new Variant('b', true)],
      ]);
      const quietly = this.#faults.silentServices;
      if (!this.#tree.has(path))
        this.#tree.add(path, serviceInterface, { values, methods: {} }, quietly);
      for (const one of service.characteristics) this.#showOne(path, one, quietly);
    }
  }

  /** The device says that its table has changed: all of it goes and comes again. */
  change(found: readonly FoundService[]): void {
    this.#removeAll();
    this.show(found);
  }

  /** The link is over. Without a bond nothing is kept. */
  end(forget: boolean): void {
    if (forget) this.#removeAll();
    for (const path of this.#byHandle.values())
      this.#tree.set(path, characteristicInterface, { Notifying: new Variant('b', false) });
  }

  hear(handle: number, octets: Uint8Array): void {
    this.#tell(handle, octets);
  }

  #removeAll(): void {
    this.#byHandle.clear();
    const depth = this.#path.split('/').length + 1;
    const services = this.#tree.paths(`${this.#path}/service`);
    for (const path of services) if (path.split('/').length === depth) this.#tree.remove(path);
  }

  #showOne(servicePath: string, found: FoundCharacteristic, quietly: boolean): void {
    const path = `${servicePath}/char${hex(found.handle - 1)}`;
    this.#byHandle.set(found.handle, path);
    if (this.#tree.has(path)) return;
    const flags = flagNames
      .filter(([bit]) => (found.properties & bit) !== 0)
      .map(([, name]) => name);
    const values = new Map<string, Variant>([
      ['UUID', new Variant('s', longUuid(found.uuid))],
      ['Service', new Variant('o', servicePath)],
      ['Flags', new Variant('as', flags)],
      ['Value', new Variant('ay', Buffer.of())],
      ['Notifying', new Variant('b', false)],
    ]);
    const methods = this.#methods(found);
    this.#tree.add(path, characteristicInterface, { values, methods }, quietly);
  }

  #methods(found: FoundCharacteristic): Record<string, Method> {
    return {
      ReadValue: async (): Promise<Answer> => {
        const octets = await this.#ask((client) => client.read(found.handle));
        this.#tell(found.handle, octets);
        return new Answer('ay', Buffer.from(octets));
      },
      WriteValue: async ([value, options]) => {
        const octets = Uint8Array.from(value as Iterable<number>);
        await this.#ask(async (client) => {
          if (isCommand(options)) client.command(found.handle, octets);
          else await client.write(found.handle, octets);
        });
      },
      StartNotify: () => this.#configure(found, true),
      StopNotify: () => this.#configure(found, false),
    };
  }

  async #configure(
    { handle, properties, configuration }: FoundCharacteristic,
    on: boolean,
  ): Promise<void> {
    if (configuration === null) throw new DbusRefusal('NotSupported', 'Operation is not supported');
    const bit = (properties & 0x10) !== 0 ? 1 : 2;
    await this.#ask((client) => client.write(configuration, Uint8Array.of(on ? bit : 0, 0)));
    const path = this.#byHandle.get(handle);
    if (path !== undefined)
      this.#tree.set(path, characteristicInterface, { Notifying: new Variant('b', on) });
  }

  /** With BlueZ's words for what the device answers (`gatt-client.c`, create_gatt_dbus_error). */
  async #ask<T>(work: (client: AttClient) => Promise<T>): Promise<T> {
    const client = this.#link.client();
    if (client === null) throw new DbusRefusal('Failed', 'Not connected');
    await this.#link.secure();
    try {
      return await work(client);
    } catch (error) {
      if (error instanceof AttLost)
        throw new DbusRefusal('Failed', 'Operation failed with ATT error: 0x0e');
      if (error instanceof AttAnswer) throw refusalOf(error.code);
      throw error;
    }
  }

  #tell(handle: number, octets: Uint8Array): void {
    const path = this.#byHandle.get(handle);
    const value = new Variant('ay', Buffer.from(octets));
    if (path !== undefined) this.#tree.set(path, characteristicInterface, { Value: value });
  }
}

function refusalOf(code: number): DbusRefusal {
  if (code === 0x02) return new DbusRefusal('NotPermitted', 'Read not permitted');
  if (code === 0x03) return new DbusRefusal('NotPermitted', 'Write not permitted');
  if (code === 0x05 || code === 0x0c || code === 0x0f)
    return new DbusRefusal('NotPermitted', 'Not paired');
  if (code === 0x07) return new DbusRefusal('InvalidArguments', 'Invalid offset');
  if (code === 0x0d) return new DbusRefusal('InvalidArguments', 'Invalid Length');
  if (code === 0x08) return new DbusRefusal('NotAuthorized', 'Operation Not Authorized');
  if (code === 0x06) return new DbusRefusal('NotSupported', 'Operation is not supported');
  const text = code.toString(16).padStart(2, '0');
  return new DbusRefusal('Failed', `Operation failed with ATT error: 0x${text}`);
}

function isCommand(options: unknown): boolean {
  const type = (options as Record<string, Variant | undefined>)['type'];
  return type?.value === 'command';
}

function hex(handle: number): string {
  return handle.toString(16).padStart(4, '0');
}
