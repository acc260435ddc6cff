import fc from 'fast-check';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadContent } from '../plans/content.js';
import { answerCase } from './dry-run/answer.js';
import { parseCase } from './dry-run/case.js';

const content = loadContent(fileURLToPath(new URL('../content', import.meta.url)));

/** The events of a rule on one daily value a day, as `day event`. */
function events(rule: string, values: readonly number[]): string[] {
  const plan = rule.startsWith('hf-') ? 'heart-failure' : 'copd';
  const input = values.map((dailyValue, i) => ({ day: i + 1, dailyValue }));
  const answer = answerCase(
    parseCase({ id: 'p', plan, rule, kind: 'daily', input }, content),
    content,
  );
  return (answer as readonly { day: number; event: string }[]).map((it) => `${it.day} ${it.event}`);
}

const pressures = fc.array(fc.integer({ min: 85, max: 120 }), { maxLength: 60 });
const weights = fc.array(
  fc.integer({ min: 700, max: 780 }).map((it) => it / 10),
  { maxLength: 60 },
);

describe('hysteresis', () => {
  it('flapping between the two limits is one entry and one exit', () => {
    const between = fc.array(fc.integer({ min: 90, max: 104 }), { maxLength: 40 });
    fc.assert(
      fc.property(between, (flapping) => {
        const values = [97, 99, ...flapping, 104, 105, 105];
        expect(events('hf-sbp-low', values)).toEqual([
          '2 active-yellow',
          `${values.length} cleared`,
        ]);
      }),
    );
  });

  it('entries and exits alternate, whatever comes', () => {
    fc.assert(
      fc.property(pressures, (values) => {
        const names = events('hf-sbp-low', values).map((it) => it.split(' ')[1]);
        expect(names).toEqual(names.map((_, i) => (i % 2 === 0 ? 'active-yellow' : 'cleared')));
      }),
    );
  });

  it('every entry has two values below 100, every exit two at 105 or above', () => {
    fc.assert(
      fc.property(pressures, (values) => {
        for (const line of events('hf-sbp-low', values)) {
          const [day, event] = line.split(' ');
          const lastTwo = values.slice(Number(day) - 2, Number(day));
          const isBeyond = (it: number) => (event === 'cleared' ? it >= 105 : it < 100);
          expect([lastTwo.length, lastTwo.every(isBeyond)]).toEqual([2, true]);
        }
      }),
    );
  });

  it('a gain clears at 1.0 kg below the value that fired, not by the first small drop', () => {
    const drops = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 20 });
    fc.assert(
      fc.property(drops, (tenths) => {
        const values = [80.3, 82.3, ...tenths.map((it) => (823 - it) / 10), 81.3];
        expect(events('hf-w-gain3d', values)).toEqual([
          '2 active-yellow',
          `${values.length} cleared`,
        ]);
      }),
    );
  });
});

describe('direction', () => {
  it('a loss is a gain in the mirror', () => {
    fc.assert(
      fc.property(weights, (values) => {
        const mirrored = values.map((it) => Math.round(1500 - it * 10) / 10);
        expect(events('hf-w-loss', mirrored)).toEqual(events('hf-w-gain3d', values));
      }),
    );
  });

  it('values that only fall never fire a rule on rising ones, and the other way round', () => {
    fc.assert(
      fc.property(weights, (values) => {
        const rising = values.toSorted((a, b) => a - b);
        expect(events('hf-w-loss', rising)).toEqual([]);
        expect(events('hf-w-gain3d', rising.toReversed())).toEqual([]);
      }),
    );
  });

  it('a value at the limit is on the side that the operator says', () => {
    expect(events('hf-sbp-low', [100, 100])).toEqual([]);
    expect(events('hf-hr-high', [100, 100])).toEqual([]);
    expect(events('hf-w-above-target', [2, 2, 2])).toEqual(['3 active-yellow']);
    expect(events('copd-pef-yellow', [80, 80])).toEqual([]);
  });
});

describe('rounding', () => {
  it('rules see what is shown: thousandths make no difference that rounding hides', () => {
    const thousandths = fc.array(fc.integer({ min: 70_000, max: 78_000 }), { maxLength: 40 });
    fc.assert(
      fc.property(thousandths, (values) => {
        const exact = values.map((it) => it / 1000);
        const shown = values.map((it) => Math.floor((it + 50) / 100) / 10);
        expect(events('hf-w-gain3d', exact)).toEqual(events('hf-w-gain3d', shown));
      }),
    );
  });

  it('is half up at the limit', () => {
    expect(events('hf-sbp-low', [99.5, 99.5])).toEqual([]);
    expect(events('hf-sbp-low', [99.4, 99.4])).toEqual(['2 active-yellow']);
  });
});
