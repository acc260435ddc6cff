import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../bytes.js';
import { accepting, association } from './ieee11073-association.js';
import { scanReport, type ScanReport } from './ieee11073-report.js';

const because = (reason: string): unknown => expect.objectContaining({ reason });

/** A fixed report with these observations (hexadecimal, handle and length included). */
function fixed(observations: readonly string[], choice = '0101'): Uint8Array {
  const two = (value: number): string => value.toString(16).padStart(4, '0');
  const wrapped = (hex: string): string => two(hex.length / 2) + hex;
  const list = observations.join('');
  const info = `f0000007${two(observations.length)}${wrapped(list)}`;
  const event = `0000ffffffff0d1d${wrapped(info)}`;
  return fromHex(`e700${wrapped(wrapped(`1234${choice}${wrapped(event)}`))}`);
}

const time = '2025110208300550';

describe('IEEE 11073-20601 scan reports', () => {
  it('reads a weight in pounds from a variable report', () => {
    const report =
      'e700003a0038100001010032 0000ffffffff0d1e0028 f000000000010020' +
      '00010003001a 0a560004ff00063a 099000082012060516444800 0996000206e0';
    expect(scanReport.decode(fromHex(report))).toStrictEqual({
      invokeId: 0x1000,
      confirmed: true,
      eventType: '0d1e',
      scanReportNo: 0,
      multiPerson: false,
      observations: [
        { handle: 1, value: 159.4, timestamp: '2012-06-05T16:44:48.00', unitCode: 0x06e0 },
      ],
    });
  });

  it('gives special values by name and keeps the hundredths of the time', () => {
    const report = scanReport.decode(fixed([`0001000a07ff${time}`, `000a000c007fffff${time}`]));
    expect(report.observations).toStrictEqual([
      { handle: 1, value: 'NaN', timestamp: '2025-11-02T08:30:05.50' },
      { handle: 10, value: 'NaN', timestamp: '2025-11-02T08:30:05.50' },
    ]);
  });

  it('tells a report that needs no confirmation', () => {
    const report = scanReport.decode(fixed([`0001000af3e8${time}`], '0100'));
    expect(report).toMatchObject({ confirmed: false, scanReportNo: 7, invokeId: 0x1234 });
    expect(report.observations[0]?.value).toBe(100);
  });

  it('leaves an observation of unknown form raw', () => {
    const report = scanReport.decode(fixed(['00010003aabbcc', `0002000af123${time}`]));
    expect(report.observations[0]).toStrictEqual({ handle: 1, raw: 'aabbcc' });
    expect(report.observations[1]?.value).toBe(29.1);
  });

  it.each([
    ['a count above the observations', ['0001000a0064'], 'truncated'],
    ['a month that does not exist', ['0001000a0064 2025130208300550'], 'range'],
  ])('refuses %s', (_, observations, reason) => {
    const whole = observations.map((one) => one.replace(' ', ''));
    expect(() => scanReport.decode(fixed(whole))).toThrow(because(reason));
  });

  it('refuses a confirmation, a get and a report of a scanner object', () => {
    const confirmation = 'e7000012001080000201000a0000000000000d1d0000';
    expect(() => scanReport.decode(fromHex(confirmation))).toThrow(because('opcode'));
    const scanner = toHex(fixed([`0001000a0064${time}`])).replace('0000ffffffff', '0005ffffffff');
    expect(() => scanReport.decode(fromHex(scanner))).toThrow(because('opcode'));
  });

  it('refuses every nested length that is wrong', () => {
    const octets = fixed([`0001000a0064${time}`]);
    for (const at of [3, 5, 11, 21, 29, 33]) {
      const damaged = octets.slice();
      damaged[at]! += 1;
      expect(() => scanReport.decode(damaged), `octet ${at}`).toThrow();
    }
  });

  it('decodes what it encodes', () => {
    const stamp = fc.constant('2025-11-02T08:30:05.50');
    const single = fc.record({
      handle: fc.nat(0xffff),
      value: fc.oneof(fc.integer({ min: -2000, max: 2000 }), fc.constant('NRes' as const)),
      timestamp: stamp,
    });
    const panel = fc.record({
      handle: fc.nat(0xffff),
      values: fc.array(fc.nat(300), { minLength: 3, maxLength: 3 }),
      timestamp: stamp,
    });
    const report: fc.Arbitrary<ScanReport> = fc.record({
      invokeId: fc.nat(0xffff),
      confirmed: fc.boolean(),
      eventType: fc.constantFrom('0d1d', '0d1e'),
      scanReportNo: fc.nat(0xffff),
      multiPerson: fc.constant(false),
      observations: fc.array(fc.oneof(single, panel), { maxLength: 6 }),
    });
    fc.assert(
      fc.property(report, (one) => {
        expect(scanReport.decode(scanReport.encode(one))).toEqual(one);
      }),
    );
  });
});

describe('IEEE 11073-20601 association', () => {
  it('reads release, its answer, abort and a rejection', () => {
    expect(association.decode(fromHex('e40000020000'))).toStrictEqual({
      choice: 'e400',
      reason: 0,
    });
    expect(association.decode(fromHex('e50000020000'))).toStrictEqual({
      choice: 'e500',
      reason: 0,
    });
    expect(association.decode(fromHex('e60000020002'))).toStrictEqual({
      choice: 'e600',
      reason: 2,
    });
    expect(association.decode(fromHex('e3000006000200000000'))).toStrictEqual({
      choice: 'e300',
      result: 2,
      dataProtoId: 0,
      systemId: null,
    });
  });

  it('reads the head of a report and of a get', () => {
    expect(association.decode(fixed([`0001000a0064${time}`]))).toStrictEqual({
      choice: 'e700',
      invokeId: 0x1234,
      choiceType: '0101',
      eventType: '0d1d',
    });
    expect(association.decode(fromHex('e700000e000c0001010300060000000000 00'))).toStrictEqual({
      choice: 'e700',
      invokeId: 1,
      choiceType: '0103',
      eventType: null,
    });
  });

  it('accepts as the published manager does', () => {
    expect(toHex(association.encode(accepting('8877665544332211')))).toBe(
      'e300002c000050790026800000008000800000000000000080000000' +
        '0008887766554433221100000000000000000000',
    );
  });

  it.each([
    ['an unknown choice', 'ea0000020000', 'opcode'],
    ['a wrong length', 'e40000030000', 'length'],
    ['a cut-off request', 'e20000068000000000 01', 'truncated'],
    ['a request without protocol', 'e2000008800000000 0000000', 'format'],
  ])('refuses %s', (_, hex, reason) => {
    expect(() => association.decode(fromHex(hex))).toThrow(because(reason));
  });
});
