/**
 * Contec CMS50D+, E and F on their cable: sixty samples a second, of which every finger gives one
 * reading. Protocol 5 streams by itself; protocol 7 is started, and stops unless it is told once a
 * second that somebody listens. What is stored in them has no time and is not read. Sources:
 * CMS50Dplus, CMS50Dplus7.
 */
import { toHex } from '../bytes.js';
import { CodecRefusal, type Codec } from '../codec.js';
import type { SerialConversation, SerialProfile } from '../device.js';
import type { Reading } from '../reading.js';
import { cms50Live, cms50LiveStream, type Cms50Live } from '../serial/contec-cms50-v5.js';
import {
  cms50Packet,
  cms50RealtimeStream,
  type Cms50Packet,
  type Cms50Realtime,
} from '../serial/contec-cms50-v7.js';
import type { FrameRule } from '../serial/framer.js';
import { FingerEpisode, type FingerSample } from './common/finger-episode.js';
import { Line } from './common/line.js';
import { failed, measured, outcomeOf, readingOf, valueOf } from './common/readings.js';

/** The oximeter never says that its value is settled; half a minute is what users are told to wait. */
export const cms50SettleSeconds = 30;
export const cms50SamplesPerSecond = 60;
/** Twice a second, should it send but half as many samples as documented. */
const samplesBetweenSigns = 30;
/** Without a sample for so long the stream has stopped, or nobody has switched the oximeter on. */
const signMs = 1_000;
/** Seconds without a sample until the line counts as one without an oximeter. */
const maxSilences = 60;

/** Commands of protocol 7, the octet behind `7D 81`. */
export const cms50Commands = { start: 0xa1, alive: 0xaf } as const;
export const cms50CommandType = 0x7d;

function command(octet: number): Uint8Array {
  const data = toHex(Uint8Array.of(octet, 0, 0, 0, 0, 0, 0));
  return cms50Packet.encode({ packetType: cms50CommandType, data });
}

/** What both protocols say of a sample. */
interface Sample {
  /** Finger out, or the probe is broken. */
  readonly isOff: boolean;
  readonly spo2: number | null;
  readonly pulseRate: number | null;
}

function toReading({ isOff, spo2, pulseRate }: Sample, octets: Uint8Array): Reading {
  // With the finger out the last values may still stand in the sample.
  const outcome = isOff ? failed('sensor_off') : outcomeOf({ spo2, pulse_rate: pulseRate });
  return readingOf('spo2', octets, outcome);
}

/** 0 and 127 %, 0 and 255 a minute: it measures nothing. */
const nothing: readonly number[] = [0, 0x7f];
const noPulse: readonly number[] = [0, 0xff];
const highestSpo2 = 100;

function sampleOfLive(live: Cms50Live): Sample {
  const { spo2, pulseRate } = live;
  if (spo2 > highestSpo2 && !nothing.includes(spo2)) throw new CodecRefusal('range');
  return {
    isOff: live.fingerOut || live.probeError,
    spo2: nothing.includes(spo2) ? null : spo2,
    pulseRate: noPulse.includes(pulseRate) ? null : pulseRate,
  };
}

/** A value that a sample can say; refuses `range`. */
function said(reading: Reading, code: 'spo2' | 'pulse_rate', highest: number): number {
  const value = valueOf(reading, code) ?? 0;
  if (!Number.isInteger(value) || value > highest) throw new CodecRefusal('range');
  return value;
}

const highestPulse = 254;

function liveOf(reading: Reading): Cms50Live {
  return {
    signalStrength: 0,
    fingerOut: reading.failure === 'sensor_off',
    droppingSpo2: false,
    beep: false,
    pulseWaveform: 0,
    barGraph: 0,
    probeError: false,
    searching: reading.failure !== null,
    pulseRate: said(reading, 'pulse_rate', highestPulse),
    spo2: said(reading, 'spo2', highestSpo2),
  };
}

function sampleOfPacket(packet: Cms50Packet): Sample {
  if (!('kind' in packet) || packet.kind !== 'realtime') throw new CodecRefusal('format');
  const { probeError, spo2, pulseRate }: Cms50Realtime = packet;
  if (spo2 !== null && spo2 > highestSpo2) throw new CodecRefusal('range');
  return { isOff: probeError, spo2: measured(spo2), pulseRate: measured(pulseRate) };
}

