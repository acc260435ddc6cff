import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EffectFigure, Level } from '@hemma/protocols/api/effects.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KeptCohort, cohortUnit } from '../../../tooling/testkit/kept-cohort.js';
import { cohortPlan } from '../../../tooling/testkit/kept-store.js';
import { startPostgres } from '../../../tooling/testkit/postgres.js';
import type { Postgres } from '../../../tooling/testkit/postgres.js';
import { requires } from '../../../tooling/testkit/requires.js';
import { openDatabase } from '../../database/database.js';
import type { Database } from '../../database/database.js';
import { spanOf } from '../period.js';
import { makeReport } from './make-report.js';
import { readHeartbeats } from './read-kept.js';
import { readLog } from './read-log.js';
import { calendar } from './sources.js';

const seed = Number(process.env['HEMMA_SEED'] ?? 20_260_302);
const patients = 24;
const period = { kind: 'half-year', year: 2026, half: 1 } as const;
const span = spanOf(period, calendar);
const all: Level = { kind: 'group', group: null };
const folder = mkdtempSync(join(tmpdir(), 'hemma-effects-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** part / whole with so many decimals, half up, in whole numbers only. */
function ratio(part: number, whole: number, decimals: number): number {
  const scaled = BigInt(Math.abs(part)) * 10n ** BigInt(decimals);
  const rounded = (2n * scaled + BigInt(whole)) / (2n * BigInt(whole));
  return (Math.sign(part) * Number(rounded)) / 10 ** decimals;
}

/** Twice the middle value, or the sum of the two in the middle. */
function twiceMiddle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length / 2) - 1]! + sorted[Math.floor(sorted.length / 2)]!;
}

const sumOf = (values: readonly number[]) => values.reduce((sum, it) => sum + it, 0);

