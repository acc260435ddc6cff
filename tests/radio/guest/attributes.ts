import { Variant } from '@jellybrick/dbus-next';
import type {
  CharacteristicDefinition,
  GattServerDefinition,
} from '@hemma/simulators/radio/gatt-server.js';
import type { Interfaces } from './bus.js';

/** A device's attributes as objects that BlueZ's GattManager1 takes. */

export const root = '/hemma/device';
const service = 'org.bluez.GattService1';
export const characteristic = 'org.bluez.GattCharacteristic1';

/** The 128-bit form that BlueZ wants (Core Vol 3 Part B §2.5.1). */
export function longUuid(uuid: string): string {
  return uuid.length === 4 ? `0000${uuid}-0000-1000-8000-00805f9b34fb` : uuid;
}

/** What BlueZ calls a property, when the value may be had over an encrypted link only. */
const flagOf = {
  read: 'encrypt-read',
  write: 'encrypt-write',
  // Commands cannot be refused, so the bond is asked for by the rest.
  writeWithoutResponse: 'write-without-response',
  notify: 'encrypt-notify',
  indicate: 'encrypt-indicate',
} as const;

/** The objects of every service, and each characteristic by the path of its object. */
export function attributesOf(definition: GattServerDefinition) {
  const objects: Record<string, Interfaces> = {};
  const characteristics = new Map<string, CharacteristicDefinition>();
  for (const [i, { uuid, characteristics: inService }] of definition.services.entries()) {
    const path = `${root}/service${i}`;
    objects[path] = {
      [service]: { UUID: new Variant('s', longUuid(uuid)), Primary: new Variant('b', true) },
    };
    for (const [j, definition] of inService.entries()) {
      const own = `${path}/char${j}`;
      characteristics.set(own, definition);
      objects[own] = { [characteristic]: propertiesOf(definition, path) };
    }
  }
  return { objects, characteristics };
}

function propertiesOf(definition: CharacteristicDefinition, path: string) {
  const flags = definition.properties.map((property) => flagOf[property]);
  return {
    UUID: new Variant('s', longUuid(definition.uuid)),
    Service: new Variant('o', path),
    Flags: new Variant('as', flags),
  };
}
