import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QuantityCode } from '@hemma/protocols/reading.js';
import { aMeasurement, journalEntries } from '../../tooling/testkit/measurements.js';
import { loadCatalogue } from '../catalogue.js';
import { zonedCalendar } from '../plans/calendar.js';
import { loadContent } from '../plans/content.js';
import { accept } from './accept.js';
import type { JudgedReading } from './accept.js';
import { emptyMemory, judge } from './judge.js';
import type { Memory, Verdict } from './judge.js';
import { limitRules } from './limits.js';

const content = join(import.meta.dirname, '../content');
const { plans } = loadContent(content);
const catalogue = loadCatalogue(content);
const calendar = zonedCalendar();

const hour = 3_600_000;
const day = 24 * hour;
/** 2026-01-15 08:00 in Stockholm: inside every morning window. */
const morning = Date.UTC(2026, 0, 15, 7);

let id = 0;
function reading(
  code: QuantityCode,
  value: number,
  at: number,
  more: Partial<JudgedReading> = {},
): JudgedReading {
  const deviceKind = code === 'spo2' ? 'pulse_oximeter' : 'bp_monitor';
  return {
    id: `m${(id += 1)}`,
    at,
    receivedAt: at,
    day: calendar.dayOf(at),
    minute: calendar.minuteOf(at),
    values: { [code]: value },
    deviceKind,
    ...more,
  };
}

/** A rule with the memory of one patient. */
function judging(planId: string, ruleId: string) {
  const plan = plans.get(planId)!;
  const rule = limitRules(plan, {}).find((it) => it.id === ruleId)!;
  let memory: Memory = emptyMemory;
  return {
    say(next: JudgedReading): Verdict {
      const judged = judge(rule, memory, next, { plan, catalogue, isRaised: true });
      memory = judged.memory;
      return judged.verdict;
    },
    remembered: () => memory.recent.length,
  };
}

const kinds = (verdicts: readonly Verdict[]): (string | null)[] =>
  verdicts.map((verdict) => verdict?.kind ?? null);

describe('a limit on each reading', () => {
  it.each([
    [91, null],
    [90, null],
    [89, 'match'],
  ])('systolic %d under "below 90" gives %s: equality is exact', (value, kind) => {
    const rule = judging('heart-failure', 'hf-sbp-verylow');
    expect(rule.say(reading('systolic_bp', value, morning))?.kind ?? null).toBe(kind);
  });

  it.each([
    [179, 109, null],
    [180, 109, 'systolic_bp'],
    [179, 110, 'diastolic_bp'],
    [200, 120, 'systolic_bp'],
  ] as const)('%d/%d under "180 or 110" names %s', (systolic_bp, diastolic_bp, code) => {
    const rule = judging('heart-failure', 'hf-sbp-high');
    const both = reading('systolic_bp', 0, morning, { values: { systolic_bp, diastolic_bp } });
    const verdict = rule.say(both);
    expect(verdict !== null && 'limit' in verdict ? verdict.limit.code : null).toBe(code);
  });

  it('never clears by itself where only a person may', () => {
    const rule = judging('copd', 'copd-spo2-red');
    const said = [87, 95, 97].map((value, i) => rule.say(reading('spo2', value, morning + i)));
    expect(kinds(said)).toEqual(['match', null, null]);
  });
});

describe('a limit on the daily value', () => {
  const daily = (values: readonly number[]): (string | null)[] => {
    const rule = judging('heart-failure', 'hf-sbp-low');
    return kinds(
      values.map((value, i) => rule.say(reading('systolic_bp', value, morning + i * day))),
    );
  };

  it('needs its values in a row, and clears further back', () => {
    expect(daily([97, 99, 103, 104, 105, 106])).toEqual([null, 'match', null, null, null, 'clear']);
    expect(daily([97, 100, 99, 99])).toEqual([null, null, null, 'match']);
  });

  it('is the mean of the first two readings of the morning', () => {
    const rule = judging('heart-failure', 'hf-sbp-low');
    const minutes = (m: number): number => m * 60_000;
    rule.say(reading('systolic_bp', 95, morning));
    const said = [
      rule.say(reading('systolic_bp', 98, morning + day)),
      rule.say(reading('systolic_bp', 101, morning + day + minutes(2))),
      rule.say(reading('systolic_bp', 60, morning + day + minutes(4))),
    ];
    // 98 → 98; with 101 the mean is 99.5, shown as 100; the third reading is no part of the value.
    expect(kinds(said)).toEqual(['match', null, null]);
  });

  it('does not count a second reading of a day as a second day', () => {
    const rule = judging('copd', 'copd-spo2-yellow');
    const said = [89, 88, 89].map((v, i) => rule.say(reading('spo2', v, morning + i * 60_000)));
    expect(kinds(said)).toEqual([null, null, null]);
  });

  it('follows the local calendar through the end of summer time', () => {
    const rule = judging('copd', 'copd-spo2-yellow');
    const evening = Date.UTC(2026, 9, 24, 21, 30); // 23:30 on 24 October in Stockholm
    expect(rule.say(reading('spo2', 89, evening))).toBeNull();
    expect(rule.say(reading('spo2', 89, evening + hour))?.kind).toBe('match'); // 00:30 on the 25th
  });

  it('forgets a first value that lies too far back', () => {
    const rule = judging('copd', 'copd-spo2-yellow');
    rule.say(reading('spo2', 89, morning));
    expect(rule.say(reading('spo2', 89, morning + 30 * day))).toBeNull();
    expect(rule.say(reading('spo2', 89, morning + 31 * day))?.kind).toBe('match');
  });
});

