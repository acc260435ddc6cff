import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import { quantityUnits } from '@hemma/protocols/reading.js';
import type { QuantityCode } from '@hemma/protocols/reading.js';
import { loadContent } from '../plans/content.js';
import type { ParameterValues } from '../plans/parameters.js';
import { goalBand } from './goals.js';
import { clearsAt, directionOf, drawnLimits, limitRules } from './limits.js';

const { plans } = loadContent(join(import.meta.dirname, '../content'));
const codes = Object.keys(quantityUnits) as QuantityCode[];

const plan = (id: string): Plan => plans.get(id)!;

/** `rule severity: code op value × consecutive, … clears op value, …` */
function described(id: string, values: ParameterValues = {}): string[] {
  return limitRules(plan(id), values).map(({ id: rule, severity, raises, clears }) => {
    const side = (limits: typeof raises): string =>
      limits
        .map((it) => `${it.code} ${it.aggregate} ${it.op}${it.value}×${it.consecutive}`)
        .join(', ');
    return `${rule} ${severity}: ${side(raises)} | ${clears === null ? 'a person' : side(clears)}`;
  });
}

describe('the limits of the plans that are ready', () => {
  it('heart failure', () => {
    expect(described('heart-failure')).toEqual([
      'hf-sbp-low yellow: systolic_bp daily <100×2 | systolic_bp daily >=105×2',
      'hf-sbp-verylow red: systolic_bp reading <90×1 | a person',
      'hf-sbp-high red: systolic_bp reading >=180×1, diastolic_bp reading >=110×1 | a person',
      'hf-hr-high yellow: pulse_rate daily >100×2 | pulse_rate daily <=95×2',
      'hf-hr-veryhigh red: pulse_rate reading >120×1 | a person',
      'hf-hr-low yellow: pulse_rate daily <50×2 | pulse_rate daily >=54×2',
      'hf-hr-verylow red: pulse_rate reading <40×1 | a person',
    ]);
  });

  it('hypertension: limits on the mean of a series are no limits on a reading', () => {
    expect(described('hypertension')).toEqual([
      'ht-single-crisis red: systolic_bp reading >=180×1, diastolic_bp reading >=110×1 | a person',
      'ht-very-low red: systolic_bp reading <90×1 | a person',
    ]);
  });

  it('COPD', () => {
    expect(described('copd')).toEqual([
      'copd-spo2-yellow yellow: spo2 daily <90×2 | spo2 daily >=91×2',
      'copd-spo2-red red: spo2 reading <88×1 | a person',
      'copd-pulse yellow: pulse_rate daily >110×2 | pulse_rate daily <=100×2',
    ]);
  });

  it('type 2 diabetes', () => {
    expect(described('type2-diabetes')).toEqual([
      'dm-hypo2 red: glucose reading <3×1 | a person',
      'dm-very-high red: glucose reading >=25×1 | a person',
    ]);
  });

  it('are all on this side of what they clear at', () => {
    const rules = [...plans.values()].flatMap((it) => limitRules(it, {}));
    for (const rule of rules)
      for (const limit of rule.raises) {
        const back = clearsAt(rule, limit) ?? limit.value;
        const further = directionOf(limit.op) === 'below' ? back - limit.value : limit.value - back;
        expect(further).toBeGreaterThanOrEqual(0);
      }
  });
});

describe('what is set for a patient', () => {
  it('moves the limit and where it clears', () => {
    const values = { sbpLowYellow: 95, sbpLowRed: 85 };
    expect(described('heart-failure', values).slice(0, 2)).toEqual([
      'hf-sbp-low yellow: systolic_bp daily <95×2 | systolic_bp daily >=100×2',
      'hf-sbp-verylow red: systolic_bp reading <85×1 | a person',
    ]);
    expect(described('copd', { spo2Yellow: 87, spo2Red: 84 }).slice(0, 2)).toEqual([
      'copd-spo2-yellow yellow: spo2 daily <87×2 | spo2 daily >=88×2',
      'copd-spo2-red red: spo2 reading <84×1 | a person',
    ]);
  });

  it('leaves a limit out whose parameter is emptied: the literal only documents the default', () => {
    expect(described('copd', { spo2Red: null }).join()).not.toContain('copd-spo2-red');
  });
});

describe('the limits that are drawn', () => {
  it('are those of the quantity, information left out', () => {
    const rules = limitRules(plan('heart-failure'), {});
    expect(drawnLimits(rules, 'systolic_bp')).toEqual([
      { direction: 'below', value: 100, severity: 'yellow' },
      { direction: 'below', value: 90, severity: 'red' },
      { direction: 'above', value: 180, severity: 'red' },
    ]);
    expect(drawnLimits(rules, 'glucose')).toEqual([]);
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
