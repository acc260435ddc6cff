import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { judgePlausibility, mainQuantities, ranges, roundTo } from './ranges.js';
import { quantityUnits } from './reading.js';
import type { Quantity } from './reading.js';
import { kindQuantities } from './wire/measurement.js';

interface CatalogueEntry {
  readonly id: string;
  readonly unit: { readonly ucum: string };
  readonly decimals: number;
  readonly range: { hardMin: number; hardMax: number; softMin: number; softMax: number };
}

const catalogue = JSON.parse(
  readFileSync(new URL('../cloud/content/measurements.json', import.meta.url), 'utf8'),
) as { measurements: CatalogueEntry[] };
const entry = (id: string): CatalogueEntry => catalogue.measurements.find((m) => m.id === id)!;

describe('ranges', () => {
  it.each(Object.keys(ranges) as (keyof typeof ranges)[])('has %s as the catalogue', (code) => {
    const { decimals, range, unit } = entry(code);
    expect(ranges[code]).toEqual({
      decimals,
      hard: [range.hardMin, range.hardMax],
      soft: [range.softMin, range.softMax],
    });
    expect(quantityUnits[code]).toBe(unit.ucum);
  });

  it('names main quantities that the kind may carry', () => {
    for (const [kind, codes] of Object.entries(mainQuantities))
      expect(kindQuantities[kind as keyof typeof kindQuantities]).toEqual(
        expect.arrayContaining([...codes]),
      );
  });
});

describe('roundTo', () => {
  it.each([
    [1.005, 2, 1.01],
    [2.5, 0, 3],
    [-1.25, 1, -1.3],
    [36.04999, 1, 36],
    [1e21, 0, 1e21],
    [5e-7, 1, 0],
  ])('rounds %d to %d decimals: %d', (value, decimals, expected) => {
    expect(roundTo(value, decimals)).toBe(expected);
  });
});

const bp = (systolic: number, diastolic: number, pulse?: number): Quantity[] => [
  { code: 'systolic_bp', value: systolic },
  { code: 'diastolic_bp', value: diastolic },
  ...(pulse === undefined ? [] : [{ code: 'pulse_rate' as const, value: pulse }]),
];

describe('judgePlausibility', () => {
  it('finds nothing in an ordinary reading', () => {
    expect(judgePlausibility('blood_pressure', bp(120, 80, 60))).toEqual({
      plausible: true,
      values: bp(120, 80, 60),
      questionable: false,
      unusual: false,
    });
  });

  it.each([
    [40, 20, true],
    [39.5, 20, true],
    [39.4, 20, false],
    [300.4, 120, true],
    [300.5, 120, false],
    [100, 100, false],
    [Number.NaN, 80, false],
    [Number.POSITIVE_INFINITY, 80, false],
  ])('at the hard limit: %d/%d is possible: %s', (systolic, diastolic, plausible) => {
    expect(judgePlausibility('blood_pressure', bp(systolic, diastolic)).plausible).toBe(plausible);
  });

  it('marks what is worth a second look', () => {
    expect(judgePlausibility('blood_pressure', bp(201, 90)).unusual).toBe(true);
    expect(judgePlausibility('blood_pressure', bp(200, 90)).unusual).toBe(false);
    expect(judgePlausibility('blood_pressure', bp(100, 86)).unusual).toBe(true);
  });

  it('leaves an impossible companion out instead of losing the reading', () => {
    expect(judgePlausibility('blood_pressure', bp(120, 80, 0))).toMatchObject({
      plausible: true,
      values: bp(120, 80),
      questionable: true,
    });
  });

  it('holds FEV1 against FVC', () => {
    const blow = (fev1: number): Quantity[] => [
      { code: 'fev1', value: fev1 },
      { code: 'fvc', value: 3 },
    ];
    expect(judgePlausibility('spirometry', blow(3.06)).plausible).toBe(true);
    expect(judgePlausibility('spirometry', blow(3.07)).plausible).toBe(false);
  });

  it('finds no reading where nothing is left', () => {
    expect(judgePlausibility('glucose', []).plausible).toBe(false);
  });
});
