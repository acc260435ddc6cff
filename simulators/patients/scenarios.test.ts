import { catalogue } from '@hemma/protocols/devices/catalogue.generated.js';
import { ranges } from '@hemma/protocols/ranges.js';
import type { QuantityCode } from '@hemma/protocols/reading.js';
import { kindQuantities } from '@hemma/protocols/wire/measurement.js';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../radio/random.js';
import { wallTime } from '../devices/common/device-clock.js';
import type { ScenarioReading } from './course.js';
import { scenarioOf } from './scenario.js';
import { scenarios } from './scenarios.generated.js';

const dayMs = 86_400_000;
/** Summer time begins in the middle of the 60 days before. */
const endMs = Date.UTC(2026, 3, 20, 21, 0, 0);
const seeds = [1, 2, 3, 4, 5];

function valuesOf(readings: readonly ScenarioReading[], code: QuantityCode): number[] {
  return readings.flatMap(({ taken }) =>
    taken.values.filter((one) => one.code === code).map(({ value }) => value),
  );
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Readings of a part of the course, in days before its end. */
function part(name: string, seed: number, from: number, to: number): readonly ScenarioReading[] {
  return scenarioOf(name)
    .days(60, endMs, seed)
    .filter(({ at }) => at > endMs - from * dayMs && at <= endMs - to * dayMs);
}

describe('every scenario', () => {
  it('is in the list once, under the name of its file', () => {
    const files = readdirSync(join(import.meta.dirname, 'scenarios'));
    expect(scenarios.map(({ name }) => name)).toEqual(files.map((file) => basename(file, '.ts')));
  });

  it('that does not exist is not found', () => {
    expect(() => scenarioOf('angina')).toThrow(RangeError);
  });

  it.each(scenarios)(
    '$name: is the same again for the same seed, and another for another',
    (one) => {
      const once = one.days(30, endMs, 7);
      expect(one.days(30, endMs, 7)).toEqual(once);
      expect(one.days(30, endMs, 8)).not.toEqual(once);
    },
  );

  it.each(scenarios)('$name: measures what its devices can, with possible values', (scenario) => {
    for (const seed of seeds) {
      for (const { model, taken } of scenario.days(60, endMs, seed)) {
        const device = catalogue.find(({ id }) => id === model);
        expect(device?.samples[0]?.reading.kind).toBe(taken.kind);
        for (const { code, value } of taken.values) {
          expect(kindQuantities[taken.kind]).toContain(code);
          expect(value).toBeGreaterThan(ranges[code].hard[0]);
          expect(value).toBeLessThanOrEqual(ranges[code].hard[1]);
        }
      }
    }
  });

  it.each(scenarios)('$name: keeps to the days asked for, in order, by daylight', (scenario) => {
    for (const seed of seeds) {
      const readings = scenario.days(60, endMs, seed);
      const moments = readings.map(({ at }) => at);
      expect(moments).toEqual([...moments].sort((a, b) => a - b));
      expect(Math.max(...moments)).toBeLessThanOrEqual(endMs);
      expect(Math.min(...moments)).toBeGreaterThan(endMs - 61 * dayMs);
      const hours = moments.map((at) => Number(wallTime(at, 'Europe/Stockholm').slice(11, 13)));
      expect(Math.min(...hours)).toBeGreaterThanOrEqual(6);
      expect(Math.max(...hours)).toBeLessThanOrEqual(21);
    }
  });

  it.each(scenarios)('$name: goes on for ever', (scenario) => {
    const next = scenario.live(seededRandom(1));
    const models = new Set(Array.from({ length: 60 }, () => next().model));
    expect([...models].sort()).toEqual([...scenario.models].sort());
  });
});

describe('the course of', () => {
  it.each(seeds)('heart failure goes wrong in the last ten days (seed %i)', (seed) => {
    const before = part('heart-failure', seed, 60, 11);
    const last = part('heart-failure', seed, 2, 0);
    const gained = mean(valuesOf(last, 'body_weight')) - mean(valuesOf(before, 'body_weight'));
    expect(gained).toBeGreaterThan(2);
    expect(gained).toBeLessThan(3.5);
    expect(mean(valuesOf(last, 'spo2'))).toBeLessThan(mean(valuesOf(before, 'spo2')) - 1);
  });

  it.each(seeds)('hypertension stays within its goals, in pairs (seed %i)', (seed) => {
    const readings = part('hypertension', seed, 60, 0);
    expect(mean(valuesOf(readings, 'systolic_bp'))).toBeLessThan(135);
    expect(mean(valuesOf(readings, 'diastolic_bp'))).toBeLessThan(85);
    const gaps = readings.slice(1).map(({ at }, i) => at - (readings[i]?.at ?? 0));
    expect(gaps.filter((gap) => gap === 120_000).length).toBeGreaterThan(60);
  });

  it.each(seeds)('COPD has an exacerbation that heals (seed %i)', (seed) => {
    const usual = mean(valuesOf(part('copd', seed, 60, 16), 'spo2'));
    const worst = mean(valuesOf(part('copd', seed, 11, 8), 'spo2'));
    const healed = mean(valuesOf(part('copd', seed, 1, 0), 'spo2'));
    expect(usual).toBeGreaterThan(91);
    expect(worst).toBeLessThan(usual - 3);
    expect(healed).toBeGreaterThan(worst + 2);
  });

  it.each(seeds)('diabetes has values between 5 and 14 with their meals (seed %i)', (seed) => {
    const readings = part('type2-diabetes', seed, 60, 0);
    const values = valuesOf(readings, 'glucose');
    expect(Math.min(...values)).toBeGreaterThanOrEqual(4.9);
    expect(Math.max(...values)).toBeLessThanOrEqual(14);
    const meals = new Set(readings.map(({ taken }) => taken.context?.['glucose_meal']));
    expect([...meals].sort()).toEqual(['fasting', 'postprandial', 'preprandial']);
  });

  it('a patient with a cuff that slips has failed attempts now and then', () => {
    const attempts = seeds
      .flatMap((seed) => scenarioOf('hypertension').days(60, endMs, seed))
      .map(({ taken }) => taken.failure ?? null);
    const aborted = attempts.filter((failure) => failure === 'aborted').length;
    expect(aborted / attempts.length).toBeGreaterThan(0.01);
    expect(aborted / attempts.length).toBeLessThan(0.06);
  });
});
