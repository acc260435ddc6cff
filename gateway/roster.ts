import type { Advertisement, Device, GattDevice, SerialDevice } from '@hemma/protocols/device.js';
import { catalogue } from '@hemma/protocols/devices/catalogue.generated.js';
import { SettingsError, nearest } from '@hemma/runtime/config.js';
import type { KnownDevice } from './session/conversation.js';
import type { Settings } from './settings.js';

/** A serial port with the device at its end. */
export interface KnownPort {
  readonly path: string;
  readonly known: KnownDevice<SerialDevice>;
}

/** The devices of this home. Whatever else is heard belongs to a neighbour and is left alone. */
export class Roster {
  readonly ports: readonly KnownPort[];
  readonly #byAddress: ReadonlyMap<string, KnownDevice<GattDevice>>;

  constructor(gatt: ReadonlyMap<string, KnownDevice<GattDevice>>, ports: readonly KnownPort[]) {
    this.#byAddress = gatt;
    this.ports = ports;
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
  settings.devices.forEach(({ model, address, port, serialNumber = '', patient, consent }, i) => {
    const device: Device | undefined = catalogue.find(({ id }) => id === model);
    const whose = patient ?? settings.patient;
    if (device === undefined) problems.push(`devices.${i}.model: ${unknownModel(model)}`);
    else if (address !== undefined && device.transport === 'gatt')
      gatt.set(address, {
        device,
        identity: `ble:${address}`,
        patient: whose,
        ...(consent === undefined ? {} : { consent }),
      });
    else if (port !== undefined && device.transport === 'serial')
      ports.push({
        path: port,
        known: { device, identity: `serial:${device.id}:${serialNumber}`, patient: whose },
      });
    else problems.push(`devices.${i}: ${otherLink(device)}`);
  });
  if (gatt.size + ports.length + problems.length < settings.devices.length)
    problems.push('devices: two of them have the same address');
  if (problems.length > 0) throw new SettingsError(source, problems);
  return new Roster(gatt, ports);
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
