/**
 * The conversation of the Contec SP spirometers in octets: which answers there are, and the commands.
 * Nothing is ever deleted: `93` and the closing `91 7F` would. Source: contec-spirometer-ios-app.
 */
import type { LocalDateTime } from '../reading.js';
import { octetAt } from '../serial/fields.js';
import { frameOf, type FrameRule, type FrameVerdict } from '../serial/framer.js';
import { fromLocal } from '../serial/local-time.js';
import { contecCommand } from './contec-seven-bit.js';

/** First octets of the answers. */
export const contecAnswer = {
  hello: 0xf0,
  timeSet: 0xf3,
  identity: 0xf2,
  predicted: 0xe4,
  count: 0xe0,
  result: 0xe1,
  wave: 0xe2,
} as const;

/** Octets of each answer, the first one included. */
const lengths: Readonly<Record<number, number>> = {
  [contecAnswer.hello]: 2,
  [contecAnswer.timeSet]: 3,
  [contecAnswer.identity]: 8,
  [contecAnswer.predicted]: 23,
  [contecAnswer.count]: 10,
  [contecAnswer.result]: 44,
};

const waveHead = 5;
const waveFrame = 8;
/** A curve of 15 s, longer than anybody blows, if it had a hundred frames a second. */
const maxWaveFrames = 1_500;

/** A number of two octets with seven bits each, low octet first. */
export function contecPair(octets: Uint8Array, at: number): number {
  return (octetAt(octets, at) & 0x7f) | ((octetAt(octets, at + 1) & 0x7f) << 7);
}

/** The curve: record, number of frames, frames of eight octets. */
function lookAtWave(octets: Uint8Array): FrameVerdict {
  if (octets.length < waveHead) return 'more';
  const frames = contecPair(octets, 3);
  if (frames > maxWaveFrames) return 'skip';
  const length = waveHead + waveFrame * frames;
  return octets.length < length ? 'more' : frameOf(length);
}

/** Where the answers are in what the spirometer notifies. */
export const contecAnswers: FrameRule = {
  longest: waveHead + waveFrame * maxWaveFrames,
  look: (octets) => {
    const [first = 0] = octets;
    // What stands behind a curve is not known: octets that begin no answer are passed over.
    if (first < 0x80) return frameOf(1);
    if (first === contecAnswer.wave) return lookAtWave(octets);
    const length = lengths[first];
    if (length === undefined) return 'skip';
    const early = octets.subarray(1, length).some((octet) => octet >= 0x80);
    if (early) return 'skip';
    return octets.length < length ? 'more' : frameOf(length);
  },
};

/** The commands of one reading of the memory, in their order. */
export const contecCommands = {
  hello: contecCommand(0x80),
  identify: contecCommand(0x82),
  predict: contecCommand(0x94),
  count: contecCommand(0x90),
  firstRecord: contecCommand(0x91, 0, 1),
  wave: contecCommand(0x92),
  nextRecord: contecCommand(0x91, 1, 1),
  /** The memory stays as it is. */
  keep: contecCommand(0x91, 0x7e, 1),
} as const;

const yearOfZero = 2000;

/** Sets the clock; the milliseconds are always 0. Refuses `range`. */
export function contecSetTime(now: LocalDateTime): Uint8Array {
  const { year, month, day, hour, minute, second } = fromLocal(now);
  return contecCommand(0x83, year - yearOfZero, month, day, hour, minute, second, 0, 0);
}
