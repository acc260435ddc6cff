import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PacketGuard } from './packet-guard.js';

const limit = 1_000;

/** A packet with this many octets after its header; MQTT 3.1.1 §2.2.3. */
function packet(length: number): Buffer {
  const header = [0x30];
  let rest = length;
  do {
    header.push((rest % 128) + (rest >= 128 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.concat([Buffer.from(header), Buffer.alloc(length, 0xff)]);
}

function watchInParts(guard: PacketGuard, octets: Buffer, partLength: number): void {
  for (let at = 0; at < octets.length; at += partLength)
    guard.watch(octets.subarray(at, at + partLength));
}

describe('packet guard', () => {
  it('lets packets up to the limit pass, however they are cut into parts', () => {
    const lengths = fc.array(fc.integer({ min: 0, max: limit }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 700 }), (all, part) => {
        watchInParts(new PacketGuard(limit), Buffer.concat(all.map(packet)), part);
      }),
    );
  });

  it('stops at the header of a packet above the limit, whatever came before', () => {
    const lengths = fc.array(fc.integer({ min: 0, max: limit }), { maxLength: 10 });
    const tooLong = fc.integer({ min: limit + 1, max: 268_435_455 });
    fc.assert(
      fc.property(lengths, tooLong, fc.integer({ min: 1, max: 700 }), (all, length, part) => {
        const guard = new PacketGuard(limit);
        watchInParts(guard, Buffer.concat(all.map(packet)), part);
        const header = packet(Math.min(length, 300_000)).subarray(0, 5);
        expect(() => watchInParts(guard, header, part)).toThrow(/larger/);
      }),
    );
  });

  it('stops at a length of more than four octets', () => {
    const guard = new PacketGuard(2 ** 40);
    expect(() => guard.watch(Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80]))).toThrow();
  });
});
