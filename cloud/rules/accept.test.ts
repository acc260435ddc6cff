import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aMeasurement, journalEntries, someMorning } from '../../tooling/testkit/measurements.js';
import { loadCatalogue } from '../catalogue.js';
import type { PatientReading } from '../plans/record.js';
import { accept } from './accept.js';
import { MAX_AGE_MS } from './reach.js';

const catalogue = loadCatalogue(join(import.meta.dirname, '../content'));

describe('what counts', () => {
  const accepted = (
    measurement: ReturnType<typeof aMeasurement>,
    receivedAt?: number,
  ): PatientReading | null => accept(journalEntries([measurement], receivedAt)[0]!, catalogue);

  it.each([
    [0, true],
    [1, false],
  ])('of a reading of 400 days, and %d ms more, is %s', (more, counts) => {
    const reading = accepted(aMeasurement({ at: someMorning }), someMorning + MAX_AGE_MS + more);
    expect(reading !== null).toBe(counts);
  });

  it.each(['control_solution', 'time_uncertain', 'owner_unconfirmed'] as const)(
    'is nothing marked %s',
    (flag) => {
      expect(accepted(aMeasurement({ flags: [flag] }))).toBeNull();
      expect(accepted(aMeasurement({ flags: ['unusual'] }))).not.toBeNull();
    },
  );

  it('is no failed attempt, and no value outside the hard limits', () => {
    expect(accepted(aMeasurement({ failure: 'aborted' }))).toBeNull();
    expect(accepted(aMeasurement({ kind: 'spo2', values: { spo2: 101 } }))).toBeNull();
    const some = accepted(aMeasurement({ values: { systolic_bp: 301, diastolic_bp: 80 } }));
    expect(some?.values).toEqual({ diastolic_bp: 80 });
  });

  it.each([
    ['blood_pressure', { systolic_bp: 85, diastolic_bp: 86 }],
    ['blood_pressure', { systolic_bp: 85.4, diastolic_bp: 84.6 }],
    ['spirometry', { fev1: 3.07, fvc: 3 }],
  ] as const)('is nothing that cannot be together: %s %j', (kind, values) => {
    expect(accepted(aMeasurement({ kind, values }))).toBeNull();
  });

  it.each([
    [89.49, 89],
    [89.5, 90],
    [89.4999999999, 89],
  ])('is %d as it is shown: %d', (value, shown) => {
    expect(accepted(aMeasurement({ kind: 'spo2', values: { spo2: value } }))?.values).toEqual({
      spo2: shown,
    });
  });

  it.each([
    [2.94, 2.9],
    [2.95, 3],
    [1.005, 1],
  ])('rounds glucose %d half up to %d', (glucose, shown) => {
    expect(accepted(aMeasurement({ kind: 'glucose', values: { glucose } }))?.values).toEqual({
      glucose: shown,
    });
  });
});
