import { effectsReportSchema } from '@hemma/protocols/api/effects.js';
import type { Level } from '@hemma/protocols/api/effects.js';
import { CodedError } from '@hemma/protocols/errors.js';
import { describe, expect, it } from 'vitest';
import { cohort } from '../../tooling/testkit/cohort.js';
import {
  at,
  effectContent,
  effectLog,
  episode,
  patient,
} from '../../tooling/testkit/effect-log.js';
import { effectsCommand } from '../cli/effects-report.js';
import { decimal } from '../plans/decimal.js';
import { groupBy } from '../plans/group.js';
import { effectMeasures } from './catalogue.js';
import { hiddenDetails } from './cells.js';
import { effectsCsv } from './csv.js';
import { numbersIn } from './definitions.js';
import type { EffectLog } from './log.js';
import type { Detail } from './measure.js';
import { parseLevel, parsePeriod } from './period.js';
import { effectsReport } from './report.js';

const period = { kind: 'full-year', year: 2026 } as const;
const all: Level = { kind: 'group', group: null };

function report(log: EffectLog, level: Level = all) {
  return effectsReport(log, { period, level }, effectContent);
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof CodedError) return error.code;
    throw error;
  }
  return 'none';
}

describe('the catalogue of effect measures', () => {
  it('has every measure of the content in its order, and its own with a definition', () => {
    const ids = effectContent.definitions.map((it) => it.id);
    const own = effectMeasures.filter((it) => !ids.includes(it.id));
    expect(effectMeasures.map((it) => it.id)).toEqual([...ids, ...own.map((it) => it.id)]);
    expect(own.map((it) => it.own?.id)).toEqual(own.map((it) => it.id));
  });

  it('has every measure that a plan names', () => {
    const ids = new Set(effectMeasures.map((it) => it.id));
    for (const plan of effectContent.plans.values())
      for (const id of plan.effectMeasures) expect([...ids]).toContain(id);
  });

  it('says of a measure that nothing computes that it does not', () => {
    const [first] = effectContent.definitions;
    const definitions = [{ ...first!, id: 'hope' }];
    const content = { ...effectContent, definitions };
    const [hope] = effectsReport(effectLog(), { period, level: all }, content).measures;
    expect(hope).toMatchObject({ id: 'hope', state: 'not-recorded', value: null });
    expect(hope?.note?.en).toContain('does not compute');
  });

  it('says of every input that is not recorded which one it is', () => {
    for (const { id, needs } of effectMeasures)
      for (const input of needs) {
        const figure = report(effectLog({ [input]: null })).measures.find((it) => it.id === id);
        expect(figure).toMatchObject({ state: 'not-recorded', value: null, details: [] });
        expect(figure?.note?.en).toContain(input);
      }
  });

  it('reads the numbers of a target in words', () => {
    expect(numbersIn('at most 2 taps and 20 seconds (own limit)')).toEqual([2, 20]);
    expect(numbersIn('improvement')).toEqual([]);
  });
});

describe('a report', () => {
  const { log } = cohort(7, 12);

  it('prints the definition, the zero measurement and the target with every figure', () => {
    for (const { id, definition, baseline, target } of report(log).measures) {
      const given = effectContent.definitions.find((it) => it.id === id);
      if (given === undefined) continue;
      expect(definition.formula).toBe(given.formula);
      expect(baseline.text).toBe(given.baseline);
      expect(target.text).toBe(given.target);
    }
  });

  it('says of nothing that there is nothing', () => {
    const { measures } = report(effectLog());
    const states = measures.map((it) => [it.id, it.state, it.value]);
    expect(states.filter(([, , value]) => value !== null)).toEqual([
      ['dropout', 'computed', 0],
      ['visits-replaced', 'computed', 0],
    ]);
  });

  it.each<Level>([
    all,
    { kind: 'plan', plan: 'heart-failure' },
    { kind: 'unit', unit: 'heart-clinic' },
    { kind: 'group', group: 'heart-failure' },
  ])('gives no reference to anybody for %j', (level) => {
    const text = JSON.stringify(report(log, level));
    expect(text).not.toMatch(/p-\d{8}|e-\d+|s-\d+|gw-/);
    expect(text).toContain('"state":"computed"');
  });

  it('is of the others for another plan, unit or group', () => {
    for (const level of [
      { kind: 'plan', plan: 'copd' },
      { kind: 'unit', unit: 'lung-clinic' },
      { kind: 'group', group: 'copd' },
    ] as const) {
      const { measures } = report(log, level);
      expect(measures.filter((it) => it.value !== null && it.value !== 0)).toEqual([]);
    }
    expect(codeOf(() => report(log, { kind: 'plan', plan: 'hope' }))).toBe('not_found');
  });

  it('has for one patient the measures that are of patients, and no small cells', () => {
    const { measures } = report(log, { kind: 'patient', patient: patient(3) });
    const byState = groupBy(measures, (it) => it.state);
    expect(byState.get('computed')?.map((it) => it.id)).toEqual([
      ...['adherence-measurements', 'therapist-minutes', 'technical-downtime'],
    ]);
    expect(byState.get('not-at-this-level')?.length).toBe(measures.length - 3);
    expect(
      byState.get('computed')?.flatMap((it) => it.details.filter((d) => d.suppressed)),
    ).toEqual([]);
  });

  it('adds up: both halves have the occasions of the year', () => {
    const due = (words: string) => {
      const asked = { period: parsePeriod(words), level: all };
      const [adherence] = effectsReport(log, asked, effectContent).measures;
      return adherence?.details.find((it) => it.id === 'due')?.value ?? 0;
    };
    expect(due('2026-H1') + due('2026-H2')).toBe(due('2026'));
    expect(due('2026-01-01..2026-12-31')).toBe(due('2026'));
    expect(due('2026-H1')).toBeGreaterThan(0);
  });

  it('hides groups of fewer than five and shows five', () => {
    const { smallCellLimit } = effectContent;
    const started = (count: number) => {
      const episodes = Array.from({ length: count }, (_, i) => episode(i + 1));
      return report(effectLog({ episodes })).measures.find((it) => it.id === 'completion-rate');
    };
    expect(started(smallCellLimit - 1)).toMatchObject({
      ...{ state: 'suppressed', suppressed: true, value: null, n: null, details: [] },
    });
    expect(started(smallCellLimit)).toMatchObject({ state: 'computed', suppressed: false, n: 5 });
  });

  it('counts persons and not episodes', () => {
    const episodes = [1, 2, 3, 4, 5, 6].map((n) =>
      episode(n, { patient: patient(1 + (n % 2)), endedAt: at('2026-05-01'), endReason: 'other' }),
    );
    const { measures } = report(effectLog({ episodes }));
    expect(measures.find((it) => it.id === 'dropout')?.state).toBe('suppressed');
  });
});

