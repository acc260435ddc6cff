import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../bytes.js';
import { andWeightLines } from './and-serial-weight.js';
import { asciiLines, StreamFramer, type FrameRule } from './framer.js';
import {
  noninDf13Stream,
  noninDf2Stream,
  noninDf7Stream,
  noninDf8Stream,
  noninReplies,
} from './nonin-framing.js';
import { noninDf2Packet, noninDf7Packet, type NoninPacket } from './nonin-packet.js';

const packet: NoninPacket = {
  pulseRate: 72,
  spo2: 97,
  firmwareRevision: 48,
  timer: 300,
  smartPoint: true,
  lowBattery: false,
  spo2Display: 97,
  spo2Fast: 96,
  spo2BeatToBeat: 98,
  pulseRateExtended: 171,
  spo2Extended: null,
  spo2ExtendedDisplay: 97,
  pulseRateDisplay: 72,
  pulseRateExtendedDisplay: null,
  sensorAlarm: false,
  firstPleth: 100,
};

const streams: readonly { name: string; rule: FrameRule; frames: readonly Uint8Array[] }[] = [
  {
    name: 'Nonin data format 2',
    rule: noninDf2Stream,
    frames: [noninDf2Packet.encode(packet), fromHex('06')],
  },
  {
    name: 'Nonin data format 7',
    rule: noninDf7Stream,
    frames: [noninDf7Packet.encode({ ...packet, firstPleth: 0x7fff })],
  },
  {
    name: 'Nonin data format 8',
    rule: noninDf8Stream,
    frames: [fromHex('80486120'), fromHex('a37f7f08'), fromHex('15')],
  },
  {
    name: 'Nonin data format 13',
    rule: noninDf13Stream,
    frames: [
      fromHex('0002000d000e20251102083000000200004800613b03'),
      fromHex('02f40b02353031343933323030ca03'),
    ],
  },
  {
    name: 'A&D weight lines',
    rule: andWeightLines,
    frames: [fromHex('53542c2b3132352e31306b670d0a'), fromHex('53542c2b303430352e326c620d0a')],
  },
];

function framesOf(rule: FrameRule, chunks: Iterable<Uint8Array>): readonly string[] {
  const framer = new StreamFramer(rule);
  return [...chunks].flatMap((chunk) => framer.push(chunk).map(toHex));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** The octets cut into chunks of the given sizes, again and again. */
function cut(octets: Uint8Array, sizes: readonly number[]): readonly Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (let index = 0; at < octets.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1;
    chunks.push(octets.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

const chunkSizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 });

describe.each(streams)('$name', ({ rule, frames }) => {
  const frame = fc.constantFrom(...frames);

  it('gives every frame of a clean stream, however it is cut', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 12 }), chunkSizes, (sent, sizes) => {
        expect(framesOf(rule, cut(joined(sent), sizes))).toEqual(sent.map(toHex));
      }),
    );
  });

  it('gives the same frames of a damaged stream, however it is cut', () => {
    const stretch = fc.oneof(frame, fc.uint8Array({ maxLength: 12 }));
    fc.assert(
      fc.property(fc.array(stretch, { maxLength: 10 }), chunkSizes, (sent, sizes) => {
        const octets = joined(sent);
        expect(framesOf(rule, cut(octets, sizes))).toEqual(framesOf(rule, [octets]));
      }),
    );
  });

  it('finds the frames again behind rubbish, at the latest with the second one', () => {
    const long = fc.constantFrom(...frames.filter((one) => one.length > 1));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), long, (rubbish, one) => {
        const quiet = new Uint8Array(rule.longest).fill(0x20);
        const found = framesOf(rule, [rubbish, quiet, one, one]);
        expect(found.slice(-1)).toEqual([toHex(one)]);
      }),
    );
  });

  it('holds less than one frame and counts what it skips, for rubbish without end', () => {
    const framer = new StreamFramer(rule);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (rubbish) => {
        framer.push(rubbish);
        expect(framer.buffered).toBeLessThan(rule.longest);
      }),
    );
    expect(framer.skipped).toBeGreaterThan(0);
  });
});

describe('a stream framer', () => {
  it('gives up a frame that does not end at the longest length and takes the next one', () => {
    const framer = new StreamFramer(asciiLines(['A'], 6));
    expect(framer.push(fromHex('414242424242'))).toEqual([]);
    expect(framer.buffered).toBe(0);
    expect(framer.skipped).toBe(6);
    expect(framer.push(fromHex('4142420d0a')).map(toHex)).toEqual(['4142420d0a']);
  });

  it('drops a line that was cut off when the next one begins', () => {
    const framer = new StreamFramer(andWeightLines);
    const cutOff = fromHex('53542c2b3132');
    const whole = fromHex('53542c2b3132352e31306b670d0a');
    expect(framer.push(joined([cutOff, whole])).map(toHex)).toEqual([toHex(whole)]);
    expect(framer.skipped).toBe(cutOff.length);
  });

  it('leaves out a packet with a damaged frame and takes the one behind it', () => {
    const good = noninDf2Packet.encode(packet);
    const bad = good.slice();
    bad[52] = 0xff;
    const framer = new StreamFramer(noninDf2Stream);
    expect(framer.push(joined([bad, good])).map(toHex)).toEqual([toHex(good)]);
  });

  it('hands on a spot check whose check octet is wrong: the codec refuses it', () => {
    const wrong = fromHex('0002000d000e20251102083000000200004800610003');
    expect(new StreamFramer(noninDf13Stream).push(wrong).map(toHex)).toEqual([toHex(wrong)]);
  });

  it('does not wait for an impossible reply length', () => {
    const framer = new StreamFramer(noninReplies);
    framer.push(fromHex('02f4ff'));
    expect(framer.buffered).toBe(0);
  });
});
