import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../bytes.js';
import { scanReport, type ScanReport } from '../serial/ieee11073-report.js';
import { hdpReadings, hdpRecords } from './hdp-records.js';

interface Case {
  readonly name: string;
  readonly hex: string;
}

const file = join(import.meta.dirname, '../vectors/ieee11073-20601-fixed-report.json');
// The vectors' form is described in their README.
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Case[] };

function reportOf(name: string): { report: ScanReport; octets: Uint8Array } {
  const octets = fromHex(cases.find((one) => one.name.includes(name))!.hex);
  return { report: scanReport.decode(octets), octets };
}

const pressures = reportOf('UA-767PBT-C');
const weights = reportOf('UC-321PBT-C');

/** The pulse rates of the same measurements, in a report of their own and in another order. */
function pulsesOf({ report }: { readonly report: ScanReport }): typeof pressures {
  const observations = report.observations
    .map(({ timestamp = '' }, index) => ({ handle: 2, value: 60 + index, timestamp }))
    .reverse();
  const pulses = { ...report, observations };
  return { report: pulses, octets: scanReport.encode(pulses) };
}

const numbers = (readings: ReturnType<typeof hdpReadings>): Record<string, number>[] =>
  readings.map(({ values }) => Object.fromEntries(values.map(({ code, value }) => [code, value])));

describe('blood pressures over the Health Device Profile', () => {
  it('come in the order of their times, not of the list', () => {
    const readings = hdpReadings('blood_pressure', [pressures]);
    const times = readings.map(({ deviceTime }) => deviceTime);
    expect(times).toEqual([...times].sort());
    expect(numbers(readings).at(-1)).toEqual({
      systolic_bp: 114,
      diastolic_bp: 67,
      mean_arterial_pressure: 90,
    });
  });

  it.each([
    ['behind', [pressures, pulsesOf(pressures)]],
    ['before', [pulsesOf(pressures), pressures]],
  ])('are joined with the pulse rates of a report %s by their times', (_, reports) => {
    const readings = hdpReadings('blood_pressure', reports);
    expect(readings).toHaveLength(5);
    const byTime = new Map(
      pressures.report.observations.map(({ timestamp = '' }, index) => [
        timestamp.slice(0, 19),
        60 + index,
      ]),
    );
    for (const { deviceTime, values } of readings) {
      const pulse = values.find(({ code }) => code === 'pulse_rate')?.value;
      expect(pulse).toBe(byTime.get(deviceTime ?? ''));
    }
  });

  it('get no pulse rate of another moment, or of another person', () => {
    const [first] = pressures.report.observations;
    const later = { handle: 2, value: 71, timestamp: '2013-02-25T21:46:02.00' };
    const others = { handle: 2, value: 71, personId: 2, timestamp: first!.timestamp! };
    for (const stray of [later, others]) {
      const report = { ...pressures.report, observations: [stray] };
      const readings = hdpReadings('blood_pressure', [pressures, { ...pressures, report }]);
      expect(numbers(readings).filter((one) => 'pulse_rate' in one)).toEqual([]);
    }
  });

  it('are aborted with no number in any pressure', () => {
    const [first] = pressures.report.observations;
    const values = ['NaN', 'NaN', 'NaN'] as const;
    const report = { ...pressures.report, observations: [{ ...first!, values }] };
    const [reading] = hdpReadings('blood_pressure', [{ ...pressures, report }]);
    expect(reading).toMatchObject({ failure: 'aborted', values: [] });
  });

  it('are read alone only from a report with one', () => {
    expect(() => hdpRecords('blood_pressure').read(pressures.octets)).toThrow('format');
  });
});

describe('weights over the Health Device Profile', () => {
  it('are read with the unit of each record', () => {
    const readings = hdpReadings('body_weight', [weights]);
    expect(numbers(readings).at(-1)).toEqual({ body_weight: 12.6 });
    const [first] = weights.report.observations;
    const pounds = { ...first!, value: 160.5, unitCode: 0x06e0 };
    const report = { ...weights.report, observations: [pounds] };
    expect(numbers(hdpReadings('body_weight', [{ ...weights, report }]))).toEqual([
      { body_weight: 72.8 },
    ]);
  });

  it.each([undefined, 0x06c0])('are none with the unit %s', (unitCode) => {
    const [first] = weights.report.observations;
    const { handle, value = 0, timestamp = '' } = first!;
    const unitless = { handle, value, timestamp };
    const observation = unitCode === undefined ? unitless : { ...unitless, unitCode };
    const report = { ...weights.report, observations: [observation] };
    expect(() => hdpReadings('body_weight', [{ ...weights, report }])).toThrow('unit');
  });

  it('keep every weighing, in whichever order the records come', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...weights.report.observations], { minLength: 5 }),
        (observations) => {
          const report = { ...weights.report, observations };
          const readings = hdpReadings('body_weight', [{ ...weights, report }]);
          expect(numbers(readings)).toEqual(numbers(hdpReadings('body_weight', [weights])));
        },
      ),
    );
  });
});
