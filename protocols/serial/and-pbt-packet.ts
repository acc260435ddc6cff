/**
 * A packet of the A&D PBT series (Serial Port Profile): a header of 60 octets, then the data of the
 * device. The type of every packet is 2, in two octets; from their order follows that of the other
 * numbers, which the source does not say. Source: A&D PBT series Bluetooth specification (Seneca
 * CDOT).
 */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import type { LocalDateTime } from '../reading.js';
import { ascii, asciiOctets, refuseUnless, whole } from './fields.js';
import { frameOf, type FrameRule } from './framer.js';
import { fromLocal, toLocal } from './local-time.js';

export interface AndPbtPacket {
  /** 767 blood pressure monitor, 321 scale. */
  readonly deviceType: number;
  readonly measuredAt: LocalDateTime;
  readonly serialNumber: string;
  readonly data: Uint8Array;
}

const packetType = 2;
const headerOctets = 60;
/** Ten octets of pressures, fourteen of a weight; four times as much. */
const longestData = 64;
const serialNumberOctets = 12;
/** Of transmission (seven octets), then two Bluetooth addresses. */
const behindTime = 7 + 6 + 6;
/** Behind the serial number: reserved, battery and revision, in codes that the source leaves open. */
const tail = 13;

/** Whether numbers have their low octet first; null when this is no packet. */
function isLittleEndian([first, second]: Uint8Array): boolean | null {
  if (first === packetType && second === 0) return true;
  return first === 0 && second === packetType ? false : null;
}

function number(octets: Uint8Array, little: boolean): number {
  const inOrder = little ? octets.slice().reverse() : octets;
  return inOrder.reduce((sum, octet) => sum * 256 + octet, 0);
}

function dataLength(octets: Uint8Array): number | null {
  const little = isLittleEndian(octets);
  const length = little === null ? Infinity : number(octets.subarray(2, 6), little);
  return length <= longestData ? length : null;
}

/** Where the packets are in what the device sends. */
export const andPbtPackets: FrameRule = {
  longest: headerOctets + longestData,
  look: (octets) => {
    if (octets.length >= 2 && isLittleEndian(octets) === null) return 'skip';
    if (octets[0] !== 0 && octets[0] !== packetType) return 'skip';
    if (octets.length < 6) return 'more';
    const length = dataLength(octets);
    if (length === null) return 'skip';
    return octets.length < headerOctets + length ? 'more' : frameOf(headerOctets + length);
  },
};

/** Refuses `truncated`, `sync` (no packet), `length`, `range` (the time) and `format`. */
export const andPbtPacket: Codec<AndPbtPacket> = {
  decode: (octets) => {
    const little = isLittleEndian(octets);
    refuseUnless(little !== null, 'sync');
    refuseUnless(octets.length >= headerOctets, 'truncated');
    refuseUnless(octets.length === headerOctets + (dataLength(octets) ?? Infinity), 'length');
    const reader = new OctetReader(octets.subarray(6));
    const deviceType = number(reader.take(2), little);
    reader.take(1);
    const year = number(reader.take(2), little);
    const [month = 0, day = 0, hour = 0, minute = 0, second = 0] = reader.take(5);
    reader.take(behindTime);
    const serial = reader.take(serialNumberOctets).filter((octet) => octet !== 0);
    return {
      deviceType,
      measuredAt: toLocal({ year, month, day, hour, minute, second }),
      serialNumber: ascii(serial).trim(),
      data: octets.slice(headerOctets),
    };
  },
  encode: ({ deviceType, measuredAt, serialNumber, data }) => {
    const { year, month, day, hour, minute, second } = fromLocal(measuredAt);
    const time = new OctetWriter().uint16(year).put([month, day, hour, minute, second]).octets();
    refuseUnless(data.length <= longestData, 'length');
    refuseUnless(serialNumber.length <= serialNumberOctets, 'length');
    return new OctetWriter()
      .uint16(packetType)
      .uint32(data.length)
      .uint16(whole(deviceType, 0, 0xffff))
      .uint8(0)
      .put(time)
      .put(time)
      .put(new Uint8Array(6 + 6))
      .put(asciiOctets(serialNumber.padEnd(serialNumberOctets)))
      .put(new Uint8Array(tail))
      .put(data)
      .octets();
  },
};
