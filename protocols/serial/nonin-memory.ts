/**
 * Memory playback of the Nonin WristOx2 3150: triplets of two data octets and their sum modulo 256.
 * A session begins with the marker `FE FD`, then ten triplets of header (seconds per sample and
 * format; current, stop and start time, each as month day, year minute, second hour), then one
 * triplet of pulse rate and SpO2 per sample. Source: WristOx2 NMI client (memory playback).
 */
import { CodecRefusal, type Codec } from '../codec.js';
import type { LocalDateTime } from '../reading.js';
import { octetAt, orNull, refuseUnless, sum8, whole } from './fields.js';
import { fromLocal, toLocal } from './local-time.js';

export interface MemorySample {
  readonly pulseRate: number | null;
  readonly spo2: number | null;
}

/** The bare marker where no legible header follows it. */
export interface SessionMarker {
  readonly marker: 'sessionHeader';
}

export interface SessionHeader extends SessionMarker {
  readonly secondsPerSample: number;
  readonly format: number;
  /** The oximeter's clock when it was read, the end and the beginning of the session. */
  readonly currentTime: LocalDateTime;
  readonly stopTime: LocalDateTime;
  readonly startTime: LocalDateTime;
}

export type MemoryTriplet =
  MemorySample | SessionMarker | SessionHeader | { readonly error: 'checksum' | 'range' };

export interface NoninMemory {
  readonly triplets: readonly MemoryTriplet[];
}

type Pair = readonly [first: number, second: number] | null;

const tripletLength = 3;
const marker = [0xfe, 0xfd] as const;
/** Triplets behind the marker that belong to the header. */
const headerTriplets = 10;
const missing = 255;
/** Above this, pulse rates are stored in steps of two. */
const compressedFrom = 200;
const highestSpo2 = 100;

function pairs(octets: Uint8Array): readonly Pair[] {
  refuseUnless(octets.length % tripletLength === 0, 'truncated');
  return Array.from({ length: octets.length / tripletLength }, (_, index) => {
    const at = index * tripletLength;
    const data = octets.subarray(at, at + 2);
    return sum8(data) === octets[at + 2] ? [octetAt(data, 0), octetAt(data, 1)] : null;
  });
}

function sample([pulse, spo2]: readonly [number, number]): MemoryTriplet {
  if (spo2 > highestSpo2 && spo2 !== missing) return { error: 'range' };
  const wide = pulse > compressedFrom ? compressedFrom + 2 * (pulse - compressedFrom) : pulse;
  return {
    pulseRate: pulse === missing ? null : wide,
    spo2: spo2 === missing ? null : spo2,
  };
}

function time(octets: readonly number[]): LocalDateTime {
  const [month = 0, day = 0, year = 0, minute = 0, second = 0, hour = 0] = octets;
  return toLocal({ year: 2000 + year, month, day, hour, minute, second });
}

/** The header, null when a triplet is damaged, missing, or no time. */
function header(following: readonly Pair[]): SessionHeader | null {
  const octets = following.flatMap((pair) => (pair === null ? [] : [...pair]));
  if (octets.length !== 2 * headerTriplets) return null;
  return orNull(() => ({
    marker: 'sessionHeader',
    secondsPerSample: octets[0] ?? 0,
    format: octets[1] ?? 0,
    currentTime: time(octets.slice(2, 8)),
    stopTime: time(octets.slice(8, 14)),
    startTime: time(octets.slice(14, 20)),
  }));
}

const isMarker = (pair: Pair): boolean => pair?.[0] === marker[0] && pair[1] === marker[1];

function headerOctets(value: SessionMarker | SessionHeader): readonly number[] {
  if (!('startTime' in value)) return marker;
  const times = [value.currentTime, value.stopTime, value.startTime].flatMap((text) => {
    const { year, month, day, hour, minute, second } = fromLocal(text);
    return [month, day, whole(year - 2000, 0, 0xff), minute, second, hour];
  });
  const settings = [whole(value.secondsPerSample, 0, 0xff), whole(value.format, 0, 0xff)];
  return [...marker, ...settings, ...times];
}

function sampleOctets({ pulseRate, spo2 }: MemorySample): readonly number[] {
  const pulse = pulseRate ?? missing;
  const compressed = compressedFrom + (pulse - compressedFrom) / 2;
  const raw = pulseRate === null || pulse <= compressedFrom ? pulse : compressed;
  const highest = pulseRate === null ? missing : missing - 1;
  return [whole(raw, 0, highest), spo2 === null ? missing : whole(spo2, 0, highestSpo2)];
}

function dataOctets(triplet: MemoryTriplet): readonly number[] {
  if ('error' in triplet) throw new CodecRefusal(triplet.error);
  return 'marker' in triplet ? headerOctets(triplet) : sampleOctets(triplet);
}

function withChecks(data: readonly number[]): readonly number[] {
  return data.flatMap((octet, place) =>
    place % 2 === 0 ? [octet] : [octet, (octet + (data[place - 1] ?? 0)) & 0xff],
  );
}

/** Refuses `truncated` unless there are whole triplets; a damaged one is an entry of its own. */
export const noninMemory: Codec<NoninMemory> = {
  decode: (octets) => {
    const all = pairs(octets);
    const triplets: MemoryTriplet[] = [];
    for (let at = 0; at < all.length; at += 1) {
      const pair = all[at] ?? null;
      if (pair === null) triplets.push({ error: 'checksum' });
      else if (!isMarker(pair)) triplets.push(sample(pair));
      else {
        const found = header(all.slice(at + 1, at + 1 + headerTriplets));
        triplets.push(found ?? { marker: 'sessionHeader' });
        if (found !== null) at += headerTriplets;
      }
    }
    return { triplets };
  },
  encode: ({ triplets }) => Uint8Array.from(triplets.flatMap((one) => withChecks(dataOctets(one)))),
};
