/**
 * Nonin data format 13, the spot check: `00 02`, type and length of the data (16 bits, big endian),
 * data, check octet (sum of the data modulo 256), `03`. The data is eight octets of BCD date and
 * time (the last one a fraction of a second), 16 status bits, pulse rate, a reserved octet and
 * SpO2; "the data section is expandable", so further octets are allowed. Source: Nonin 9560 OEM
 * specification 6470-000-01 (2008), data format 13.
 */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import type { LocalDateTime } from '../reading.js';
import { exactly, flag, octetAt, refuseUnless, sum8 } from './fields.js';
import { fromBcd, fromLocal, toBcd, toLocal } from './local-time.js';
import { pulseOf, rawPulse, rawSpo2, spo2Of } from './nonin-values.js';

export interface NoninDf13 {
  readonly packetType: 13;
  readonly timestamp: LocalDateTime;
  /** The value met the SmartPoint criteria for a spot check. */
  readonly smartPoint: boolean;
  readonly noMeasurement: boolean;
  /** Stored while no gateway was there. */
  readonly fromMemory: boolean;
  readonly lowBattery: boolean;
  readonly pulseRate: number | null;
  readonly spo2: number | null;
}

const packetType = 13;
/** What the 9560 sends; with less a field is missing. */
const shortestData = 14;
/** The octets around the data. */
const surroundings = 8;
/** The device sends 14 data octets; four times as many leave room for its successors. */
const longestDf13Data = 56;
export const longestDf13 = longestDf13Data + surroundings;

const statusBit = { smartPoint: 9, noMeasurement: 8, fromMemory: 4, lowBattery: 0 } as const;

/** The length of the frame that starts with these octets; 0 when none does, null when too few. */
export function df13Length(octets: Uint8Array): number | null {
  const start = [0x00, 0x02, 0x00, packetType, 0x00];
  if (!start.every((octet, place) => octets.length <= place || octets[place] === octet)) return 0;
  const data = octets[start.length];
  if (data === undefined) return null;
  return data < shortestData || data > longestDf13Data ? 0 : data + surroundings;
}

function timestamp(reader: OctetReader): LocalDateTime {
  const bcd = (): number => fromBcd(reader.uint8());
  const time = {
    year: 100 * bcd() + bcd(),
    month: bcd(),
    day: bcd(),
    hour: bcd(),
    minute: bcd(),
    second: bcd(),
  };
  reader.uint8();
  return toLocal(time);
}

function content(data: Uint8Array): NoninDf13 {
  const reader = new OctetReader(data);
  const time = timestamp(reader);
  const status = reader.uint16be();
  const pulseRate = pulseOf(reader.uint16be());
  reader.uint8();
  const is = (position: number): boolean => ((status >> position) & 1) === 1;
  return {
    packetType,
    timestamp: time,
    smartPoint: is(statusBit.smartPoint),
    noMeasurement: is(statusBit.noMeasurement),
    fromMemory: is(statusBit.fromMemory),
    lowBattery: is(statusBit.lowBattery),
    pulseRate,
    spo2: spo2Of(reader.uint8()),
  };
}

function dataOctets(value: NoninDf13): Uint8Array {
  const { year, month, day, hour, minute, second } = fromLocal(value.timestamp);
  const date = [Math.floor(year / 100), year % 100, month, day, hour, minute, second, 0];
  const status =
    flag(value.smartPoint, statusBit.smartPoint) |
    flag(value.noMeasurement, statusBit.noMeasurement) |
    flag(value.fromMemory, statusBit.fromMemory) |
    flag(value.lowBattery, statusBit.lowBattery);
  return new OctetWriter()
    .put(date.map(toBcd))
    .uint16be(status)
    .uint16be(rawPulse(value.pulseRate))
    .uint16be(rawSpo2(value.spo2))
    .octets();
}

/** Refuses `truncated`, `length`, `sync`, `format` (other packet type), `checksum` and `range`. */
export const noninDf13: Codec<NoninDf13> = {
  decode: (octets) => {
    const reader = new OctetReader(octets);
    refuseUnless(reader.uint16be() === 0x0002, 'sync');
    refuseUnless(reader.uint16be() === packetType, 'format');
    const length = reader.uint16be();
    refuseUnless(length >= shortestData && length <= longestDf13Data, 'length');
    exactly(octets, length + surroundings);
    const data = reader.take(length);
    refuseUnless(reader.uint8() === sum8(data), 'checksum');
    refuseUnless(octetAt(octets, octets.length - 1) === 0x03, 'sync');
    return content(data);
  },
  encode: (value) => {
    const data = dataOctets(value);
    return new OctetWriter()
      .uint16be(0x0002)
      .uint16be(packetType)
      .uint16be(data.length)
      .put(data)
      .put([sum8(data), 0x03])
      .octets();
  },
};
