import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodecRefusal } from '../codec.js';
import { catalogue } from '../devices/catalogue.generated.js';
import { kindQuantities } from '../wire/measurement.js';
import type { Quantity, QuantityCode, Reading, ReadingFlag, ReadingKind } from '../reading.js';

type Profile = (typeof catalogue)[number]['profile'];

/** One device of each profile and set of options. */
const profiles = catalogue.map(({ id, profile }) => ({ id, profile }));

const two = (value: number): string => value.toString().padStart(2, '0');
const deviceTime = fc
  .tuple(
    fc.integer({ min: 2000, max: 2099 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 28 }),
    fc.integer({ min: 0, max: 86_399 }),
  )
  .map(([year, month, day, second]) => {
    const time = [Math.floor(second / 3_600), Math.floor(second / 60) % 60, second % 60].map(two);
    return `${year}-${two(month)}-${two(day)}T${time.join(':')}`;
  });

const quantity = (code: QuantityCode, min: number, max: number, perUnit = 1) =>
  fc.integer({ min, max }).map((raw): Quantity => ({ code, value: raw / perUnit }));

/** What every layout can say, also one with an octet for each number and six bits for the year. */
const plainPressures = fc
  .tuple(
    quantity('systolic_bp', 100, 250),
    quantity('diastolic_bp', 20, 100),
    quantity('mean_arterial_pressure', 25, 250),
    quantity('pulse_rate', 20, 255),
  )
  .map((all) => [...all]);
const lastPlainYear = 2063;

const values: Partial<Record<ReadingKind, fc.Arbitrary<Quantity[]>>> = {
  blood_pressure: fc
    .tuple(
      quantity('systolic_bp', 40, 300),
      quantity('diastolic_bp', 20, 200),
      quantity('mean_arterial_pressure', 25, 250),
      quantity('pulse_rate', 20, 300),
    )
    .map((all) => [...all]),
  body_weight: quantity('body_weight', 200, 3_270, 10).map((one) => [one]),
  spo2: fc.tuple(quantity('spo2', 50, 100), quantity('pulse_rate', 20, 300)).map((all) => [...all]),
  glucose: quantity('glucose', 3, 550, 10).map((one) => [one]),
  body_temperature: quantity('body_temperature', 300, 450, 10).map((one) => [one]),
  spirometry: quantity('fev1', 20, 790, 100).map((one) => [one]),
  heart_rate: quantity('pulse_rate', 20, 300).map((one) => [one]),
};

const flags: Partial<Record<ReadingKind, readonly ReadingFlag[]>> = {
  blood_pressure: ['irregular_pulse', 'body_movement', 'cuff_loose', 'improper_position'],
  glucose: ['control_solution', 'device_battery_low'],
};

/** Of the flags above, those that a maker's own layout has; the others have them all. */
const flagsOf: Readonly<Record<string, readonly ReadingFlag[]>> = {
  'accu-chek-diary': ['control_solution'],
  'and-pbt': [],
  'astm-contour': ['control_solution'],
  'hdp-records': [],
  'ihealth-records': ['irregular_pulse'],
  cgm: [],
  microlife: [],
  'onetouch-ultra2': ['control_solution'],
  'onetouch-ultra-easy': [],
  'onetouch-verio': ['control_solution'],
  taidoc: [],
  yonker: [],
};
/** Layouts whose times have no seconds. */
const toTheMinute: readonly string[] = ['accu-chek-diary', 'microlife', 'taidoc'];

/** Whether every layout has room for the reading. */
function isPlain({ kind, deviceTime: time, values: said, flags: marks }: Reading): boolean {
  const of = (code: QuantityCode): number => said.find((one) => one.code === code)?.value ?? 0;
  const isPressurePlain =
    of('systolic_bp') >= of('diastolic_bp') &&
    of('systolic_bp') <= 250 &&
    of('systolic_bp') - of('diastolic_bp') <= 255 &&
    of('pulse_rate') <= 255;
  const isGlucosePlain =
    of('glucose') >= 1.2 && of('glucose') <= 33.3 && !marks.includes('control_solution');
  return (
    Number(time?.slice(0, 4)) <= lastPlainYear &&
    (kind !== 'blood_pressure' || isPressurePlain) &&
    (kind !== 'glucose' || isGlucosePlain) &&
    (kind !== 'spo2' || of('pulse_rate') <= 126)
  );
}

function arbitrary(kind: ReadingKind, said = values[kind]): fc.Arbitrary<Reading> {
  return fc.record({
    kind: fc.constant(kind),
    values: said ?? fc.constant([]),
    failure: fc.constant(null),
    flags: fc.subarray([...(flags[kind] ?? [])]),
    deviceTime,
    sequence: fc.integer({ min: 0, max: 65_535 }),
    userSlot: fc.constant(null),
    context: fc.constant({}),
    octets: fc.constant(new Uint8Array(0)),
    companionOctets: fc.constant(new Uint8Array(0)),
  });
}

/** Null when the layout has no room for the reading. */
function written(profile: Profile, reading: Reading): Uint8Array | null {
  try {
    return profile.write(reading);
  } catch (error) {
    if (error instanceof CodecRefusal && error.reason === 'range') return null;
    throw error;
  }
}

describe('every profile', () => {
  it.each(profiles)('$id reads what a virtual device writes', ({ profile }) => {
    const kind = catalogue.find((device) => device.profile === profile)!.samples[0]!.reading.kind;
    const plain = kind === 'blood_pressure' ? plainPressures : values[kind];
    const readings = fc.oneof(arbitrary(kind), arbitrary(kind, plain));
    fc.assert(
      fc.property(readings, (reading) => {
        const octets = written(profile, reading);
        if (octets === null) {
          expect(isPlain(reading)).toBe(false);
          return;
        }
        const again = profile.read(octets);
        expect(again.kind).toBe(kind);
        expect(again.failure).toBeNull();
        // Without a mean pressure in its layout a monitor cannot say one.
        expect(reading.values).toEqual(expect.arrayContaining([...again.values]));
        expect(again.values.length).toBeGreaterThanOrEqual(Math.min(reading.values.length, 2));
        const kept = flagsOf[profile.name] ?? flags[kind] ?? [];
        const flagsKept = reading.flags.filter((flag) => kept.includes(flag));
        expect([...again.flags].sort()).toEqual(flagsKept.sort());
        const minute = `${reading.deviceTime?.slice(0, 16) ?? ''}:00`;
        const times = toTheMinute.includes(profile.name) ? [minute] : [reading.deviceTime, null];
        expect(times).toContain(again.deviceTime);
        expect([reading.sequence, null]).toContain(again.sequence);
        expect(profile.write(again)).toEqual(profile.write({ ...reading, ...keptBy(again) }));
      }),
    );
  });

  it.each(profiles)('$id refuses octets, or reads them as its kind', ({ profile }) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (octets) => {
        try {
          const reading = profile.read(octets);
          expect(reading.values.length > 0).toBe(reading.failure === null);
          for (const { code, value } of reading.values) {
            expect(kindQuantities[reading.kind]).toContain(code);
            expect(Number.isFinite(value)).toBe(true);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(CodecRefusal);
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** What a layout without time or number loses on the way. */
function keptBy({ deviceTime: time, sequence }: Reading) {
  return { deviceTime: time, sequence };
}
