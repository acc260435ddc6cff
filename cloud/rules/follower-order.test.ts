import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { enrol } from '../../tooling/testkit/enrol.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { aMeasurement, journalEntries } from '../../tooling/testkit/measurements.js';
import { loadCatalogue } from '../catalogue.js';
import { Prompts } from '../commands/wanted.js';
import { openDatabase } from '../database/database.js';
import type { Database } from '../database/database.js';
import type { JournalEntry } from '../journal/journal.js';
import { SqlJournal } from '../journal/sql-journal.js';
import { DAY_MS, zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import { loadContent, shippedPlan } from '../plans/content.js';
import { courseOf } from '../plans/course.js';
import { emptyRecord } from '../plans/record.js';
import { noPromises } from '../worklist/due.js';
import { Worklist } from '../worklist/worklist.js';
import { accept } from './accept.js';
import { RulesFollower } from './follower.js';
import { planFindings } from './plan-findings.js';

const contentDir = join(import.meta.dirname, '../content');
const content = loadContent(contentDir);
const catalogue = loadCatalogue(contentDir);
const planOf = shippedPlan(content);
const calendar = zonedCalendar();
const folder = mkdtempSync(join(tmpdir(), 'hemma-order-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const patient = 'p-00000001';
const parameters = { targetWeight: 80 };
/** Three weeks with the night in which clocks go forward. */
const start = Date.UTC(2025, 2, 20, 11);
const days = 21;
const end = start + (days + 8) * DAY_MS;

const kinds = {
  blood_pressure: (share: number) => ({ systolic_bp: 84 + share, diastolic_bp: 60 + share / 2 }),
  body_weight: (share: number) => ({ body_weight: 78 + share / 20 }),
  spo2: (share: number) => ({ spo2: Math.min(100, 84 + share / 8), pulse_rate: 50 + share / 1.5 }),
  glucose: (share: number) => ({ glucose: 2.5 + share / 4.5 }),
};

/** A reading at some minute of the weeks, and how late it comes. */
const happening = fc.record({
  minute: fc.nat(days * 24 * 60),
  kind: fc.constantFrom('blood_pressure', 'body_weight', 'spo2', 'glucose'),
  share: fc.integer({ min: 0, max: 100 }),
  lateMinutes: fc.constantFrom(0, 0, 0, 1, 7, 90, 26 * 60, 5 * 24 * 60),
  /** Somebody measures again after a rest. */
  repeatAfter: fc.constantFrom(null, null, 6),
});
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

function entriesOf(happenings: readonly Happening[]): JournalEntry[] {
  return happenings.flatMap(({ minute, kind, share, lateMinutes, repeatAfter }) =>
    [0, ...(repeatAfter === null ? [] : [repeatAfter])].flatMap((more) => {
      const at = start + (minute + more) * 60_000;
      const own: Measurement = aMeasurement({ kind, at, values: kinds[kind](share) });
      return journalEntries([own], at + lateMinutes * 60_000);
    }),
  );
}

let files = 0;

/** What the running follower finds when entries come as they were received, in such batches. */
async function followed(
  plan: string,
  entries: readonly JournalEntry[],
  batchSizes: readonly number[],
): Promise<unknown[]> {
  const database = await openDatabase({
    database: 'sqlite',
    dataDir: join(folder, String((files += 1))),
  });
  const { db } = database;
  await enrol(db, { ref: patient, displayName: 'Test', plan, parameters }, start);
  const clock = new ManualClock(start);
  const tasks = new Worklist(db, noPromises);
  const changed = (): void => undefined;
  const follower = new RulesFollower({
    ...{ content, planOf, catalogue, clock, tasks, changed },
    refresh: () => Promise.resolve(),
    prompts: new Prompts(clock),
  });
  await store(database, entries);
  const journal = new SqlJournal(database);
  for (let from = 0, turn = 0; from < entries.length; turn += 1) {
    const batch = await journal.readFrom(from, batchSizes[turn % batchSizes.length] ?? 1);
    await wakeUntil({ db, follower, clock, position: from }, batch[0]!.receivedAt);
    await db.transaction().execute((trx) => follower.apply(batch, trx));
    from += batch.length;
  }
  await wakeUntil({ db, follower, clock, position: entries.length }, end);
  const rows = await db
    .selectFrom('findings')
    .selectAll()
    .where('topic', '=', 'assess')
    .orderBy('began_at')
    .execute();
  const taskRows = await db
    .selectFrom('tasks')
    .innerJoin('findings', 'findings.id', 'tasks.finding')
    .where('topic', '=', 'assess')
    .select('finding')
    .execute();
  await database.close();
  const raised = rows.filter((it) => it.kind === 'raised').map((it) => it.id);
  expect(taskRows.map((it) => it.finding).toSorted()).toEqual(raised.toSorted());
  return rows.map((it) => [
    ...[it.rule, it.began_at, it.raised_at, it.cleared_at, it.count, it.found_at],
  ]);
}

/** All rows at once: a follower reads no further than its batch. */
async function store({ db }: Database, entries: readonly JournalEntry[]): Promise<void> {
  const rows = entries
    .toSorted((a, b) => a.receivedAt - b.receivedAt)
    .map(({ id, measuredAt, receivedAt, ...entry }, i) => ({
      ...{ gateway: entry.gateway, ledger: entry.ledger, seq: i + 1, position: i + 1 },
      ...{ id: Buffer.from(id, 'hex'), patient, kind: entry.kind, text: entry.text },
      ...{ measured_at: measuredAt, received_at: receivedAt },
    }));
  await db.insertInto('journal').values(rows).execute();
}

interface Scene {
  readonly db: Database['db'];
  readonly follower: RulesFollower;
  readonly clock: ManualClock;
  readonly position: number;
}

/** Time goes on to an instant; the timer wakes the follower there. */
async function wakeUntil(scene: Scene, instant: number): Promise<void> {
  const { db, follower, clock, position } = scene;
  clock.jumpWall(Math.max(0, instant - clock.wall().ms));
  if (!(await follower.isDue(db))) return;
  await db.transaction().execute((trx) => follower.wake(trx, position));
}

/** The same from all entries at once. */
function found(planId: string, entries: readonly JournalEntry[]): unknown[] {
  const plan = content.plans.get(planId)!;
  const startDay = calendar.dayOf(start);
  const course = courseOf({ plan, content, calendar, parameters, startDay });
  const readings = entries.flatMap((it) => accept(it, catalogue) ?? []);
  const findings = planFindings({ course, record: { ...emptyRecord, readings }, now: end });
  return findings.map((it) => [
    ...[it.rule, it.beganAt, it.raisedAt, it.clearedAt, it.count, it.knownAt],
  ]);
}

const byText = (lines: readonly unknown[]): string[] =>
  lines.map((it) => JSON.stringify(it)).toSorted();

describe('the follower, however readings come', () => {
  it.each(['heart-failure', 'copd', 'hypertension', 'type2-diabetes'])(
    'finds for %s what the plan finds in all readings at once',
    async (plan) => {
      const months = fc.uniqueArray(happening, {
        ...{ selector: (it) => it.minute, minLength: 70, maxLength: 90 },
      });
      const batches = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 });
      await fc.assert(
        fc.asyncProperty(months, batches, async (happenings, sizes) => {
          const entries = entriesOf(happenings);
          expect(byText(await followed(plan, entries, sizes))).toEqual(
            byText(found(plan, entries)),
          );
        }),
        { numRuns: 12, endOnFailure: true },
      );
    },
    60_000,
  );
});
