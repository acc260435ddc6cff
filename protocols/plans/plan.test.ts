import { describe, expect, it } from 'vitest';
import { clearSchema, leavesOf, whenSchema } from './condition.js';
import { ruleSchema } from './rule.js';
import { frequencySchema } from './schedule.js';
import { daysIn, durationSchema } from './text.js';

const pulse = {
  ...{ type: 'threshold', metric: 'pulse_rate', aggregate: 'daily' },
  ...{ op: '>', value: 100, consecutive: 2 },
};

describe('a condition', () => {
  it('may be nested, and its leaves are found', () => {
    const nested = {
      type: 'any',
      of: [pulse, { type: 'all', of: [pulse, { type: 'no-contact', days: 14 }] }],
    };
    expect(leavesOf(whenSchema.parse(nested)).map((it) => it.type)).toEqual([
      ...['threshold', 'threshold', 'no-contact'],
    ]);
  });

  it.each([
    ['an unknown key', { ...pulse, consequtive: 2 }],
    ['no operator', { ...pulse, op: undefined }],
    ['an operator that is none', { ...pulse, op: '==' }],
    ['a count of no values', { ...pulse, consecutive: 0 }],
    ['an empty combination', { type: 'all', of: [] }],
    ['a clear kind', { type: 'staff-closes' }],
    [
      'an offset, which only clears have',
      { ...pulse, offsetFromParameter: { parameter: 'a', offset: 1 } },
    ],
    [
      'a count of readings without a window',
      {
        type: 'count',
        metric: 'glucose',
        aggregate: 'reading',
        match: { op: '<', value: 3.9 },
        atLeast: 2,
      },
    ],
    [
      'a change without a baseline',
      {
        type: 'score',
        metric: 'cat_total',
        op: '>=',
        value: 2,
        reference: null,
        mode: 'change',
        consecutive: 1,
      },
    ],
  ])('as a trigger is refused for %s', (_, condition) => {
    expect(whenSchema.safeParse(condition).success).toBe(false);
  });

  it('as an end may be closed by staff, and goes back to the baseline in whole points', () => {
    const back = { type: 'score-back', metric: 'cat_total', to: 'baseline+1', orStaffCloses: true };
    expect(clearSchema.safeParse(back).success).toBe(true);
    expect(clearSchema.safeParse({ ...back, to: 'baseline+a' }).success).toBe(false);
    expect(clearSchema.safeParse({ ...pulse, valueFromParameter: 'x' }).success).toBe(false);
  });
});

describe('a rule', () => {
  const text = { sv: 'a', en: 'a' };
  const rule = {
    ...{ id: 'r', severity: 'red', name: text, enabledByDefault: true, editable: true },
    ...{ when: pulse, cooldown: 'P1D', clear: { type: 'staff-closes' } },
    confirm: {
      type: 'repeat',
      restMinutes: 5,
      withinMinutes: 30,
      ifNotRepeated: 'yellow',
      patientText: text,
    },
  };

  it('may be read before its texts are written', () => {
    expect(ruleSchema.safeParse(rule).success).toBe(true);
  });

  it('leaves time for the repeat', () => {
    const confirm = { ...rule.confirm, restMinutes: 30 };
    expect(ruleSchema.safeParse({ ...rule, confirm }).success).toBe(false);
  });
});

describe('schedules and durations', () => {
  it.each(['weekly:8', 'weekly:', 'every:0', 'each day'])('%s is no short form', (form) => {
    expect(frequencySchema.safeParse({ type: 'phase', start: form }).success).toBe(false);
  });

  it('are days, hours or minutes', () => {
    expect(['P1D', 'PT1H', 'PT30M'].every((it) => durationSchema.safeParse(it).success)).toBe(true);
    expect(['P0D', '1D', 'P1W', 'PT1D'].some((it) => durationSchema.safeParse(it).success)).toBe(
      false,
    );
    expect(daysIn('P14D')).toBe(14);
  });
});
