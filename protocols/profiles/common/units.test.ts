import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mgPerDlToMmolPerL, mmolPerLToMgPerDl, toCelsius, toCm, toKg, toMmHg } from './units.js';

const contentPath = join(import.meta.dirname, '../../../cloud/content/measurements.json');
// The file is the project's own content; its form is checked where it is used.
const { conversions, measurements } = JSON.parse(readFileSync(contentPath, 'utf8')) as {
  readonly conversions: readonly {
    readonly from: string;
    readonly for: string;
    readonly check: { readonly in: number; readonly out: number };
  }[];
  readonly measurements: readonly { readonly id: string; readonly decimals?: number }[];
};
const checkOf = (from: string, what: string) =>
  conversions.find((one) => one.from === from && one.for === what)!.check;
const decimalsOf = (id: string) => measurements.find((one) => one.id === id)?.decimals;

describe('conversions to the catalogue units', () => {
  it.each([
    ['mg/dL', 'glucose', mgPerDlToMmolPerL],
    ['[degF]', 'body_temperature', (value: number) => toCelsius(value, 'F')],
    ['[lb_av]', 'body_weight', (value: number) => toKg(value, 'lb')],
    ['kPa', 'blood_pressure', (value: number) => toMmHg(value, 'kPa')],
  ])('%s of %s agrees with the catalogue', (from, what, convert) => {
    const check = checkOf(from, what);
    expect(convert(check.in)).toBe(check.out);
  });

  it('round to the decimals that the catalogue shows', () => {
    expect(decimalsOf('systolic_bp')).toBe(0);
    expect(toMmHg(15.93, 'kPa')).toBe(119);
    expect(decimalsOf('body_weight')).toBe(1);
    expect(toKg(405.2, 'lb')).toBe(183.8);
    expect(decimalsOf('glucose')).toBe(1);
    expect(mgPerDlToMmolPerL(119)).toBe(6.6);
    expect(decimalsOf('body_temperature')).toBe(1);
    expect(toCelsius(100.4, 'F')).toBe(38);
  });

  it('leave values in the catalogue unit as the device said them', () => {
    expect(toKg(79.965, 'kg')).toBe(79.965);
    expect(toCelsius(36.97, 'C')).toBe(36.97);
    expect(toMmHg(120.5, 'mmHg')).toBe(120.5);
  });

  it('leave what is not a number alone', () => {
    expect(toMmHg('NaN', 'kPa')).toBe('NaN');
    expect(toCelsius('+INF', 'F')).toBe('+INF');
    expect(toKg(null, 'lb')).toBeNull();
    expect(mgPerDlToMmolPerL('NRes')).toBe('NRes');
  });

  it('bring heights of either kind to centimetres', () => {
    expect(toCm(1.83, 'm')).toBe(183);
    expect(toCm(72, 'in')).toBe(183);
  });

  it('come back to the same mmol/L over whole mg/dL', () => {
    for (let tenth = 3; tenth <= 550; tenth += 1) {
      expect(mgPerDlToMmolPerL(mmolPerLToMgPerDl(tenth / 10))).toBe(tenth / 10);
    }
  });
});
