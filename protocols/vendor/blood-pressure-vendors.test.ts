import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../bytes.js';
import { ihealthRecord } from './ihealth-kn550bt.js';
import { microlifeFrame, microlifeRecords } from './microlife.js';
import { yonkerBp } from './yonker-bp.js';

const because = (reason: string): unknown => expect.objectContaining({ reason });

describe('Microlife', () => {
  it.each([
    ['a wrong check octet', '4d3a0002810b', 'checksum'],
    ['another start', '4e3a0002810b', 'sync'],
    ['another direction', '4d3b0002810b', 'sync'],
    ['a missing octet', '4d3a0003810a', 'truncated'],
    ['an octet too many', '4d3a0002810a00', 'length'],
    ['no check octet', '4d3a0000', 'length'],
  ])('refuses %s', (_, hex, reason) => {
    expect(() => microlifeFrame.decode(fromHex(hex))).toThrow(because(reason));
  });

  it('carries more than 255 octets', () => {
    const payload = 'ab'.repeat(300);
    const frame = { direction: 'reply', payload } as const;
    const octets = microlifeFrame.encode(frame);
    expect(toHex(octets.subarray(0, 4))).toBe('4d3a012d');
    expect(microlifeFrame.decode(octets)).toStrictEqual(frame);
  });

  it('leaves out empty slots and impossible dates, and takes a last record without padding', () => {
    const slots = ['00000000000000000000', '78503c180d0f0e1e0000', '82554619010203 04'];
    const octets = fromHex('00'.repeat(38) + slots.join(''));
    expect(microlifeRecords.decode(octets)).toStrictEqual({
      records: [{ systolic: 130, diastolic: 85, pulseRate: 70, timestamp: '2025-01-02T03:04' }],
    });
  });

  it('refuses a payload without room for records', () => {
    expect(() => microlifeRecords.decode(new Uint8Array(37))).toThrow(because('truncated'));
  });
});

describe('iHealth and Yonker', () => {
  it('reads arrhythmia and a systolic pressure above 255', () => {
    const record = ihealthRecord.decode(fromHex('190c1f173b3b8c80420080'));
    expect(record).toMatchObject({ systolic: 268, diastolic: 128, arrhythmia: true });
    expect(record.timestamp).toBe('2025-12-31T23:59:59');
  });

  it.each([
    ['ten octets', '190b02081e052e524200', 'truncated'],
    ['the 13th month', '190d02081e052e52420000', 'range'],
  ])('refuses an iHealth record of %s', (_, hex, reason) => {
    expect(() => ihealthRecord.decode(fromHex(hex))).toThrow(because(reason));
  });

  it.each([
    ['another type', '828367510000190b18131200000000', 'sync'],
    ['14 octets', '818367510000190b181312000000', 'truncated'],
    ['hour 24', '818367510000190b18181200000000', 'range'],
  ])('refuses a Yonker packet of %s', (_, hex, reason) => {
    expect(() => yonkerBp.decode(fromHex(hex))).toThrow(because(reason));
  });
});
