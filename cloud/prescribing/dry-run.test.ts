import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { careUnit } from '../../tooling/testkit/care-unit.js';
import type { CareUnit } from '../../tooling/testkit/care-unit.js';
import { enrol } from '../../tooling/testkit/enrol.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { aMeasurement, journalled } from '../../tooling/testkit/measurements.js';
import { startPostgres } from '../../tooling/testkit/postgres.js';
import type { Postgres } from '../../tooling/testkit/postgres.js';
import { requires } from '../../tooling/testkit/requires.js';
import { PlanLibrary } from '../authoring/library.js';
import { loadCatalogue } from '../catalogue.js';
import { Prompts } from '../commands/wanted.js';
import { openDatabase } from '../database/database.js';
import type { Database } from '../database/database.js';
import { beginEpisode, runningEpisodes } from '../episodes/episodes.js';
import { contentDir } from '../folders.js';
import { SqlJournal } from '../journal/sql-journal.js';
import { DAY_MS } from '@hemma/protocols/plans/calendar.js';
import { loadContent, shippedPlan } from '../plans/content.js';
import { addEvent, eventsOf, ofKind } from '../record/care-record.js';
import { RulesFollower } from '../rules/follower.js';
import { Staff } from '../staff/staff.js';
import { Units } from '../units/units.js';
import { noPromises } from '../worklist/due.js';
import { Worklist } from '../worklist/worklist.js';
import { considerChange, considerStart } from './consider.js';
import { changeLimits } from './limits.js';
import { lookBackDays } from './minutes.js';
import { type PrescribingParts, calendar } from './parts.js';
import { startEpisode } from './start.js';

