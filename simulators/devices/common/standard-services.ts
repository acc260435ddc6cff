/** Services that most devices have beside their own: Device Information, battery, clock. */
import { batteryLevel } from '@hemma/protocols/gatt/battery-level.js';
import { currentTime } from '@hemma/protocols/gatt/current-time.js';
import { dateTime, type DateTime } from '@hemma/protocols/gatt/date-time.js';
import { deviceInformationString } from '@hemma/protocols/gatt/device-information-strings.js';
import {
  batteryLevelUuid,
  currentTimeUuid,
  dateTimeUuid,
  informationUuids,
} from '@hemma/protocols/profiles/common/greeting.js';
import type { CharacteristicDefinition, ServiceDefinition } from '../../radio/gatt-server.js';
import { AttRefusal } from '../../radio/gatt-server.js';
import type { GattHost } from './model.js';

const deviceInformationUuid = '180a';
const batteryUuid = '180f';
const currentTimeServiceUuid = '1805';

/** Out of Range (Core Specification Supplement Part B §1.2): the time that was written is none. */
const outOfRange = 0xff;

export function deviceInformation(host: GattHost): ServiceDefinition {
  const { maker, model } = host.device;
  const texts = { manufacturer: maker, model, serialNumber: host.serialNumber, firmware: '1.0.0' };
  return {
    uuid: deviceInformationUuid,
    characteristics: Object.entries(texts).map(([field, text]) => ({
      // `Object.entries` loses the key type; the keys are those of `texts`.
      uuid: informationUuids[field as keyof typeof texts],
      properties: ['read'],
      onRead: () => deviceInformationString.encode({ text }),
    })),
  };
}

export function battery(host: GattHost): ServiceDefinition {
  const onRead = (): Uint8Array =>
    batteryLevel.encode({ levelPercent: host.faults.batteryPercent });
  return {
    uuid: batteryUuid,
    characteristics: [{ uuid: batteryLevelUuid, properties: ['read', 'notify'], onRead }],
  };
}

/** Sets the clock from what was written; a time with unknown parts is refused. */
function set(host: GattHost, time: DateTime): void {
  if (typeof time !== 'string') throw new AttRefusal(outOfRange);
  host.deviceClock.set(time);
}

/** Date Time, which some services hold beside their measurement. */
export function dateTimeCharacteristic(host: GattHost): CharacteristicDefinition {
  return {
    uuid: dateTimeUuid,
    properties: ['read', 'write'],
    onRead: () => dateTime.encode({ dateTime: host.deviceClock.now() }),
    onWrite: (octets) => set(host, dateTime.decode(octets).dateTime),
  };
}

function currentTimeOctets(host: GattHost): Uint8Array {
  return currentTime.encode({
    dateTime: host.deviceClock.now(),
    dayOfWeek: null,
    fractions256: 0,
    adjustReason: { raw: 0, flags: [] },
  });
}

/** The Current Time service; notifies the time once when that is turned on. */
export function currentTimeService(host: GattHost): ServiceDefinition {
  return {
    uuid: currentTimeServiceUuid,
    characteristics: [
      {
        uuid: currentTimeUuid,
        properties: ['read', 'write', 'notify'],
        onRead: () => currentTimeOctets(host),
        onWrite: (octets) => set(host, currentTime.decode(octets).dateTime),
        onSubscribe: (on) => {
          // A central that is gone again needs no time.
          if (on) host.server?.notify(currentTimeUuid, currentTimeOctets(host)).catch(() => null);
        },
      },
    ],
  };
}
