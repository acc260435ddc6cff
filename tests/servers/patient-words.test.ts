import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { contentDir } from '@hemma/cloud/folders.js';
import { meals } from '@hemma/gateway/page/meals.js';
import { filled, quantityTexts, texts } from '@hemma/gateway/page/texts.js';
import { momentText, shortTime } from '@hemma/gateway/page/times.js';
import { numberText, valueLines } from '@hemma/gateway/page/values.js';

const contentFile = (name: string): string => readFileSync(join(contentDir(), name), 'utf8');
const namedSchema = z.object({ id: z.string(), sv: z.string(), en: z.string() });
const catalogueSchema = z.object({
  measurements: z.array(
    z.object({ id: z.string(), name: z.object({ sv: z.string(), en: z.string() }) }),
  ),
  contexts: z.object({ glucose_meal: z.object({ values: z.array(namedSchema) }) }),
});
const catalogue = catalogueSchema.parse(JSON.parse(contentFile('measurements.json')));

describe('the words of the patient page', () => {
  it('are those of the glossary, or of the catalogue where it has none', () => {
    const glossary = contentFile('glossary.csv').toLowerCase().split('\n');
    for (const [code, { sv, en }] of Object.entries(quantityTexts)) {
      const [one, other] = [sv.toLowerCase(), en.toLowerCase()];
      const isIn = glossary.some((line) => {
        const [left = '', right = ''] = line.split(',');
        return left.startsWith(one) && right.startsWith(other);
      });
      const named = catalogue.measurements.find(({ id }) => id === code)?.name;
      const isNamed =
        named?.sv.toLowerCase().includes(one) === true && named.en.toLowerCase().includes(other);
      expect([code, isIn || isNamed]).toEqual([code, true]);
    }
  });

  it('offer the meals of the catalogue', () => {
    const values = catalogue.contexts.glucose_meal.values.map(({ id, sv, en }) => ({ id, sv, en }));
    expect(meals).toEqual(values);
  });

  it('fill the same gaps in both languages', () => {
    const gaps = (text: unknown): unknown =>
      typeof text === 'string'
        ? [...text.matchAll(/\{\w+\}/g)].map(([it]) => it).toSorted()
        : Object.fromEntries(Object.entries(text as object).map(([k, it]) => [k, gaps(it)]));
    expect(gaps(texts.sv)).toEqual(gaps(texts.en));
    expect(filled('{a} {b}', { a: 1 })).toBe('1 {b}');
  });
});

describe('a reading in words', () => {
  it('names each value, and shows what the patient needs of it', () => {
    const values = [
      { code: 'spo2', value: 91 },
      { code: 'pulse_rate', value: 88 },
      { code: 'pulse_amplitude_index', value: 4 },
    ] as const;
    const lines = (asked: 'pulse_amplitude_index'[]) =>
      valueLines({ kind: 'spo2', values }, new Set(asked), 'sv').map(({ name, value, unit }) => [
        name,
        value,
        unit,
      ]);
    const known = [
      ['Syremättnad', '91', '%'],
      ['Puls', '88', 'slag/min'],
    ];
    expect(lines([])).toEqual(known);
    expect(lines(['pulse_amplitude_index'])).toEqual([...known, ['Perfusionsindex', '4,00', '%']]);
  });

  it('takes the pressures together, and leaves the mean to staff', () => {
    const values = [
      { code: 'systolic_bp', value: 131 },
      { code: 'diastolic_bp', value: 82 },
      { code: 'mean_arterial_pressure', value: 98 },
    ] as const;
    const lines = valueLines({ kind: 'blood_pressure', values }, new Set(), 'en');
    expect(lines).toEqual([{ name: 'Blood pressure', value: '131/82', unit: 'mmHg' }]);
    expect(numberText('body_weight', 72.5, 'en')).toBe('72.5');
  });

  it.each([
    [0, 'i dag klockan 08:00', 'today at 08:00'],
    [-1, 'i går klockan 08:00', 'yesterday at 08:00'],
    [1, 'i morgon klockan 08:00', 'tomorrow at 08:00'],
    [-2, 'tisdag 13 januari klockan 08:00', 'Tuesday 13 January at 08:00'],
    // Summer time has begun meanwhile.
    [90, 'onsdag 15 april klockan 09:00', 'Wednesday 15 April at 09:00'],
  ])('says the moment of day %i', (days, sv, en) => {
    const now = Date.UTC(2026, 0, 15, 7);
    const timeZone = 'Europe/Stockholm';
    const at = now + days * 86_400_000;
    expect(momentText(at, { language: 'sv', timeZone, now })).toBe(sv);
    expect(momentText(at, { language: 'en', timeZone, now })).toBe(en);
    expect(shortTime(now, { language: 'en', timeZone })).toBe('15 Jan 08:00');
  });
});
