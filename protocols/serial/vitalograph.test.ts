import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../bytes.js';
import { StreamFramer } from './framer.js';
import { vitalograph, vitalographStream } from './vitalograph.js';

const because = (reason: string): unknown => expect.objectContaining({ reason });

describe('Vitalograph lung monitor', () => {
  const good =
    '024654443030303031323934303633363333393930393134303430303030303030393530393030303031333035' +
    '323831303434313830393233036a';
  const damaged = `${good.slice(0, -2)}6b`;

  it('gives the good frame behind a damaged one', () => {
    expect(vitalograph.decode(fromHex(damaged + good))).toStrictEqual({
      error: 'checksum',
      nextFrame: vitalograph.decode(fromHex(good)),
    });
  });

  it('finds the good frame also when the damaged one lost its end', () => {
    const cut = damaged.slice(0, 40);
    expect(vitalograph.decode(fromHex(cut + good))).toMatchObject({ error: 'checksum' });
  });

  it('tells a poor test', () => {
    const blow = vitalograph.decode(fromHex(good));
    if ('error' in blow) throw new Error('The frame is good.');
    const poor = vitalograph.encode({ ...blow, goodTest: false });
    expect(vitalograph.decode(poor)).toStrictEqual({ ...blow, goodTest: false });
  });

  it.each([
    ['two damaged frames', damaged + damaged, 'checksum'],
    ['a second good frame', good + good, 'length'],
    ['octets before the start', `00${good}`, 'sync'],
    ['a frame without end', good.slice(0, 60), 'truncated'],
    ['another text', '024654440322', 'checksum'],
    ['no octets', '', 'truncated'],
  ])('refuses %s', (_, hex, reason) => {
    expect(() => vitalograph.decode(fromHex(hex))).toThrow(because(reason));
  });

  it('refuses the 30th of February', () => {
    const blow = vitalograph.decode(fromHex(good));
    if ('error' in blow) throw new Error('The frame is good.');
    expect(() => vitalograph.encode({ ...blow, timestamp: '2013-02-30T10:44:18' })).toThrow(
      because('range'),
    );
  });

  it('is cut out of a stream, damaged or not', () => {
    const framer = new StreamFramer(vitalographStream);
    const frames = framer.push(fromHex(`ff02${damaged}${good}`));
    expect(frames.map(toHex)).toEqual([damaged, good]);
  });
});
