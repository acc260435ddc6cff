import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeSequence, type SequenceStep } from './sequences.js';

interface SequenceCase {
  readonly name: string;
  readonly steps: readonly SequenceStep[];
  readonly expect: object;
}

// Checked data of this repository; the form is described in vectors/README.md.
const { cases } = JSON.parse(
  readFileSync(new URL('../vectors/sequences.json', import.meta.url), 'utf8'),
) as { cases: SequenceCase[] };

const requestAll = { uuid: '2a52', op: 'write', hex: '0101' };
const countAll = { uuid: '2a52', op: 'write', hex: '0401' };
const reported = { uuid: '2a52', op: 'indicate', hex: '06000101' };
const glucose104 = { uuid: '2a18', op: 'notify', hex: '0b0400e407050e0c311d4e0168b0f80000' };
const record104 = { sequenceNumber: 4, mgPerDl: 104 };
const pressure = { uuid: '2a35', op: 'indicate', hex: '167c0056006100e807060f11111b33000000' };
const weight = { uuid: '2a9d', op: 'indicate', hex: '0e783eea07050c12353601ee002607' };

function indicate(uuid: string, hex: string): SequenceStep {
  return { uuid, op: 'indicate', hex };
}

describe('vectors', () => {
  it.each(cases)('$name', ({ steps, expect: expected }) => {
    expect(decodeSequence(steps)).toStrictEqual(expected);
  });
});

describe('the name of a characteristic', () => {
  it.each(['2A35', '00002a35-0000-1000-8000-00805f9b34fb', '00002A35-0000-1000-8000-00805F9B34FB'])(
    '%s is known',
    (uuid) => {
      expect(decodeSequence([{ ...pressure, uuid }])).toStrictEqual(decodeSequence([pressure]));
    },
  );

  it('is not known for a vendor who took the same digits', () => {
    const uuid = '00002a35-1212-efde-1523-785feabcd123';
    expect(decodeSequence([{ ...pressure, uuid }])).toStrictEqual({});
  });
});

describe('a transfer of records', () => {
  it('is incomplete until the device says that it is done', () => {
    expect(decodeSequence([requestAll, glucose104])).toStrictEqual({
      state: 'incomplete',
      records: [record104],
    });
  });

  it('is incomplete when fewer records came than the device counted', () => {
    const counted = indicate('2a52', '05000200');
    expect(decodeSequence([countAll, counted, requestAll, glucose104, reported])).toMatchObject({
      state: 'incomplete',
    });
  });

  it('is complete when a part was asked for after a count of all', () => {
    const counted = indicate('2a52', '05000900');
    const requestFrom4 = { uuid: '2a52', op: 'write', hex: '0103010400' };
    const steps = [countAll, counted, requestFrom4, glucose104, reported];
    expect(decodeSequence(steps)).toMatchObject({ state: 'complete', records: [record104] });
  });

  it('is complete with nothing when no records are found', () => {
    expect(decodeSequence([requestAll, indicate('2a52', '06000106')])).toStrictEqual({
      state: 'complete',
      records: [],
    });
  });

  it.each([
    ['06000301', 'aborted'],
    ['06000108', 'failed'],
    ['06000307', 'incomplete'],
  ])('after the response %s is %s, with what has come', (hex, state) => {
    const abort = { uuid: '2a52', op: 'write', hex: '0300' };
    expect(decodeSequence([requestAll, glucose104, abort, indicate('2a52', hex)])).toStrictEqual({
      state,
      records: [record104],
    });
  });

  it('gives a record once that was sent twice', () => {
    expect(decodeSequence([requestAll, glucose104, glucose104, reported])).toStrictEqual({
      state: 'complete',
      records: [record104],
    });
  });

  it('keeps a record that is not a glucose value apart', () => {
    const notGlucose = { uuid: '2a18', op: 'notify', hex: '030100e407030e1717000000ffff11' };
    expect(decodeSequence([requestAll, notGlucose, reported])).toStrictEqual({
      state: 'complete',
      records: [],
      failedAttempts: 1,
    });
  });

  it('carries blood pressures as well', () => {
    expect(decodeSequence([requestAll, pressure, reported])).toMatchObject({
      state: 'complete',
      valid: [{ systolic: 124, diastolic: 86 }],
      failedAttempts: 0,
    });
  });
});

describe('attempts', () => {
  it('are counted once when they were sent twice with a time', () => {
    expect(decodeSequence([pressure, pressure])).toMatchObject({ valid: [{ systolic: 124 }] });
  });

  it('stay two when equal ones have no time', () => {
    const noTime = indicate('2a35', '00480051004000');
    expect(decodeSequence([noTime, noTime])).toMatchObject({
      valid: [{ systolic: 72 }, { systolic: 72 }],
    });
  });

  it('are refused apart from failed ones', () => {
    expect(decodeSequence([pressure, indicate('2a35', '1f0048')])).toMatchObject({
      failedAttempts: 0,
      refused: 1,
    });
  });

  it('have no pulse rate where it is not a number', () => {
    const noPulse = indicate('2a35', '047c0056006100ff07');
    expect(decodeSequence([noPulse])).toMatchObject({
      valid: [{ systolic: 124, pulseRate: null }],
    });
  });
});

describe('a scale', () => {
  it('gives no body fat for an empty composition', () => {
    expect(decodeSequence([weight, indicate('2a9c', '00000000')])).toMatchObject({
      weightKg: 79.96,
      bodyFatPercentage: null,
    });
  });

  it('keeps the composition of another user apart', () => {
    expect(decodeSequence([weight, indicate('2a9c', '0400c20002')])).toMatchObject({
      weighings: [
        { userId: 1, weightKg: 79.96, bodyFatPercentage: null },
        { userId: 2, weightKg: null, bodyFatPercentage: 19.4 },
      ],
    });
  });

  it('gives no weighing for an unsuccessful one', () => {
    expect(decodeSequence([indicate('2a9d', '00ffff'), weight])).toMatchObject({
      failedAttempts: 1,
      weightKg: 79.96,
    });
  });

  it('gives kilograms for pounds', () => {
    expect(decodeSequence([indicate('2a9d', '01543d')])).toMatchObject({ weightKg: 71.21 });
  });
});

it('any steps have a meaning', () => {
  const uuid = fc.constantFrom(
    '2a52',
    '2a18',
    '2a35',
    '2a5e',
    '2a1c',
    '2a9d',
    '2a9c',
    '2a19',
    'zz',
  );
  const op = fc.constantFrom('write', 'notify', 'indicate', 'read');
  const known = fc.constantFrom(...cases.flatMap(({ steps }) => steps.map(({ hex }) => hex)));
  const hex = fc.oneof(known, fc.string({ maxLength: 40 }));
  fc.assert(
    fc.property(fc.array(fc.record({ uuid, op, hex }), { maxLength: 12 }), (steps) => {
      expect(decodeSequence(steps)).toBeTypeOf('object');
    }),
  );
});
