/**
 * Messages of a LifeScan OneTouch UltraEasy inside its frames: a result is `05 06`, seconds since
 * 1970 by the meter's clock and mg/dL, both little endian with four octets; the clock is told in the
 * same way, and the number of results as `05 0F` and two octets. Source: glucometerutils otultraeasy.
 */
import { OctetReader, OctetWriter, toHex } from '../bytes.js';
import type { Codec } from '../codec.js';
import type { LocalDateTime } from '../reading.js';
import { refuseUnless, whole } from './fields.js';
import { fromEpochSeconds, toEpochSeconds } from './local-time.js';

const [service, done, counted] = [0x05, 0x06, 0x0f];
const maxUint32 = 0xffff_ffff;
/** Asking for a result that no meter has makes it tell how many it has. */
const noSuchRecord = 501;

/** Commands without their frame, hexadecimal. */
export const ultraEasyCommands = {
  serialNumber: '050b0200000000846ae87300',
  readClock: '05200200000000',
  setClock: (now: LocalDateTime): string => `052001${toHex(secondsOf(now))}`,
  count: recordCommand(noSuchRecord),
  record: recordCommand,
} as const;

function recordCommand(index: number): string {
  return `051f${toHex(new OctetWriter().uint16(index).octets())}`;
}

function secondsOf(time: LocalDateTime): Uint8Array {
  return new OctetWriter().uint32(whole(toEpochSeconds(time), 0, maxUint32)).octets();
}

function opened(message: Uint8Array, second = done): OctetReader {
  const reader = new OctetReader(message);
  refuseUnless(reader.uint8() === service && reader.uint8() === second, 'opcode');
  return reader;
}

export interface UltraEasyRecord {
  readonly timestamp: LocalDateTime;
  readonly glucoseMgPerDl: number;
}

/** A result; refuses `truncated`, `length`, `opcode` and `range`. */
export const ultraEasyRecord: Codec<UltraEasyRecord> = {
  decode: (message) => {
    const reader = opened(message);
    const timestamp = fromEpochSeconds(reader.uint32());
    const glucoseMgPerDl = reader.uint32();
    reader.end();
    return { timestamp, glucoseMgPerDl };
  },
  encode: ({ timestamp, glucoseMgPerDl }) =>
    new OctetWriter()
      .put([service, done])
      .put(secondsOf(timestamp))
      .uint32(whole(glucoseMgPerDl, 0, maxUint32))
      .octets(),
};

/** What the clock shows; refuses `truncated`, `length` and `opcode`. */
export const ultraEasyClock: Codec<LocalDateTime> = {
  decode: (message) => {
    const reader = opened(message);
    const shown = fromEpochSeconds(reader.uint32());
    reader.end();
    return shown;
  },
  encode: (shown) => new OctetWriter().put([service, done]).put(secondsOf(shown)).octets(),
};

/** How many results are stored; refuses `truncated`, `length` and `opcode`. */
export const ultraEasyCount: Codec<number> = {
  decode: (message) => {
    const reader = opened(message, counted);
    const count = reader.uint16();
    reader.end();
    return count;
  },
  encode: (count) =>
    new OctetWriter()
      .put([service, counted])
      .uint16(whole(count, 0, noSuchRecord - 1))
      .octets(),
};

/** The text behind the op codes: the serial number. Refuses `truncated` and `opcode`. */
export const ultraEasyText: Codec<Uint8Array> = {
  decode: (message) => {
    const reader = opened(message);
    return reader.take(reader.remaining);
  },
  encode: (text) => new OctetWriter().put([service, done]).put(text).octets(),
};