function knownOn(server: string, open: () => Promise<Database>): void {
  describe(`a cohort kept in ${server}, known beforehand (seed ${seed})`, () => {
    let database: Database;
    let cohort: KeptCohort;
    let known: KeptCohort['known'];
    let figures: ReadonlyMap<string, EffectFigure>;
    const measuresOf = async (level: Level) =>
      (await makeReport(cohort.sources, { period, level })).measures;
    beforeAll(async () => {
      database = await open();
      cohort = new KeptCohort(database, seed);
      await cohort.fill(patients);
      known = cohort.known;
      figures = new Map((await measuresOf(all)).map((it) => [it.id, it]));
    }, 60_000);
    afterAll(() => database.close());
    const figure = (id: string) => figures.get(id)!;
    const detail = (id: string, part: string) =>
      figure(id).details.find((it) => it.id === part)!.value;

    it('adherence: windows, late entries, pauses, errors, readings that are too few', () => {
      const { due, kept, sameDay } = known;
      expect(detail('adherence-measurements', 'due')).toBe(due);
      expect(detail('adherence-measurements', 'kept')).toBe(kept);
      expect(detail('adherence-measurements', 'same-day')).toBe(sameDay);
      expect(figure('adherence-measurements')).toMatchObject({
        ...{ value: ratio(100 * kept, due, 1), n: patients },
        target: { met: 100 * kept >= 90 * due },
      });
    });

    it('completion and dropout', () => {
      const { completed, running, discontinued } = known;
      expect(figure('completion-rate').value).toBe(ratio(100 * completed, patients, 1));
      expect(completed + running + discontinued).toBe(patients);
      expect(figure('dropout').value).toBe(discontinued);
    });

    it('minutes of staff in the view and by telephone, and visits', () => {
      const { viewMinutes, phoneMinutes, daysInPlan, replaced, visits } = known;
      expect(figure('therapist-minutes').value).toBe(
        ratio(7 * (viewMinutes + phoneMinutes), daysInPlan, 1),
      );
      expect(detail('therapist-minutes', 'view')).toBe(ratio(7 * viewMinutes, daysInPlan, 1));
      expect(figure('visits-replaced').value).toBe(replaced);
      expect(detail('visits-replaced', 'visits')).toBe(visits);
    });

    it('scores before and after: n, mean and standard deviation', () => {
      const { changes, before } = known;
      const n = changes.length;
      expect(figure('symptom-before-after')).toMatchObject({
        ...{ n, value: ratio(sumOf(changes), n, 2) },
      });
      expect(detail('symptom-before-after', 'phq9_total.before.mean')).toBe(
        ratio(sumOf(before), n, 2),
      );
      const squares = sumOf(changes.map((it) => it * it));
      const variance = (n * squares - sumOf(changes) ** 2) / (n * (n - 1));
      expect(detail('symptom-before-after', 'phq9_total.change.sd')).toBeCloseTo(
        Math.sqrt(variance),
        2,
      );
    });

    it('days to the first value, staffed hours until a task is seen', () => {
      expect(figure('time-to-start').value).toBe(ratio(twiceMiddle(known.waits), 2, 1));
      const minutes = twiceMiddle(known.seenAfterMinutes);
      expect(figure('response-time').value).toBe(ratio(minutes, 2 * 60, 1));
      expect(detail('response-time', 'in-time')).toBe(100);
    });

    it('downtime by cause, and nothing of what nobody measured', () => {
      const { downHours, downByCause, daysInPlan } = known;
      expect(figure('technical-downtime').value).toBe(ratio(7 * downHours, daysInPlan, 2));
      for (const [cause, hours] of downByCause)
        expect(detail('technical-downtime', `${cause}.hours`)).toBe(hours);
      expect(figure('technical-downtime').details.map((it) => it.id)).not.toContain(
        'not-measured.hours',
      );
    });

    it('inpatient days before and after', () => {
      expect(detail('inpatient-days', 'days-before')).toBe(known.hospitalBefore);
      expect(detail('inpatient-days', 'days-after')).toBe(known.hospitalAfter);
    });

    it('says what nothing records, and never 0', () => {
      for (const id of ['equity', 'reporting-effort', 'net-benefit'])
        expect(figure(id)).toMatchObject({ state: 'not-recorded', value: null });
    });

    it('is the same for the plan and the unit of all of them', async () => {
      const measures = [...figures.values()];
      expect(await measuresOf({ kind: 'plan', plan: cohortPlan })).toEqual(measures);
      expect(await measuresOf({ kind: 'unit', unit: cohortUnit })).toEqual(measures);
      expect(await measuresOf({ kind: 'group', group: cohortPlan })).toEqual(measures);
    });

    it('is the same for a plan that nobody may start any more', async () => {
      const retired = { ...cohort.sources, library: { newest: () => new Map<string, never>() } };
      const asked = { period, level: { kind: 'plan', plan: cohortPlan } } as const;
      expect((await makeReport(retired, asked)).measures).toEqual([...figures.values()]);
    });

    it('adds up from the figures of the patients', async () => {
      const refs = (await readLog(cohort.sources, { span, level: all })).episodes;
      let due = 0;
      for (const { patient } of refs) {
        const [adherence] = await measuresOf({ kind: 'patient', patient });
        due += adherence!.details.find((it) => it.id === 'due')!.value ?? 0;
      }
      expect(due).toBe(known.due);
    });

    it('is of the period alone', async () => {
      const before = spanOf({ kind: 'half-year', year: 2025, half: 2 }, calendar);
      const log = await readLog(cohort.sources, { span: before, level: all });
      expect(log).toMatchObject({ episodes: [], occasions: [], tasks: [], heartbeats: [] });
    });

    it.each([
      { kind: 'unit', unit: 'lung-clinic' },
      { kind: 'plan', plan: 'no-plan' },
      { kind: 'group', group: 'nobody' },
      { kind: 'patient', patient: 'p-99999999' },
    ] as const)('knows no %o', async (level) => {
      await expect(readLog(cohort.sources, { span, level })).rejects.toMatchObject({
        code: 'not_found',
      });
    });

    it('refuses more episodes than a report is made of', async () => {
      const { episodes } = await readLog(cohort.sources, { span, level: all }, patients);
      expect(episodes).toHaveLength(patients);
      await expect(
        readLog(cohort.sources, { span, level: all }, patients - 1),
      ).rejects.toMatchObject({ code: 'request_invalid' });
    });

    it('refuses more timed work than it holds in memory', async () => {
      const count = (await readHeartbeats(database.db, span))!.length;
      expect(await readHeartbeats(database.db, span, count)).toHaveLength(count);
      await expect(readHeartbeats(database.db, span, count - 1)).rejects.toMatchObject({
        code: 'request_invalid',
      });
    });
  });
}

knownOn('SQLite', () => openDatabase({ database: 'sqlite', dataDir: join(folder, 'cohort') }));

describe.skipIf(!requires('postgres', 'effect measures on PostgreSQL'))('with a server', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());
  knownOn('PostgreSQL', async () =>
    openDatabase({ database: await postgres.freshDatabase(), dataDir: folder }),
  );
});

describe('an empty store', () => {
  it('records neither hospital days nor timed work until somebody does', async () => {
    const database = await openDatabase({ database: 'sqlite', dataDir: join(folder, 'empty') });
    const { sources } = new KeptCohort(database, seed);
    const log = await readLog(sources, { span, level: all });
    expect(log).toMatchObject({ inpatient: null, heartbeats: null, contacts: [], tasks: [] });
    await database.close();
  });
});