describe('cells', () => {
  const cell = (id: string, n: number): Detail => ({
    ...{
      id,
      n,
      name: { sv: id, en: id },
      unit: 'count',
      value: decimal(n),
      decimals: 0,
      cells: 'c',
    },
  });
  const hidden = (...counts: readonly number[]) => {
    const cells = counts.map((n, i) => cell(String(i), n));
    const found = hiddenDetails(cells, 5);
    return cells.filter((it) => found.has(it)).map((it) => it.n);
  };

  it('hides the next smallest one where one alone could be told from the total', () => {
    expect(hidden(20, 7, 3)).toEqual([7, 3]);
    expect(hidden(20, 7, 4, 1)).toEqual([4, 1]);
    expect(hidden(20, 7, 1, 1)).toEqual([7, 1, 1]);
  });

  it('hides nothing where nobody can be told', () => {
    expect(hidden(20, 5, 0)).toEqual([]);
  });
});

describe('a period and a level in words', () => {
  it.each([
    ['2026', { kind: 'full-year', year: 2026 }],
    ['2026-H2', { kind: 'half-year', year: 2026, half: 2 }],
    ['2026-02-03..2026-02-03', { kind: 'range', from: '2026-02-03', to: '2026-02-03' }],
  ])('%s', (words, expected) => {
    expect(parsePeriod(words)).toEqual(expected);
  });

  it.each(['', '26', '2026-H3', '2026-02-30..2026-03-01', '2026-03-02..2026-03-01', '2026..'])(
    'refuses the period "%s"',
    (words) => {
      expect(codeOf(() => parsePeriod(words))).toBe('request_invalid');
    },
  );

  it.each([
    ['all', all],
    ['group:copd', { kind: 'group', group: 'copd' }],
    ['unit:heart-clinic', { kind: 'unit', unit: 'heart-clinic' }],
    [`patient:${patient(1)}`, { kind: 'patient', patient: patient(1) }],
  ])('%s', (words, expected) => {
    expect(parseLevel(words)).toEqual(expected);
  });

  it.each(['', 'plan', 'patient:anna', 'ward:7', ':x'])('refuses the level "%s"', (words) => {
    expect(codeOf(() => parseLevel(words))).toBe('request_invalid');
  });
});

describe('what is printed', () => {
  const { log } = cohort(7, 12);

  it('is a table with the definitions below, in Swedish', () => {
    const { lines, value } = effectsCommand(report(log), 'sv', false);
    expect(effectsReportSchema.parse(value)).toEqual(report(log));
    expect(lines[0]).toBe('2026-01-01 – 2026-12-31, alla');
    const adherence = report(log).measures[0]!;
    const line = lines.find((it) => it.startsWith('Följsamhet till mätningar'));
    expect(line).toContain(String(adherence.value).replace('.', ','));
    expect(lines.join('\n')).toContain(`Definition, Avbrutna: count by reason`);
  });

  it('is a file for spreadsheets with a decimal comma and no formulas', () => {
    const municipality = '=HYPERLINK("https://example.org")';
    const people = log.episodes.map((it) => ({
      ...{ patient: it.patient, birthYear: null, sex: null, municipality },
    }));
    const csv = effectsCsv(report({ ...log, people }), 'sv');
    expect(csv.startsWith('\uFEFFFrån;Till;Nivå;Mått;Del;Värde;')).toBe(true);
    const rows = csv.trimEnd().split('\r\n');
    const [adherence] = report(log).measures;
    expect(rows[1]?.split(';').slice(0, 6)).toEqual([
      ...['2026-01-01', '2026-12-31', 'alla', 'Följsamhet till mätningar', ''],
      String(adherence?.value).replace('.', ','),
    ]);
    expect(csv).toContain(`'=HYPERLINK`);
    expect(csv).not.toMatch(/(^|;)"?=/m);
    expect(csv).toMatch(/;-\d+,\d+;/);
  });

  it('is the same file from the command line', () => {
    const { lines } = effectsCommand(report(log), 'sv', true);
    expect(`${lines.join('\r\n')}\r\n`).toBe(effectsCsv(report(log), 'sv'));
  });
});
