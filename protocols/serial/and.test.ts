import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { andPbtBloodPressure } from './and-pbt-blood-pressure.js';
import { andSerialWeight } from './and-serial-weight.js';
import { asciiOctets } from './fields.js';

const because = (reason: string): unknown => expect.objectContaining({ reason });

describe('A&D scale lines', () => {
  it('gives an unstable weight as unstable and no figure for an overload', () => {
    expect(andSerialWeight.decode(asciiOctets('US,-000.35 kg\r\n'))).toStrictEqual({
      stable: false,
      header: 'US',
      value: -0.35,
      unit: 'kg',
    });
    expect(andSerialWeight.decode(asciiOctets('OL,+999999.9kg\r\n'))).toStrictEqual({
      stable: false,
      header: 'OL',
      value: null,
      unit: 'kg',
    });
  });

  it.each([
    ['counting data', 'QT,+00012345 PC\r\n', 'format'],
    ['grams', 'ST,+00123.45  g\r\n', 'unit'],
    ['a line without sign', 'ST,125.10kg\r\n', 'format'],
    ['a line without CR', 'ST,+125.10kg\n', 'format'],
    ['two lines', 'ST,+125.10kg\r\nST,+125.10kg\r\n', 'format'],
    ['two points', 'ST,+12.5.1kg\r\n', 'format'],
  ])('refuses %s', (_, line, reason) => {
    expect(() => andSerialWeight.decode(asciiOctets(line))).toThrow(because(reason));
  });

  it('refuses to write a figure that the line cannot show', () => {
    const weight = { stable: true, header: 'ST', unit: 'kg' } as const;
    expect(() => andSerialWeight.encode({ ...weight, value: 70.123 })).toThrow(because('range'));
    expect(() => andSerialWeight.encode({ ...weight, value: 12345 })).toThrow(because('range'));
  });

  it('decodes every weight it encodes', () => {
    fc.assert(
      fc.property(fc.nat(30_000), fc.constantFrom('kg', 'lb'), (steps, unit) => {
        const value = unit === 'kg' ? steps / 100 : steps / 10;
        const weight = { stable: true, header: 'ST', value, unit } as const;
        expect(andSerialWeight.decode(andSerialWeight.encode(weight))).toEqual(weight);
      }),
    );
  });
});

describe('A&D UA-767PBT', () => {
  it('adds the difference to the diastolic pressure', () => {
    expect(andPbtBloodPressure.decode(asciiOctets('8078a05Ac8'))).toMatchObject({
      systolic: 280,
      diastolic: 160,
      pulseRate: 90,
      meanArterialPressure: 200,
    });
  });

  it.each([
    ['letters that are no digits', '80xx503c54', 'format'],
    ['blanks', '80 28 503c', 'format'],
    ['too few digits', '8028', 'truncated'],
    ['too many digits', '8028503c5400', 'length'],
  ])('refuses %s', (_, text, reason) => {
    expect(() => andPbtBloodPressure.decode(asciiOctets(text))).toThrow(because(reason));
  });
});
