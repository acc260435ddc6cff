import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advertisingData } from './advertising-data.js';
import { H4Splitter } from './h4.js';
import { Reassembler, fragmentsOf } from './l2cap.js';
import { TurnQueue } from './turns.js';

describe('L2CAP', () => {
  it('puts any PDU together again from its fragments', () => {
    fc.assert(
      fc.property(fc.nat(0xffff), fc.uint8Array({ maxLength: 600 }), (channel, payload) => {
        const reassembler = new Reassembler();
        const fragments = fragmentsOf({ channel, payload });
        const results = fragments.map((fragment) => reassembler.push(fragment));
        expect(fragments.every(({ octets }) => octets.length <= 27)).toBe(true);
        expect(results.slice(0, -1).every((result) => result === null)).toBe(true);
        expect(results.at(-1)).toEqual({ channel, payload });
      }),
    );
  });

  it('drops what is broken off, too long or without a beginning', () => {
    const reassembler = new Reassembler();
    const push = (first: boolean, ...octets: number[]) =>
      reassembler.push({ first, octets: Uint8Array.from(octets) });
    expect(push(false, 1, 0, 4, 0, 9)).toBe(null);
    expect(push(true, 9, 0, 4, 0, 1)).toBe(null);
    expect(push(true, 1, 0, 4, 0, 7)).toEqual({ channel: 4, payload: Uint8Array.of(7) });
    expect(push(true, 1, 0, 4, 0, 7, 8)).toBe(null); // more than announced
    expect(push(true, 0xff, 0xff, 4, 0)).toBe(null); // more than anybody sends
    expect(push(false, 1, 2, 3)).toBe(null);
    expect(push(true, 0, 0, 4, 0)).toEqual({ channel: 4, payload: new Uint8Array() });
  });
});

describe('H4', () => {
  const packet = fc.oneof(
    fc.uint8Array({ maxLength: 255 }).map((p) => Uint8Array.of(1, 3, 12, p.length, ...p)),
    fc.uint8Array({ maxLength: 255 }).map((p) => Uint8Array.of(4, 14, p.length, ...p)),
    fc
      .uint8Array({ maxLength: 300 })
      .map((p) => Uint8Array.of(2, 64, 0, p.length & 0xff, p.length >> 8, ...p)),
  );

  it('finds the packets in a stream that is cut anywhere', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(packet), cuts, (packets, lengths) => {
        const stream = Uint8Array.from(packets.flatMap((octets) => [...octets]));
        const splitter = new H4Splitter();
        const found: Uint8Array[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn += 1) {
          const length = lengths[turn % lengths.length]!;
          found.push(...splitter.push(stream.subarray(at, at + length)));
          at += length;
        }
        expect(found).toEqual(packets);
      }),
    );
  });

  it('refuses a stream that is something else', () => {
    expect(() => new H4Splitter().push(Uint8Array.of(0x48))).toThrow(RangeError);
  });
});

describe('advertising data', () => {
  it('lets what does not fit go into the scan response and shortens the name', () => {
    const vendor = '00112233445566778899aabbccddeeff';
    const manufacturerData = new Uint8Array(14).fill(1);
    const services = ['1810', vendor];
    const name = 'A blood pressure monitor';
    const both = advertisingData({ flags: 6, services, manufacturerData, name });
    expect(Buffer.from(both.advertisingData).toString('hex')).toBe(
      '020106' + '0303' + '1018' + '1107' + 'ffeeddccbbaa99887766554433221100',
    );
    expect(Buffer.from(both.scanResponse).toString('hex')).toBe(
      '0fff' + '01'.repeat(14) + '0e08' + Buffer.from(name).toString('hex').slice(0, 26),
    );
    expect(both.scanResponse).toHaveLength(31);
  });

  it('says no name where there is none', () => {
    const { scanResponse } = advertisingData({ flags: 6, services: [], name: null });
    expect(scanResponse).toEqual(new Uint8Array());
  });
});

describe('turns', () => {
  it('keep their order and let nothing be lost after a task that throws', async () => {
    const turns = new TurnQueue();
    const done: number[] = [];
    const uncaught = new Promise<unknown>((resolve) => {
      const others = process.listeners('uncaughtException');
      process.removeAllListeners('uncaughtException');
      process.once('uncaughtException', (error) => {
        for (const listener of others) process.on('uncaughtException', listener);
        resolve(error);
      });
    });
    turns.post(() => done.push(1));
    turns.post(() => {
      throw new Error('a behaviour with a bug');
    });
    turns.post(() => {
      done.push(2);
      turns.post(() => done.push(4));
    });
    turns.post(() => done.push(3));
    expect(done).toEqual([]);
    expect(String(await uncaught)).toContain('a bug');
    for (let turn = 0; turn < 4; turn += 1) await new Promise(setImmediate);
    expect(done).toEqual([1, 2, 3, 4]);
  });

  it('ends a loop that has run away', () => {
    const turns = new TurnQueue();
    expect(() => {
      for (;;) turns.post(() => undefined);
    }).toThrow(RangeError);
  });
});