describe('a reading that comes late', () => {
  const red = (): ReturnType<typeof judging> => judging('copd', 'copd-spo2-red');
  const late = (value: number, at: number, by: number): JudgedReading =>
    reading('spo2', value, at, { receivedAt: at + by });

  it.each([
    [24 * hour, 'match'],
    [24 * hour + 1, 'note'],
    [30 * day, 'note'],
  ])('by %d ms gives a %s', (by, kind) => {
    expect(red().say(late(80, morning, by))?.kind).toBe(kind);
  });

  it('older than the newest one judged is only noted, and clears nothing', () => {
    const rule = red();
    rule.say(late(95, morning, 0));
    expect(rule.say(late(80, morning - 1, 1))?.kind).toBe('note');
    const yellow = judging('heart-failure', 'hf-sbp-low');
    for (const i of [0, 1, 2]) yellow.say(reading('systolic_bp', 95, morning + i * day));
    const old = reading('systolic_bp', 120, morning - day, { receivedAt: morning + 2 * day });
    expect(yellow.say(old)).toBeNull();
  });

  it('still is the first of two days when the second is fresh', () => {
    const rule = judging('heart-failure', 'hf-sbp-low');
    const first = reading('systolic_bp', 95, morning, { receivedAt: morning + 25 * hour });
    expect(rule.say(first)).toBeNull();
    expect(rule.say(reading('systolic_bp', 95, morning + day + hour))?.kind).toBe('match');
  });

  it('never raises an alarm that is older than the newest reading, in whatever order', () => {
    const readings = fc.array(
      fc.record({
        value: fc.integer({ min: 70, max: 100 }),
        at: fc.integer({ min: 0, max: 10 * 24 }),
        delay: fc.integer({ min: 0, max: 5 * 24 }),
      }),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(
      fc.property(readings, (list) => {
        const rule = red();
        const inOrder = list
          .map((it) => late(it.value, morning + it.at * hour, it.delay * hour))
          .sort((a, b) => a.receivedAt - b.receivedAt);
        let newest = -Infinity;
        for (const next of inOrder) {
          const verdict = rule.say(next);
          if (verdict?.kind === 'match') {
            expect(next.at).toBeGreaterThanOrEqual(newest);
            expect(next.receivedAt - next.at).toBeLessThanOrEqual(24 * hour);
            expect(next.values.spo2).toBeLessThan(88);
          }
          newest = Math.max(newest, next.at);
        }
      }),
    );
  });
});

describe('what a rule remembers', () => {
  it('stays small however much is measured, and ignores what is none of its business', () => {
    const rule = judging('heart-failure', 'hf-sbp-low');
    for (let i = 0; i < 1_000; i += 1) rule.say(reading('systolic_bp', 120, morning + i * 60_000));
    expect(rule.remembered()).toBeLessThanOrEqual(100);
    const before = rule.remembered();
    rule.say(reading('glucose', 5, morning + day));
    expect(rule.remembered()).toBe(before);
  });
});

describe('what counts', () => {
  const accepted = (measurement: ReturnType<typeof aMeasurement>): JudgedReading | null =>
    accept(journalEntries([measurement])[0]!, catalogue, calendar);

  it.each(['control_solution', 'time_uncertain'] as const)('is nothing marked %s', (flag) => {
    expect(accepted(aMeasurement({ flags: [flag] }))).toBeNull();
    expect(accepted(aMeasurement({ flags: ['unusual'] }))).not.toBeNull();
  });

  it('is no failed attempt, and no value outside the hard limits', () => {
    expect(accepted(aMeasurement({ failure: 'aborted' }))).toBeNull();
    expect(accepted(aMeasurement({ kind: 'spo2', values: { spo2: 101 } }))).toBeNull();
    const some = accepted(aMeasurement({ values: { systolic_bp: 301, diastolic_bp: 80 } }));
    expect(some?.values).toEqual({ diastolic_bp: 80 });
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
