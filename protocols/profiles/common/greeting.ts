/** What every conversation with a GATT device begins with: who it is, its battery, its clock. */
import type { GattConversation, InformationField, Uuid } from '../../device.js';
import { batteryLevel } from '../../gatt/battery-level.js';
import { currentTime } from '../../gatt/current-time.js';
import { dateTime } from '../../gatt/date-time.js';
import { deviceInformationString } from '../../gatt/device-information-strings.js';
import type { LocalDateTime } from '../../reading.js';
import { keepClock } from './keep-clock.js';
import { optionally } from './optionally.js';
import { timeOf } from './readings.js';

/** Device Information Service 1.1 §3: one UTF-8 string each. */
export const informationUuids: Readonly<Record<InformationField, Uuid>> = {
  manufacturer: '2a29',
  model: '2a24',
  serialNumber: '2a25',
  hardware: '2a27',
  firmware: '2a26',
  software: '2a28',
};

export const batteryLevelUuid = '2a19';
export const dateTimeUuid = '2a08';
export const currentTimeUuid = '2a2b';

/** Reads Device Information and the battery level, as far as the device offers them. */
export async function greet(conversation: GattConversation): Promise<void> {
  for (const [field, uuid] of Object.entries(informationUuids)) {
    if (!conversation.has(uuid)) continue;
    await optionally(async () => {
      const { text } = deviceInformationString.decode(await conversation.read(uuid));
      // `Object.entries` loses the key type of `informationUuids`.
      if (text !== '') conversation.information(field as InformationField, text);
    });
  }
  if (!conversation.has(batteryLevelUuid)) return;
  await optionally(async () => {
    const octets = await conversation.read(batteryLevelUuid);
    conversation.battery(batteryLevel.decode(octets).levelPercent);
  });
}

/** A device clock behind a standard characteristic. */
interface ClockCharacteristic {
  readonly uuid: Uuid;
  readonly decode: (octets: Uint8Array) => LocalDateTime | null;
  readonly encode: (time: LocalDateTime) => Uint8Array;
}

/**
 * "Manual time update": what the clients of devices in use send (Current Time Service 1.1 §3.1.1).
 */
const manualTimeUpdate = { raw: 1, flags: [] };
const sunday = 7;

/** 1 is Monday, 7 is Sunday. */
function dayOfWeek(time: LocalDateTime): number {
  return new Date(`${time}Z`).getUTCDay() || sunday;
}

const clocks: readonly ClockCharacteristic[] = [
  {
    uuid: dateTimeUuid,
    decode: (octets) => timeOf(dateTime.decode(octets).dateTime),
    encode: (time) => dateTime.encode({ dateTime: time }),
  },
  {
    uuid: currentTimeUuid,
    decode: (octets) => timeOf(currentTime.decode(octets).dateTime),
    encode: (time) =>
      currentTime.encode({
        dateTime: time,
        dayOfWeek: dayOfWeek(time),
        fractions256: 0,
        adjustReason: manualTimeUpdate,
      }),
  },
];

function clockOf(conversation: GattConversation): ClockCharacteristic | undefined {
  return clocks.find(({ uuid }) => conversation.has(uuid));
}

/**
 * Reads the device's clock, if it has one, and tells it: before it is set, because the records that
 * are about to come were stamped by it as it is. Gives what it shows; null when unknown.
 */
export async function tellClock(conversation: GattConversation): Promise<LocalDateTime | null> {
  const clock = clockOf(conversation);
  if (clock === undefined) return null;
  const shown = await optionally(async () => clock.decode(await conversation.read(clock.uuid)));
  conversation.deviceClock(shown);
  return shown;
}

/**
 * Sets the device's clock to the home's time, when both are there and it is off: see `keepClock`.
 * `shown` is what it showed just now; null when that is not known.
 */
export async function setClock(
  conversation: GattConversation,
  shown: LocalDateTime | null,
): Promise<void> {
  const clock = clockOf(conversation);
  if (clock === undefined) return;
  await keepClock(conversation, shown, {
    read: async () => clock.decode(await conversation.read(clock.uuid)),
    set: (now) => conversation.write(clock.uuid, clock.encode(now)),
  });
}
