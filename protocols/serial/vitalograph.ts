/**
 * Vitalograph lung monitor (asma-1, copd-6, Bluetooth SPP): one frame per blow, `02`, ASCII digits
 * behind `FTD`, `03`, exclusive or of all octets before it. The gateway answers 06 or, for a wrong
 * check octet, 15, and the monitor sends again. Volumes in 0.01 L; FEF25-75 in 0.01 L/s by
 * convention; the quality flag is 0 for a good test. Source: OpenTele FevMeasurementPacket and its
 * tests.
 */
import { CodecRefusal, type Codec } from '../codec.js';
import type { Draft } from '../gatt/fields.js';
import type { LocalDateTime } from '../reading.js';
import { ascii, asciiOctets, octetAt, refuseUnless, scaled, whole, xor8 } from './fields.js';
import { frameOf, type FrameRule } from './framer.js';
import { fromLocal, toLocal } from './local-time.js';

export interface VitalographBlow {
  readonly deviceId: string;
  readonly fev1L: number;
  readonly fev6L: number;
  readonly fev1Fev6Ratio: number;
  readonly fef2575Lps: number;
  readonly fev1PersonalBestL: number;
  readonly fev1PercentOfBest: number;
  readonly greenZonePercent: number;
  readonly yellowZonePercent: number;
  readonly orangeZonePercent: number;
  readonly timestamp: LocalDateTime;
  readonly goodTest: boolean;
  readonly softwareVersion: number;
}

/** A frame that must be answered NAK, and the good one that follows it in the same octets. */
export interface VitalographRepeat {
  readonly error: 'checksum';
  readonly nextFrame: VitalographBlow;
}

const stx = 0x02;
const etx = 0x03;
/** `FTD`, ten characters of device id, nine numbers of three digits, time, flag, version. */
const pattern = /^FTD.{10}\d{39}[01]\d{3}$/;
/** Start, 57 characters, end and check octet are 59 octets; a longer version number would fit. */
const longestFrame = 64;

/** Where the parts begin. */
const place = { deviceId: 3, figures: 13, time: 40, quality: 52, version: 53 } as const;
const figureDigits = 3;

/** The field names of the nine numbers, in order, each with what one unit of it is. */
const figureFields = [
  ['fev1L', 100],
  ['fev6L', 100],
  ['fev1Fev6Ratio', 100],
  ['fef2575Lps', 100],
  ['fev1PersonalBestL', 100],
  ['fev1PercentOfBest', 1],
  ['greenZonePercent', 1],
  ['yellowZonePercent', 1],
  ['orangeZonePercent', 1],
] as const;
type FigureField = (typeof figureFields)[number][0];

function putFigures(into: Partial<Record<FigureField, number>>, text: string): void {
  let at: number = place.figures;
  for (const [name, perUnit] of figureFields) {
    into[name] = Number(text.slice(at, at + figureDigits)) / perUnit;
    at += figureDigits;
  }
}

function timeOf(text: string): LocalDateTime {
  const two = (index: number): number =>
    Number(text.slice(place.time + 2 * index, place.time + 2 * index + 2));
  return toLocal({
    year: 2000 + two(0),
    month: two(1),
    day: two(2),
    hour: two(3),
    minute: two(4),
    second: two(5),
  });
}

function blow(text: string): VitalographBlow {
  refuseUnless(pattern.test(text), 'format');
  const read: Partial<Draft<VitalographBlow>> = {
    deviceId: text.slice(place.deviceId, place.figures),
  };
  putFigures(read, text);
  read.timestamp = timeOf(text);
  read.goodTest = text[place.quality] === '0';
  read.softwareVersion = Number(text.slice(place.version));
  // Every field has been given: the figures by their list, the others above.
  return read as VitalographBlow;
}

/** The text of an intact frame that starts at this mark; null when it is none. */
function textAt(octets: Uint8Array, start: number): string | null {
  const window = octets.subarray(start, start + longestFrame);
  const end = window.indexOf(etx);
  const body = window.subarray(0, end + 1);
  const intact = end > 0 && window[end + 1] === xor8(body);
  return intact ? ascii(body.subarray(1, -1)) : null;
}

/** The first intact frame behind a damaged one; refuses `checksum` when there is none. */
function nextFrame(octets: Uint8Array): VitalographBlow {
  for (let start = octets.indexOf(stx, 1); start > 0; start = octets.indexOf(stx, start + 1)) {
    const text = textAt(octets, start);
    if (text !== null) return blow(text);
  }
  throw new CodecRefusal('checksum');
}

function digits(value: number, width: number): string {
  return whole(value, 0, 10 ** width - 1)
    .toString()
    .padStart(width, '0');
}

function encodeBlow(value: VitalographBlow): Uint8Array {
  const { year, month, day, hour, minute, second } = fromLocal(value.timestamp);
  const clock = [year - 2000, month, day, hour, minute, second];
  const text = [
    `FTD${value.deviceId}`,
    ...figureFields.map(([name, perUnit]) => digits(scaled(value[name], perUnit, 999), 3)),
    ...clock.map((one) => digits(one, 2)),
    `${value.goodTest ? 0 : 1}${digits(value.softwareVersion, 3)}`,
  ].join('');
  refuseUnless(pattern.test(text), 'format');
  const body = Uint8Array.of(stx, ...asciiOctets(text), etx);
  return Uint8Array.of(...body, xor8(body));
}

/** Where the frames are in the stream; their check octet is the codec's business. */
export const vitalographStream: FrameRule = {
  longest: longestFrame,
  look: (octets) => {
    const end = octets.indexOf(etx);
    const body = end < 0 ? octets : octets.subarray(0, end);
    if (body.lastIndexOf(stx) !== 0) return 'skip';
    return end < 0 || octets.length < end + 2 ? 'more' : frameOf(end + 2);
  },
};

/**
 * Refuses `truncated`, `length`, `sync`, `format`, `range`, and `checksum` unless a good frame
 * follows in the same octets. A repeat has no encoder: a device sends the two frames by itself.
 */
export const vitalograph: Codec<VitalographBlow | VitalographRepeat> = {
  decode: (octets) => {
    refuseUnless(octetAt(octets, 0) === stx, 'sync');
    const end = octets.indexOf(etx);
    refuseUnless(end > 0 && octets.length >= end + 2, 'truncated');
    const text = textAt(octets, 0);
    if (text === null) return { error: 'checksum', nextFrame: nextFrame(octets) };
    refuseUnless(octets.length === end + 2, 'length');
    return blow(text);
  },
  encode: (value) => {
    if ('error' in value) throw new CodecRefusal(value.error);
    return encodeBlow(value);
  },
};
