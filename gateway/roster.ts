import type { Advertisement, Device, GattDevice, SerialDevice } from '@hemma/protocols/device.js';
import { catalogue } from '@hemma/protocols/devices/catalogue.generated.js';
import { SettingsError } from '@hemma/runtime/config.js';
import type { KnownDevice } from './session/gatt-session.js';
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

  find(advertisement: Advertisement): KnownDevice<GattDevice> | null {
    return this.#byAddress.get(advertisement.address) ?? null;
  }
}

/** Looks the devices of the settings up in the catalogue; {@link SettingsError} names unknown ones. */
export function rosterOf(settings: Settings, source: string): Roster {
  const problems: string[] = [];
  const gatt = new Map<string, KnownDevice<GattDevice>>();
  const ports: KnownPort[] = [];
  settings.devices.forEach((entry, i) => {
    const device: Device | undefined = catalogue.find(({ id }) => id === entry.model);
    const patient = entry.patient ?? settings.patient;
    if (device === undefined)
      problems.push(`devices.${i}.model: no such model, see hemma-gateway devices`);
    else if ('address' in entry && device.transport === 'gatt')
      gatt.set(entry.address, { device, identity: `ble:${entry.address}`, patient });
    else if ('port' in entry && device.transport === 'serial')
      ports.push({
        path: entry.port,
        known: { device, identity: `serial:${device.id}:${entry.serialNumber}`, patient },
      });
    else problems.push(`devices.${i}: the model is a ${device.transport} device`);
  });
  if (problems.length > 0) throw new SettingsError(source, problems);
  return new Roster(gatt, ports);
}
