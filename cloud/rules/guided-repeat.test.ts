import { describe, expect, it } from 'vitest';
import { promptSchema } from '@hemma/protocols/wire/command.js';
import { contentDir } from '../folders.js';
import { loadContent } from '../plans/content.js';
import type { FindingRow } from './finding-rows.js';
import { guidedRepeat } from './guided-repeat.js';

const minute = 60_000;
const began = Date.UTC(2026, 0, 15, 7);
const rules = [...loadContent(contentDir()).plans.values()].flatMap((plan) =>
  plan.rules.map((rule) => [`${plan.id} ${rule.id}`, rule] as const),
);
const confirmed = rules.filter(([, rule]) => rule.confirm !== null);

/** Only the columns that are looked at. */
const finding = (kind: FindingRow['kind']): FindingRow => {
  const row: Partial<FindingRow> = { id: 'a'.repeat(32), patient: 'p-00000001', kind };
  return { ...row, began_at: began } as FindingRow; // the others do not matter here
};

describe('a guided repeat', () => {
  it.each(confirmed)('of %s can be asked of a home', (_, rule) => {
    const prompt = guidedRepeat(finding('confirming'), rule);
    const { restMinutes, withinMinutes, patientText } = rule.confirm!;
    expect(promptSchema.parse(prompt)).toEqual(prompt);
    expect(prompt).toMatchObject({
      text: patientText,
      notBefore: began + restMinutes * minute,
      until: began + withinMinutes * minute,
    });
  });

  it.each([
    ['hypertension ht-single-crisis', ['systolic_bp', 'diastolic_bp'], ['blood_pressure']],
    ['heart-failure hf-hr-veryhigh', ['pulse_rate'], ['blood_pressure', 'spo2', 'heart_rate']],
    ['copd copd-pef-red', ['pef'], ['spirometry']],
    ['type2-diabetes dm-very-high', ['glucose'], ['glucose']],
  ])('of %s is answered by what the rule looks at', (name, quantities, kinds) => {
    const rule = rules.find(([it]) => it === name)![1];
    expect(guidedRepeat(finding('confirming'), rule)).toMatchObject({ quantities, kinds });
  });

  it('is asked while a finding awaits it, and only then', () => {
    const [, rule] = confirmed[0]!;
    for (const kind of ['unconfirmed', 'raised', 'note'] as const)
      expect(guidedRepeat(finding(kind), rule)).toBeNull();
    expect(guidedRepeat(finding('confirming'), { ...rule, confirm: null })).toBeNull();
  });

  it('is not asked when no device can answer, and cuts a text that is too long', () => {
    const [, rule] = confirmed[0]!;
    const when = { ...rule.when, type: 'threshold' as const, metric: 'majorSymptoms' };
    const asked = { ...rule, when } as typeof rule; // a threshold on another metric
    expect(guidedRepeat(finding('confirming'), asked)).toBeNull();
    const text = { sv: 'å'.repeat(301), en: 'a'.repeat(300) };
    const long = { ...rule, confirm: { ...rule.confirm!, patientText: text } };
    expect(guidedRepeat(finding('confirming'), long)?.text).toEqual({
      sv: 'å'.repeat(300),
      en: 'a'.repeat(300),
    });
  });
});
