import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../bytes.js';
import { CodecRefusal } from '../codec.js';
import { ghsObservation, type GhsObservation, type GhsValue } from './ghs-observation.js';
import type { GhsSimpleValue } from './ghs-value.js';

const bare = {
  length: 0,
  observationType: 150_456,
  timestamp: null,
  measurementDuration: null,
  measurementStatus: null,
  objectId: null,
  patientId: null,
  supplementalInformation: null,
  derivedFrom: null,
  hasMember: null,
} as const;

/** Octets of a value behind a head that counts itself; type 150456 and nothing else. */
function observed(classCode: string, value: string): Uint8Array {
  const octets = 9 + value.length / 2;
  return fromHex(`${classCode}${octets.toString(16).padStart(2, '0')}000100b84b0200${value}`);
}

const samples = '2002010000ff00000000010000000202';

describe('classes of values', () => {
  it.each([
    ['01', '200262000000', { class: 'numeric', unitCode: 544, value: 98 }],
    ['01', '2002ffff7f00', { class: 'numeric', unitCode: 544, value: 'NaN' }],
    ['02', '05000000', { class: 'discrete', value: 5 }],
    ['03', '04006162c385', { class: 'string', value: 'abÅ' }],
    [
      '04',
      `${samples}02000000ff000001`,
      { scaleFactor: 0.1, samplesPerPeriod: 2, bytesPerSample: 2, samples: [255, 256] },
    ],
    ['05', '020100000002000000', { class: 'compoundDiscreteEvent', values: [1, 2] }],
    ['06', '02ffff0f000a00', { supportedMask: 'ffff', stateOrEventMask: '0f00', bits: '0a00' }],
    [
      '07',
      '02054a0200012002620000000100000003010041',
      {
        components: [
          { type: 150_021, class: 'numeric', value: 98 },
          { type: 1, class: 'string', value: 'A' },
        ],
      },
    ],
    ['08', '01010000000200060102', { values: [{ type: 1, format: 6, value: '0102' }] }],
  ])('%s %s', (code, value, expected) => {
    const octets = observed(code, value);
    const observation = ghsObservation.decode(octets);
    expect(observation).toMatchObject(expected);
    expect(ghsObservation.encode(observation)).toStrictEqual(octets);
  });

  it.each([
    ['00', '05000000', 'format'],
    ['09', '05000000', 'format'],
    ['03', '0100c3', 'format'],
    ['03', '050041', 'truncated'],
    ['04', `${samples}03000000ff000001`, 'truncated'],
    ['04', `${samples}ffffffff`, 'truncated'],
    ['04', `${samples.slice(0, -2)}00ffffffff`, 'range'],
    ['07', '01054a020007', 'format'],
  ] as const)('%s %s is refused: %s', (code, value, reason) => {
    expect(() => ghsObservation.decode(observed(code, value))).toThrow(new CodecRefusal(reason));
  });
});

describe('a bundle', () => {
  const member: GhsObservation = { ...bare, class: 'discrete', value: 7 };
  const bundle: GhsObservation = {
    ...bare,
    observationType: null,
    patientId: 3,
    class: 'bundle',
    members: [member, { ...member, observationType: null, objectId: 1 }],
  };

  it('carries observations with the same fields', () => {
    const octets = ghsObservation.encode(bundle);
    expect(toHex(octets)).toBe(
      'ff21002000030202' + '0d000100b84b020007000000' + '020d0010000100000007000000',
    );
    expect(ghsObservation.decode(octets)).toMatchObject({
      patientId: 3,
      members: [
        { class: 'discrete', value: 7, observationType: 150_456 },
        { class: 'discrete', value: 7, observationType: null, objectId: 1 },
      ],
    });
  });

  it('carries no bundles', () => {
    const nested = ghsObservation.encode({ ...bundle, members: [bundle] });
    expect(() => ghsObservation.decode(nested)).toThrow(new CodecRefusal('format'));
  });
});

describe('the length', () => {
  it('may leave out class and length', () => {
    const octets = observed('02', '05000000');
    octets[1] = octets.length - 3;
    const observation = ghsObservation.decode(octets);
    expect(observation.length).toBe(octets.length - 3);
    expect(ghsObservation.encode(observation)).toStrictEqual(octets);
  });

  it('has to be right otherwise', () => {
    const octets = observed('02', '05000000');
    octets[1] = octets.length - 1;
    expect(() => ghsObservation.decode(octets)).toThrow(new CodecRefusal('length'));
    expect(() => ghsObservation.decode(fromHex(`${toHex(observed('02', '05000000'))}00`))).toThrow(
      new CodecRefusal('length'),
    );
  });
});

it('refuses reserved header flags', () => {
  const octets = observed('02', '05000000');
  octets[4] = 0x04;
  expect(() => ghsObservation.decode(octets)).toThrow(new CodecRefusal('format'));
});

describe('any observation', () => {
  const uint32 = fc.nat(0xffff_ffff);
  const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
    fc.option(arbitrary, { nil: null });
  const codes = optional(fc.array(uint32, { maxLength: 4 }));
  const simple: fc.Arbitrary<GhsSimpleValue> = fc.oneof(
    fc.record({
      class: fc.constant('numeric' as const),
      unitCode: fc.nat(0xffff),
      value: fc.oneof(fc.integer({ min: -99_999, max: 99_999 }), fc.constant('NRes' as const)),
    }),
    fc.record({ class: fc.constant('discrete' as const), value: uint32 }),
    fc.record({ class: fc.constant('string' as const), value: fc.string({ unit: 'grapheme' }) }),
  );
  const component = fc.tuple(uint32, simple).map(([type, value]) => ({ type, ...value }));
  const value: fc.Arbitrary<GhsValue> = fc.oneof(
    simple,
    fc.record({
      class: fc.constant('compound' as const),
      components: fc.array(component, { maxLength: 4 }),
    }),
  );
  const timestamp = fc.record({
    tickCounter: fc.constant(true),
    utc: fc.boolean(),
    resolutionSeconds: fc.constantFrom(1, 0.1, 0.001, 0.0001),
    tzDstUsed: fc.boolean(),
    currentTimeline: fc.boolean(),
    timeValue: fc.nat(2 ** 48 - 1),
    syncSource: fc.nat(255),
    offsetMinutes: fc.integer({ min: -48, max: 64 }).map((steps) => steps * 15),
  });
  const attributes = fc.record({
    length: fc.constant(0),
    observationType: optional(uint32),
    timestamp: optional(timestamp),
    measurementDuration: optional(fc.nat(9999)),
    measurementStatus: optional(
      fc.constant({ raw: 3, flags: ['invalid', 'questionable'] as const }),
    ),
    objectId: optional(uint32),
    patientId: optional(fc.nat(255)),
    supplementalInformation: codes,
    derivedFrom: codes,
    hasMember: codes,
  });

  it('comes back as it was sent', () => {
    fc.assert(
      fc.property(attributes, value, (head, body) => {
        const octets = ghsObservation.encode({ ...head, ...body });
        const back = ghsObservation.decode(octets);
        expect(back).toEqual({ ...head, ...body, length: octets.length });
      }),
    );
  });
});
