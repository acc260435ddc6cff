import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import { quantityUnits } from '@hemma/protocols/reading.js';
import type { QuantityCode } from '@hemma/protocols/reading.js';
import { loadContent } from '../plans/content.js';
import type { ParameterValues } from '../plans/parameters.js';
import { goalBand } from './goals.js';
import { drawnLimits } from './limits.js';

const { plans } = loadContent(join(import.meta.dirname, '../content'));
const codes = Object.keys(quantityUnits) as QuantityCode[];

const plan = (id: string): Plan => plans.get(id)!;

/** `code severity direction value`, of every quantity that has a line. */
function drawn(id: string, values: ParameterValues = {}): string[] {
  return codes.flatMap((code) =>
    drawnLimits(plan(id), values, code).map(
      ({ severity, direction, value }) => `${code} ${severity} ${direction} ${value}`,
    ),
  );
}

describe('the limits that are drawn for the plans that are ready', () => {
  it('heart failure: none for the weight, which is judged by its change', () => {
    expect(drawn('heart-failure')).toEqual([
      'systolic_bp yellow below 100',
      'systolic_bp red below 90',
      'systolic_bp red above 180',
      'diastolic_bp red above 110',
      'pulse_rate yellow above 100',
      'pulse_rate red above 120',
      'pulse_rate yellow below 50',
      'pulse_rate red below 40',
    ]);
  });

  it('hypertension: limits on the mean of a series are no limits on a reading', () => {
    expect(drawn('hypertension')).toEqual([
      'systolic_bp red above 180',
      'systolic_bp red below 90',
      'diastolic_bp red above 110',
    ]);
  });

  it('COPD', () => {
    expect(drawn('copd')).toEqual([
      'pulse_rate yellow above 110',
      'spo2 yellow below 90',
      'spo2 red below 88',
    ]);
  });

  it('type 2 diabetes: information is not drawn', () => {
    expect(drawn('type2-diabetes')).toEqual(['glucose red below 3', 'glucose red above 25']);
  });
});

describe('what is set for a patient', () => {
  it('moves the limits', () => {
    const values = { sbpLowYellow: 95, sbpLowRed: 85 };
    expect(drawn('heart-failure', values).slice(0, 2)).toEqual([
      'systolic_bp yellow below 95',
      'systolic_bp red below 85',
    ]);
  });

  it('leaves a limit out whose parameter is emptied: the literal only documents the default', () => {
    expect(drawn('copd', { spo2Red: null }).join()).not.toContain('spo2 red');
  });
});

describe('the goal bands of the plans that are ready', () => {
  const bands = (id: string, values: ParameterValues = {}): Record<string, unknown> =>
    Object.fromEntries(
      codes.flatMap((code) => {
        const band = goalBand(plan(id), values, code);
        return band === null ? [] : [[code, band]];
      }),
    );

  it('heart failure: within 1 kg of the target weight, once it is set', () => {
    expect(bands('heart-failure')).toEqual({});
    expect(bands('heart-failure', { targetWeight: 79.3 })).toEqual({
      body_weight: { low: 78.3, high: 80.3 },
    });
  });

  it('hypertension: both numbers of the target', () => {
    expect(bands('hypertension')).toEqual({
      systolic_bp: { low: null, high: 135 },
      diastolic_bp: { low: null, high: 85 },
    });
    expect(bands('hypertension', { sbpTarget: 130, dbpTarget: 80 })).toEqual({
      systolic_bp: { low: null, high: 130 },
      diastolic_bp: { low: null, high: 80 },
    });
  });

  it('COPD sets no goal for a quantity', () => {
    expect(bands('copd')).toEqual({});
  });

  it('type 2 diabetes: the finger-stick band', () => {
    expect(bands('type2-diabetes')).toEqual({ glucose: { low: 3.9, high: 10 } });
  });
});
