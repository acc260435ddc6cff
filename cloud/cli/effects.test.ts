import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { effectsReportSchema } from '@hemma/protocols/api/effects.js';
import { runInProcess as run } from '../../tooling/testkit/command-line.js';
import { KeptCohort, cohortUnit } from '../../tooling/testkit/kept-cohort.js';
import { openDatabase } from '../database/database.js';

const folder = mkdtempSync(join(tmpdir(), 'hemma-effects-cli-'));
const settings = join(folder, 'settings.json');
const patients = 6;
afterAll(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

const effects = (...args: string[]) => run('effects', ...args, '--settings', settings);
const half = ['--period', '2026-H1'];

describe('hemma-cloud effects', () => {
  let due: number;
  beforeAll(async () => {
    // The command reads the clock of the machine, and what is due depends on it.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 6, 15) });
    writeFileSync(settings, JSON.stringify({ dataDir: folder }));
    const database = await openDatabase({ database: 'sqlite', dataDir: folder });
    const cohort = new KeptCohort(database, 1);
    await cohort.fill(patients);
    due = cohort.known.due;
    await database.close();
  });
  const json = async (...args: string[]) =>
    effectsReportSchema.parse(JSON.parse((await effects('report', ...args)).out));

  it('reports the same as a table, JSON and CSV', async () => {
    const report = await json(...half, '--format', 'json');
    expect(await json(...half, '--json')).toEqual(report);
    const adherence = report.measures[0]!;
    expect(adherence).toMatchObject({ id: 'adherence-measurements', n: patients });
    expect(adherence.details.find((it) => it.id === 'due')!.value).toBe(due);
    const text = (await effects('report', ...half)).out;
    expect(text).toMatch(/^2026-01-01 – 2026-06-30, all\n/);
    expect(text).toContain(`Measurement adherence`);
    expect(text).toContain(String(adherence.value));
    const csv = (await effects('report', ...half, '--format', 'csv', '--language', 'sv')).out;
    expect(csv).toMatch(/^\uFEFFFrån;Till;Nivå;/);
    expect(csv).toContain(`;${String(adherence.value).replace('.', ',')};%;${patients};`);
  });

  it('takes days for a period, and hides what fewer than five persons give', async () => {
    const days = ['--from', '2026-01-01', '--to', '2026-06-30', '--unit', cohortUnit];
    const report = await json(...days, '--format', 'json');
    expect(report.level).toEqual({ kind: 'unit', unit: cohortUnit });
    const states = new Map(report.measures.map((it) => [it.id, it.state]));
    expect(states.get('adherence-measurements')).toBe('computed');
    // Two go on, so that four have answers after the end.
    expect(states.get('symptom-before-after')).toBe('suppressed');
    const one = await json(...half, '--patient', 'p-00000003', '--format', 'json');
    expect(one.measures[0]).toMatchObject({ state: 'computed', n: 1 });
  });

  it.each([
    [['--period', '2026-H3'], 'request_invalid'],
    [['--period', '2026', '--from', '2026-01-01'], 'request_invalid'],
    [['--to', '2026-01-01'], 'request_invalid'],
    [['--from', '2026-02-30'], 'request_invalid'],
    [['--from', '2026-03-02', '--to', '2026-03-01'], 'request_invalid'],
    [[...half, '--format', 'xml'], 'request_invalid'],
    [[...half, '--language', 'de'], 'request_invalid'],
    [[...half, '--unit', 'a', '--plan', 'copd'], 'request_invalid'],
    [[...half, '--patient', 'Name'], 'request_invalid'],
    [[...half, '--patient', 'p-99999999'], 'not_found'],
    [[...half, '--unit', 'no-unit'], 'not_found'],
    [[...half, '--plan', 'no-plan'], 'not_found'],
    [[...half, '--group', 'no-group'], 'not_found'],
  ])('refuses %j', async (args, code) => {
    const ran = await effects('report', ...args, '--json');
    expect([ran.code, ran.out]).toEqual([1, '']);
    expect(JSON.parse(ran.err)).toMatchObject({ error: { code } });
  });

  it('imports a file, and says what was new', async () => {
    const file = join(folder, 'stays.csv');
    const row = 'p-00000001;2025-11-02;2025-11-05;I50.9';
    writeFileSync(file, `patient;inskriven;utskriven;huvuddiagnos\n${row}\n`);
    const args = ['import-inpatient', file, '--from', '2025-11-01', '--to', '2025-11-30'];
    const first = await effects(...args, '--json');
    const days = { from: '2025-11-01', to: '2025-11-30' };
    expect(JSON.parse(first.out)).toEqual({ added: 1, changed: 0, known: 0, repeated: 0, ...days });
    expect((await effects(...args)).out).toBe(
      '0 added, 0 changed, 1 known, 0 repeated in the file\n' +
        'all stays are known from 2025-11-01 to 2025-11-30\n',
    );
  });

  it('tells each row that cannot be used, and no value of it', async () => {
    const file = join(folder, 'bad.csv');
    const row = 'p-00000001;2025-11-09;2025-11-05;I50.9';
    writeFileSync(file, `patient;inskriven;utskriven;huvuddiagnos\n${row}\n`);
    const { code, err } = await effects('import-inpatient', file);
    expect(code).toBe(1);
    expect(err).toBe(
      'import_refused: 1 row of 1 cannot be used: nothing of the file was stored.\n' +
        '  stay_order line 2, discharged: The discharge is before the admission.\n',
    );
    const told = JSON.parse((await effects('import-inpatient', file, '--json')).err) as object;
    expect(told).toMatchObject({ error: { code: 'import_refused', problems: [{}] } });
  });

  it.each([
    [['--from', '2025-01-01'], 'request_invalid'],
    [['--from', '2025-02-01', '--to', '2025-01-01'], 'request_invalid'],
    [['--from', '2025-02-01', '--to', '2999-01-01'], 'request_invalid'],
    [['--from', 'yesterday', '--to', '2025-01-01'], 'request_invalid'],
    [[], 'import_unreadable'],
  ])('refuses a file that is no import, %j', async (args, code) => {
    const ran = await effects('import-inpatient', settings, ...args, '--json');
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.err)).toMatchObject({ error: { code } });
  });

  it('ends with 2 for wrong use, and 1 for a file that is not there', async () => {
    expect((await effects('import-inpatient')).code).toBe(2);
    expect((await effects('report', '--sort')).code).toBe(2);
    expect((await run('effects', 'nothing')).code).toBe(2);
    expect((await effects('import-inpatient', join(folder, 'none.csv'))).code).toBe(1);
  });
});