const [probeErrorBit, missingPulse, missingSpo2, realtime] = [0x80, 0xff, 0x7f, 0x01];

function packetOf(reading: Reading): Cms50Packet {
  const state = reading.failure === 'sensor_off' ? probeErrorBit : 0;
  const pulse = said(reading, 'pulse_rate', highestPulse) || missingPulse;
  const spo2 = said(reading, 'spo2', highestSpo2) || missingSpo2;
  const data = toHex(Uint8Array.of(state, 0, 0, pulse, spo2, 0, 0));
  return { packetType: realtime, data };
}

interface Protocol {
  readonly stream: FrameRule;
  readonly read: (octets: Uint8Array) => Reading;
  readonly write: (reading: Reading) => Uint8Array;
  /** Whether it wants to be started, and told that somebody listens. */
  readonly isAsked: boolean;
}

function protocol<T>(
  codec: Codec<T>,
  sampleOf: (decoded: T) => Sample,
  recordFor: (reading: Reading) => T,
): Pick<Protocol, 'read' | 'write'> {
  return {
    read: (octets) => toReading(sampleOf(codec.decode(octets)), octets),
    write: (reading) => codec.encode(recordFor(reading)),
  };
}

export type Cms50Version = 5 | 7;

const protocols: Readonly<Record<Cms50Version, Protocol>> = {
  5: { stream: cms50LiveStream, isAsked: false, ...protocol(cms50Live, sampleOfLive, liveOf) },
  7: {
    stream: cms50RealtimeStream,
    isAsked: true,
    ...protocol(cms50Packet, sampleOfPacket, packetOf),
  },
};

function fingerSample(reading: Reading): FingerSample {
  return { attached: reading.failure !== 'sensor_off', reading, settled: false };
}

/** The stream of one conversation; null where it has ended. */
class Stream {
  readonly #conversation: SerialConversation;
  readonly #isAsked: boolean;
  readonly #line: Line;
  #sinceSign = 0;

  constructor(conversation: SerialConversation, { stream, isAsked }: Protocol) {
    this.#conversation = conversation;
    this.#isAsked = isAsked;
    this.#line = new Line(conversation, stream);
  }

  async start(): Promise<void> {
    if (this.#isAsked) await this.#conversation.write(command(cms50Commands.start));
  }

  give(frame: Uint8Array, handler: (frame: Uint8Array) => Promise<void>): Promise<void> {
    return this.#line.give(frame, handler);
  }

  async next(): Promise<Uint8Array | null> {
    if (!this.#isAsked) return this.#line.next();
    this.#sinceSign += 1;
    if (this.#sinceSign >= samplesBetweenSigns) await this.#sign();
    for (let silence = 0; silence < maxSilences; silence += 1) {
      const frame = await this.#line.next(signMs);
      if (frame !== null) return frame;
      await this.#sign();
    }
    return null;
  }

  async #sign(): Promise<void> {
    this.#sinceSign = 0;
    await this.#conversation.write(command(cms50Commands.alive));
  }
}

/** The profile says its version, for the virtual device of the same name. */
export interface Cms50SerialProfile extends SerialProfile {
  readonly name: 'cms50-serial';
  readonly version: Cms50Version;
}

/** A CMS50 on its cable. */
export function cms50Serial(version: Cms50Version): Cms50SerialProfile {
  const { read, write } = protocols[version];
  return {
    name: 'cms50-serial',
    version,
    clock: 'untouched',
    read,
    write,
    async converse(conversation) {
      const stream = new Stream(conversation, protocols[version]);
      const finger = new FingerEpisode({
        samplesPerSecond: cms50SamplesPerSecond,
        settleSeconds: cms50SettleSeconds,
      });
      let last: Uint8Array = new Uint8Array(0);
      await stream.start();
      for (let frame = await stream.next(); frame !== null; frame = await stream.next()) {
        last = frame;
        await stream.give(frame, async (octets) => {
          const reading = finger.add(fingerSample(read(octets)));
          if (reading !== null) await conversation.take(reading);
        });
      }
      const broken = finger.end(last);
      if (broken !== null) await conversation.take(broken);
    },
  };
}

/** Whether the profile is one of these. */
export function isCms50Serial(profile: SerialProfile): profile is Cms50SerialProfile {
  return profile.name === 'cms50-serial';
}
