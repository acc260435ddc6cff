import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodecRefusal } from '../codec.js';
import { andPbtPacket, andPbtPackets } from '../serial/and-pbt-packet.js';
import { cms50LiveStream } from '../serial/contec-cms50-v5.js';
import { cms50RealtimeStream } from '../serial/contec-cms50-v7.js';
import { StreamFramer, type FrameRule } from '../serial/framer.js';
import { lifescanStream } from '../serial/lifescan-frame.js';
import { ultra2Lines } from '../serial/onetouch-ultra2.js';
import {
  ultraEasyClock,
  ultraEasyCount,
  ultraEasyRecord,
  ultraEasyText,
} from '../serial/onetouch-ultra-easy.js';
import { taidocStream } from '../serial/taidoc.js';
import { andesfitState, andesfitStateOctets } from './andesfit-spirometer.js';
import { beurerPo60Record } from './contec-seven-bit.js';
import { contecAnswers } from './contec-spirometer-link.js';
import { microlifeCommands, microlifeFrame, microlifeReplies } from './microlife.js';
import { verioClock, verioStream } from './onetouch-verio.js';

/** What frames of these protocols begin with, and what stands in them. */
const beginnings = [
  ...[0x00, 0x02, 0x4d, 0x3a, 0xff, 0xe1, 0xe2, 0xf0, 0x0a, 0x7f, 0x01, 0x03, 0x05, 0x06, 0x08],
  ...[0x51, 0xa5, 0x80, 0x81, 0x90, 0x50, 0x20, 0x0d, 0xe9],
];

/** Octets that often look like the beginning of a frame. */
const octets = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.array(fc.constantFrom(...beginnings), { maxLength: 300 }).map((all) => Uint8Array.from(all)),
);

function framesIn(rule: FrameRule, chunks: readonly Uint8Array[]): string[] {
  const framer = new StreamFramer(rule);
  return chunks.flatMap((chunk) => framer.push(chunk)).map((frame) => frame.join(' '));
}

describe.each([
  ['Contec spirometer answers', contecAnswers],
  ['Microlife answers', microlifeReplies],
  ['Microlife commands', microlifeCommands],
  ['A&D packets', andPbtPackets],
  ['LifeScan frames', lifescanStream],
  ['Ultra2 lines', ultra2Lines],
  ['Verio frames', verioStream],
  ['TaiDoc frames', taidocStream],
  ['CMS50 samples, protocol 5', cms50LiveStream],
  ['CMS50 samples, protocol 7', cms50RealtimeStream],
])('%s', (_, rule) => {
  it('are the same frames in any chunks', () => {
    fc.assert(
      fc.property(octets, fc.integer({ min: 1, max: 30 }), (stream, size) => {
        const chunks: Uint8Array[] = [];
        for (let at = 0; at < stream.length; at += size)
          chunks.push(stream.subarray(at, at + size));
        expect(framesIn(rule, chunks)).toEqual(framesIn(rule, [stream]));
      }),
    );
  });
});

describe('a codec of these protocols', () => {
  it.each([
    ['A&D packet', (value: Uint8Array) => andPbtPacket.decode(value)],
    ['AndesFit state', andesfitState],
    ['Microlife frame', (value: Uint8Array) => microlifeFrame.decode(value)],
    ['PO60 record', (value: Uint8Array) => beurerPo60Record.decode(value)],
    ['UltraEasy result', (value: Uint8Array) => ultraEasyRecord.decode(value)],
    ['UltraEasy clock', (value: Uint8Array) => ultraEasyClock.decode(value)],
    ['UltraEasy count', (value: Uint8Array) => ultraEasyCount.decode(value)],
    ['UltraEasy text', (value: Uint8Array) => ultraEasyText.decode(value)],
    ['Verio clock', (value: Uint8Array) => verioClock.decode(value)],
  ])('%s: refuses with a reason, or decodes', (_, decode) => {
    fc.assert(
      fc.property(octets, (value) => {
        try {
          decode(value);
        } catch (error) {
          expect(error).toBeInstanceOf(CodecRefusal);
        }
      }),
    );
  });

  it('says a packet back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffff }),
        fc.stringMatching(/^[0-9A-Z]{0,12}$/),
        fc.uint8Array({ maxLength: 64 }),
        (deviceType, serialNumber, data) => {
          const packet = { deviceType, measuredAt: '2012-02-29T23:59:59', serialNumber, data };
          expect(andPbtPacket.decode(andPbtPacket.encode(packet))).toEqual(packet);
        },
      ),
    );
    const data = new Uint8Array(65);
    const long = { deviceType: 767, measuredAt: '2012-02-29T23:59:59', serialNumber: '', data };
    expect(() => andPbtPacket.encode(long)).toThrow('length');
  });

  it.each([
    { state: 'newest', number: 7 },
    { state: 'ready' },
    { state: 'ended' },
    { state: 'other' },
  ] as const)('says the state $state back', (state) => {
    expect(andesfitState(andesfitStateOctets(state))).toEqual(state);
  });
});