const content = loadContent(contentDir());
const catalogue = loadCatalogue(contentDir());
const planOf = shippedPlan(content);
const folder = mkdtempSync(join(tmpdir(), 'hemma-dry-run-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const patient = 'p-00000001';
const other = 'p-00000002';
/** Noon of a spring day; the night when clocks go forward is among the 90 days before it. */
const now = Date.UTC(2026, 4, 10, 10);
const from = calendar.instant(calendar.dayOf(now) - lookBackDays + 1, 0);
let files = 0;

const newFile = () =>
  openDatabase({ database: 'sqlite', dataDir: join(folder, String((files += 1))) });

function partsOn({ db }: Database, clock: ManualClock): PrescribingParts {
  return {
    ...{ db, clock, content, library: new PlanLibrary(content), planOf, catalogue },
    worklist: new Worklist(db, noPromises),
  };
}

/** A value a day, now and then with a repeat after a rest, a low one, or hours late. */
const happening = fc.record({
  day: fc.nat(lookBackDays - 1),
  minute: fc.integer({ min: 0, max: 500 }),
  spo2: fc.integer({ min: 82, max: 97 }),
  lateMinutes: fc.constantFrom(0, 0, 0, 30, 5 * 60, 40 * 60),
  repeat: fc.constantFrom(null, null, 84, 95),
});
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

interface Came {
  readonly measurement: Measurement;
  readonly receivedAt: number;
}

function cameOf(happenings: readonly Happening[], of = patient): readonly Came[] {
  const all = happenings.flatMap(({ day, minute, spo2, lateMinutes, repeat }) => {
    const at = from + day * DAY_MS + (minute + 60) * 60_000;
    const values = [spo2, ...(repeat === null ? [] : [repeat])];
    return values.map((value, i) => {
      const measuredAt = at + i * 6 * 60_000;
      const measured = { spo2: value, pulse_rate: 70 };
      return {
        measurement: aMeasurement({ kind: 'spo2', patient: of, at: measuredAt, values: measured }),
        receivedAt: measuredAt + lateMinutes * 60_000,
      };
    });
  });
  return all.filter((it) => it.receivedAt <= now).toSorted((a, b) => a.receivedAt - b.receivedAt);
}

/** Into the journal, each as it was received. */
async function fill(database: Database, came: readonly Came[]): Promise<void> {
  const store = new SqlJournal(database);
  for (const { measurement, receivedAt } of came)
    await journalled(store, [measurement], receivedAt);
}

type Limits = Readonly<Record<string, number>>;

/** What really came of these limits: the follower, reading by reading and night by night. */
async function replayed(plan: string, came: readonly Came[], parameters: Limits): Promise<unknown> {
  const database = await newFile();
  const { db } = database;
  const clock = new ManualClock(from);
  await enrol(db, { ref: patient, displayName: 'Test', plan, parameters }, from);
  await fill(database, came);
  const follower = new RulesFollower({
    ...{ content, planOf, catalogue, clock, tasks: new Worklist(db, noPromises) },
    refresh: () => Promise.resolve(),
    ...{ prompts: new Prompts(clock), changed: () => undefined },
  });
  const wake = async (until: number, position: number) => {
    clock.jumpWall(Math.max(0, until - clock.wall().ms));
    if (await follower.isDue(db))
      await db.transaction().execute((trx) => follower.wake(trx, position));
  };
  const entries = await new SqlJournal(database).readFrom(0, came.length);
  for (const entry of entries) {
    await wake(entry.receivedAt, entry.position - 1);
    await db.transaction().execute((trx) => follower.apply([entry], trx));
  }
  await wake(now, entries.length);
  const findings = await db
    .selectFrom('findings')
    .select(['kind', 'severity'])
    .where('topic', '=', 'assess')
    .execute();
  const tasks = await db
    .selectFrom('tasks')
    .select('severity')
    .where('kind', '=', 'assess')
    .execute();
  const calls = new Set(
    content.plans
      .get(plan)!
      .missingData.filter((it) => it.stage === 'staff-contact')
      .map((it) => it.id),
  );
  const missing = await db
    .selectFrom('findings')
    .select(['rule', 'severity'])
    .where('topic', '=', 'missing')
    .where('cause', '=', 'not-measured')
    .execute();
  await database.close();
  const counts = (rows: readonly { severity: string }[]) => ({
    info: rows.filter((it) => it.severity === 'info').length,
    yellow: rows.filter((it) => it.severity === 'yellow').length,
    red: rows.filter((it) => it.severity === 'red').length,
  });
  return {
    findings: counts(findings.filter((it) => it.kind === 'raised' || it.kind === 'note')),
    tasks: counts(tasks),
    unconfirmed: findings.filter((it) => it.kind === 'unconfirmed').length,
    notes: findings.filter((it) => it.kind === 'note').length,
    missing: counts(missing.filter((it) => calls.has(it.rule))),
  };
}

describe('the dry run', () => {
  it('predicts exactly what a replay through the follower gives', async () => {
    const months = (minLength: number, maxLength: number) =>
      fc.uniqueArray(happening, { selector: (it) => it.day, minLength, maxLength });
    const red = fc.integer({ min: 80, max: 89 });
    let raised = 0;
    let called = 0;
    const isHeld = async (happenings: readonly Happening[], spo2Red: number) => {
      const database = await newFile();
      await enrol(database.db, { ref: patient, displayName: 'Test', plan: null }, from);
      const came = cameOf(happenings);
      await fill(database, came);
      const parameters = { spo2Red, spo2Yellow: 91 };
      const asked = { patient, plan: 'copd', unit: null, parameters };
      const shown = await considerStart(partsOn(database, new ManualClock(now)), asked);
      await database.close();
      const predicted = shown.prediction!.patient!;
      raised += predicted.tasks.red + predicted.tasks.yellow;
      called += predicted.missing.yellow;
      expect(shown.prediction!.notCounted).toEqual([
        ...['staff-closes', 'technical-causes', 'attempts-and-remarks'],
      ]);
      expect(predicted).toMatchObject(
        (await replayed('copd', came, parameters)) as Record<string, unknown>,
      );
    };
    // Who measures most days, and who measures now and then: of them values stay away.
    for (const of of [months(45, 70), months(3, 12)])
      await fc.assert(fc.asyncProperty(of, red, isHeld), { numRuns: 3, endOnFailure: true });
    expect(raised).toBeGreaterThan(0);
    expect(called).toBeGreaterThan(0);
  }, 60_000);
});

/** The same on both databases: what counts tasks, minutes and patients is SQL. */
function budgetOn(name: string, open: () => Promise<Database>): void {
  describe(`the budget of a unit on ${name}`, () => {
    let database: Database;
    let parts: PrescribingParts;
    let care: CareUnit;
    beforeEach(async () => {
      database = await open();
      parts = partsOn(database, new ManualClock(now));
      for (const ref of [patient, other])
        await enrol(database.db, { ref, displayName: 'Test', plan: null }, from);
      care = await careUnit(database.db, from, { budgetMinutes: 20 });
      return () => database.close();
    });

    const low = (ref: string, days: number) =>
      cameOf(
        Array.from({ length: days }, (_, i) => ({
          ...{ day: lookBackDays - 1 - i, minute: 0, spo2: 84, lateMinutes: 0, repeat: 84 },
        })),
        ref,
      );
    const consider = (unit: string | null = care.unit) =>
      considerStart(parts, { patient, plan: 'copd', unit, parameters: {} });
    const plan = content.plans.get('copd')!;
    const actor = () => new Staff(database.db).actor(care.licensed);
    const asked = (digest: string, overBudgetReason: string | null) => ({
      ...{ patient, plan: 'copd', kind: 'prescribed' as const, unit: care.unit, parameters: {} },
      ...{ suitability: plan.suitability.map((it) => it.id), confirmedBy: null },
      ...{ digest, overBudgetReason },
    });
    /** An episode of the other patient that has begun as long ago as is looked back. */
    const begun = (planId = 'copd') =>
      database.db.transaction().execute((trx) =>
        beginEpisode(trx, {
          ...{ patient: other, plan: planId, planVersion: '0.1.0', kind: 'prescribed' },
          ...{ parameters: {}, unit: care.unit, startedAt: from },
        }),
      );

    it('says so for a patient without history', async () => {
      const { prediction } = await consider();
      expect(prediction).toMatchObject({
        ...{ patient: null, similar: null },
        unit: { budgetMinutes: 20, currentMinutes: 0, expectedMinutes: null, isOverBudget: false },
      });
    });

    it('looks at patients on the same plan where this one is new', async () => {
      await begun();
      await fill(database, low(other, 28));
      const { prediction } = await consider();
      expect(prediction).toMatchObject({ patient: null, similar: { patients: 1 } });
      const { similar, unit } = prediction!;
      expect(unit!.expectedMinutes).toBeCloseTo(unit!.currentMinutes + similar!.minutesPerWeek);
    });

    it('counts what the tasks of the unit take already, and times its own work', async () => {
      const episode = await begun('hypertension');
      const tasks = Array.from({ length: 26 }, (_, i) => `f-${i}`);
      await database.db
        .insertInto('findings')
        .values(tasks.map((id, i) => findingRow(id, episode, from + i * DAY_MS)))
        .execute();
      await database.db
        .insertInto('tasks')
        .values(
          tasks.map((id, i) => ({
            ...{ id, finding: id, patient: other, unit: care.unit, severity: 'yellow' as const },
            ...{ kind: 'assess' as const, audience: 'clinic' as const, state: 'closed' as const },
            ...{ opened_at: now - i * DAY_MS, due_at: null, escalated: 0, escalates_at: null },
            ...{ acknowledged_at: null, assignee: null, resolved_at: null, reason: null },
            closed_at: null,
          })),
        )
        .execute();
      const weeks = (now - from) / DAY_MS / 7;
      const usual = (await consider()).prediction!;
      expect(usual.taskMinutes.basis).toBe('usual');
      expect(usual.unit!.currentMinutes).toBeCloseTo((26 * 8) / weeks);
      const contact = { channel: 'phone', minutes: 104, replacesVisit: false } as const;
      await database.db.transaction().execute((trx) =>
        addEvent(trx, {
          ...{ patient: other, episode, at: now, receivedAt: now, staff: care.licensed },
          event: { kind: 'contact', ...contact },
        }),
      );
      const timed = (await consider()).prediction!;
      expect(timed.taskMinutes).toEqual({
        ...{ basis: 'timed', minutes: { info: 1, yellow: 4, red: 7.5 } },
      });
      expect(timed.unit!.currentMinutes).toBeCloseTo(104 / weeks);
    });

    it('keeps the reason for limits above the budget, and refuses them without one', async () => {
      await new Units(database.db).set(care.unit, { budgetMinutes: 1 });
      await fill(database, low(patient, 28));
      const shown = await consider();
      expect(shown.prediction!.unit!.isOverBudget).toBe(true);
      const start = async (reason: string | null) =>
        startEpisode(parts, await actor(), asked(shown.digest, reason));
      await expect(start(null)).rejects.toMatchObject({
        problems: [{ code: 'start_over_budget' }],
      });
      const episode = await start('Two weeks of adjusting oxygen');
      const [event] = ofKind(await eventsOf(database.db, patient), 'start');
      expect(event!.event.overBudget).toMatchObject({
        ...{ budget: 1, reason: 'Two weeks of adjusting oxygen' },
      });
      const changed = await considerChange(parts, episode, { parameters: { spo2Red: 82 } });
      expect(changed.before).toMatchObject({ spo2Red: 88 });
      const change = async (overBudgetReason: string | null) =>
        changeLimits(parts, await actor(), episode, {
          ...{ parameters: { spo2Red: 82 }, reason: 'Stable', digest: changed.digest },
          ...{ confirmedBy: null, overBudgetReason },
        });
      await change(changed.prediction!.unit!.isOverBudget ? 'As before' : null);
      const [now82] = await runningEpisodes(database.db, [patient]);
      expect(now82!.parameters).toMatchObject({ spo2Red: 82 });
    });
  });
}

function findingRow(id: string, episode: string, at: number) {
  return {
    ...{ id, patient: other, episode, plan: 'hypertension', plan_version: '0.1.0' },
    ...{ rule: 'ht-low', severity: 'yellow' as const, kind: 'raised' as const },
    ...{ began_at: at, raised_at: at, cleared_at: at + 1, found_at: at, latest_at: at, count: 1 },
    ...{ topic: 'assess' as const, audience: 'clinic' as const },
    ...{ staff_may_close: 0, recalculated: 0, reason: '{}', basis: '{}' },
  };
}

budgetOn('SQLite', newFile);

describe.skipIf(!requires('postgres', 'prescribing on PostgreSQL'))('with a server', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());
  budgetOn('PostgreSQL', async () =>
    openDatabase({ database: await postgres.freshDatabase(), dataDir: folder }),
  );
});
