import type { Advertisement, Device, GattDevice, SerialDevice } from '@hemma/protocols/device.js';
import { catalogue } from '@hemma/protocols/devices/catalogue.generated.js';
import { SettingsError, nearest } from '@hemma/runtime/config.js';
import type { Ownership } from './owner/ownership.js';
import type { KnownDevice } from './session/conversation.js';
import type { Settings } from './settings.js';

/** A serial port with the device at its end. */
export interface KnownPort {
  readonly path: string;
  readonly known: KnownDevice<SerialDevice>;
}

/** Where the settings say nothing of a hand-over, no record is too old. */
const longAgo = '1970-01-01T00:00:00Z';

/** The devices of this home. Whatever else is heard belongs to a neighbour and is left alone. */
export class Roster {
  readonly ports: readonly KnownPort[];
  readonly #byAddress: ReadonlyMap<string, KnownDevice<GattDevice>>;
  readonly #ownerships: ReadonlyMap<string, Ownership>;

  constructor(
    gatt: ReadonlyMap<string, KnownDevice<GattDevice>>,
    ports: readonly KnownPort[],
    ownerships: ReadonlyMap<string, Ownership>,
  ) {
    this.#byAddress = gatt;
    this.ports = ports;
    this.#ownerships = ownerships;
  }

  /** Whose the readings of a device are; null for one that is not of this home (any more). */
  ownershipOf(identity: string): Ownership | null {
    return this.#ownerships.get(identity) ?? null;
  }

  get hasRadioDevices(): boolean {
    return this.#byAddress.size > 0;
  }

  /** The devices with a radio, by their address. */
  get radioDevices(): readonly (readonly [string, GattDevice])[] {
    return [...this.#byAddress].map(([address, { device }]) => [address, device] as const);
  }

  /** Whether a device with this address belongs to the home. */
  has(address: string): boolean {
    return this.#byAddress.has(address);
  }

  find(advertisement: Advertisement): KnownDevice<GattDevice> | null {
    return this.#byAddress.get(advertisement.address) ?? null;
  }
}

/** Looks the devices of the settings up in the catalogue; {@link SettingsError} names unknown ones. */
export function rosterOf(settings: Settings, source: string): Roster {
  const problems: string[] = [];
  const gatt = new Map<string, KnownDevice<GattDevice>>();
  const ports: KnownPort[] = [];
  const ownerships = new Map<string, Ownership>();
  settings.devices.forEach((one, i) => {
    const { model, address, port, patient, consent } = one;
    const device: Device | undefined = catalogue.find(({ id }) => id === model);
    const whose = patient ?? settings.patient;
    if (device === undefined) problems.push(`devices.${i}.model: ${unknownModel(model)}`);
    else if (address !== undefined && device.transport === 'gatt') {
      const identity = `ble:${address}`;
      const known = { device, identity, patient: whose };
      gatt.set(address, consent === undefined ? known : { ...known, consent });
      ownerships.set(identity, ownershipOf(one, settings));
    } else if (port !== undefined && device.transport === 'serial') {
      const identity = `serial:${device.id}:${one.serialNumber ?? ''}`;
      ports.push({ path: port, known: { device, identity, patient: whose } });
      ownerships.set(identity, ownershipOf(one, settings));
    } else problems.push(`devices.${i}: ${otherLink(device)}`);
  });
  if (gatt.size + ports.length + problems.length < settings.devices.length)
    problems.push('devices: two of them have the same address');
  if (problems.length > 0) throw new SettingsError(source, problems);
  return new Roster(gatt, ports, ownerships);
}

function ownershipOf(
  { users, use, lentFrom }: Settings['devices'][number],
  home: Settings,
): Ownership {
  return {
    users: users === undefined ? null : new Map(users.map((it) => [it.slot, it.patient])),
    use,
    lentFromMs: Date.parse(lentFrom ?? home.lentFrom ?? longAgo),
  };
}

function otherLink({ transport }: Device): string {
  if (transport === 'none') return 'the gateway cannot speak with this model yet';
  return `the model is a ${transport} device`;
}

function unknownModel(model: string): string {
  const ids = catalogue.map(({ id }) => id);
  const near = nearest(model, ids);
  return `there is no such model${near === null ? ', see hemma-gateway devices' : `; did you mean "${near}"?`}`;
}
