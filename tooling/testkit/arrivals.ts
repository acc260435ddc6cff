import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { loadCatalogue } from '@hemma/cloud/catalogue.js';
import { Prompts } from '@hemma/cloud/commands/wanted.js';
import { openDatabase } from '@hemma/cloud/database/database.js';
import type { Database } from '@hemma/cloud/database/database.js';
import { Fleet } from '@hemma/cloud/fleet/fleet.js';
import { contentDir } from '@hemma/cloud/folders.js';
import type { NewEntry } from '@hemma/cloud/journal/journal.js';
import { SqlJournal } from '@hemma/cloud/journal/sql-journal.js';
import { zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import { groupBy } from '@hemma/cloud/plans/group.js';
import { loadContent, shippedPlan } from '@hemma/cloud/plans/content.js';
import { addEvent } from '@hemma/cloud/record/care-record.js';
import type { CareEvent } from '@hemma/cloud/record/events.js';
import { RulesFollower } from '@hemma/cloud/rules/follower.js';
import { noPromises } from '@hemma/cloud/worklist/due.js';
import { Worklist } from '@hemma/cloud/worklist/worklist.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { enrol } from './enrol.js';
import { ManualClock } from './manual-clock.js';
import { aMeasurement } from './measurements.js';

/**
 * One simulated month that comes to many patients, to each in an order and in batches of its own:
 * readings, late ones among them, each through two gateways; answers, contacts, pauses, limits. What
 * the running rules have found in the end is told in a form in which equal is equal to the byte.
 */

const content = loadContent(contentDir());
const catalogue = loadCatalogue(contentDir());
const calendar = zonedCalendar();

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A month with the night in which clocks go forward. */
const start = Date.UTC(2025, 2, 14, 11);
const days = 30;
const end = start + (days + 2) * DAY_MS;
/** All that comes from one home in so many batches. */
const rounds = 4;

const kinds = {
  blood_pressure: (share: number) => ({ systolic_bp: 84 + share, diastolic_bp: 60 + share / 2 }),
  body_weight: (share: number) => ({ body_weight: 78 + share / 20 }),
  spo2: (share: number) => ({ spo2: Math.min(100, 84 + share / 8), pulse_rate: 50 + share / 1.5 }),
  glucose: (share: number) => ({ glucose: 2.5 + share / 4.5 }),
};

const happening = fc.record({
  minute: fc.nat(days * 24 * 60),
  kind: fc.constantFrom('blood_pressure', 'body_weight', 'spo2', 'glucose'),
  share: fc.integer({ min: 0, max: 100 }),
  lateMinutes: fc.constantFrom(0, 0, 0, 1, 7, 90, 26 * 60, 5 * 24 * 60),
  failure: fc.constantFrom(null, null, null, null, null, 'aborted', 'out_of_device_range'),
  event: fc.constantFrom(null, null, null, null, 'answer', 'contact', 'limits', 'pause', 'snooze'),
});
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

export type Month = readonly Happening[];

/** The same seed gives the same month. */
export function aMonth(seed: number): Month {
  const months = fc.uniqueArray(happening, {
    ...{ selector: (it: Happening) => it.minute, minLength: 50, maxLength: 60 },
  });
  return fc.sample(months, { numRuns: 1, seed })[0] ?? [];
}

interface Arrivals {
  readonly plan: string;
  readonly month: Month;
  readonly seed: number;
  /** So many patients, each with an order of their own; the first in that of the month. */
  readonly orders: number;
  readonly dataDir: string;
  /** Entries of the journal that are judged at once. */
  readonly batch?: number;
}

type Arrived =
  | { readonly at: number; readonly receivedAt: number; readonly measurement: Measurement }
  | { readonly at: number; readonly receivedAt: number; readonly event: CareEvent };

interface Home {
  readonly patient: string;
  readonly gateways: readonly string[];
  /** In the order in which they come. */
  readonly arrivals: readonly Arrived[];
  /** Names of the month for ids that are each patient's own. */
  readonly names: Map<string, string>;
}

/** What was found for each of the patients, with how it was judged. */
export async function findingsByOrder(options: Arrivals): Promise<readonly string[]> {
  const { plan, orders, dataDir, batch = 1_000 } = options;
  const database = await openDatabase({ database: 'sqlite', dataDir });
  const clock = new ManualClock(end);
  const follower = new RulesFollower({
    ...{ content, catalogue, clock, planOf: shippedPlan(content) },
    refresh: () => Promise.resolve(),
    ...{
      tasks: new Worklist(database.db, noPromises),
      prompts: new Prompts(clock),
      changed: () => undefined,
    },
  });
  const homes = Array.from({ length: orders }, (_, i) => homeOf(options, i));
  const fleet = new Fleet(database.db);
  for (const { patient, gateways } of homes) {
    const person = { ref: patient, displayName: 'Test', plan, parameters: { targetWeight: 80 } };
    await enrol(database.db, person, start);
    for (const gateway of gateways) await fleet.add(gateway, patient, start);
  }
  for (let round = 0; round < rounds; round += 1) {
    await arrive(database, homes, round);
    await say(fleet, homes, round);
    await judge(database, follower, { clock, batch });
  }
  const told: string[] = [];
  for (const home of homes) told.push(await tell(database, home));
  await database.close();
  return told;
}

function homeOf({ month, seed }: Arrivals, i: number): Home {
  const patient = `p-${String(i).padStart(8, '0')}`;
  const names = new Map<string, string>();
  const arrived = month.map((it, n) => arrivedOf(it, n, { patient, names }));
  const [shuffled = arrived] = fc.sample(
    fc.shuffledSubarray(arrived, { minLength: arrived.length }),
    { numRuns: 1, seed: seed + i },
  );
  const gateways = [`gw-${i}-a`, `gw-${i}-b`];
  return { patient, gateways, names, arrivals: i === 0 ? arrived : shuffled };
}

function arrivedOf(
  { minute, kind, share, lateMinutes, failure, event }: Happening,
  n: number,
  { patient, names }: Pick<Home, 'patient' | 'names'>,
): Arrived {
  const at = start + minute * MINUTE_MS;
  const times = { at, receivedAt: at + lateMinutes * MINUTE_MS };
  if (event !== null) return { ...times, event: eventOf(event, share, at) };
  const device = { identity: `ble:${patient}`, sequence: n + 1 };
  const values = kinds[kind](share);
  const measurement = aMeasurement({ kind, at, values, failure, device, patient });
  names.set(measurement.id, `reading-${n}`);
  return { ...times, measurement };
}

function eventOf(kind: NonNullable<Happening['event']>, share: number, at: number): CareEvent {
  const items = content.questionnaires.get('hemma-hf-check')?.items ?? [];
  const day = calendar.dayOf(at);
  switch (kind) {
    case 'answer': {
      const answers = Object.fromEntries(items.map((it) => [it.id, share % 3]));
      const common = { questionnaire: 'hemma-hf-check', texts: {}, complete: true };
      return { kind: 'response', ...common, answers };
    }
    case 'contact':
      return { kind: 'contact', channel: 'phone', minutes: 5, replacesVisit: false };
    case 'limits': {
      const parameters = { targetWeight: 79 + share / 50 };
      return { kind: 'limits', parameters, reason: 'Agreed' };
    }
    case 'snooze': {
      const until = at + (1 + (share % 10)) * DAY_MS;
      return { kind: 'snooze', rule: 'hf-hr-high', severity: 'yellow', until, reason: 'Known' };
    }
    case 'pause':
      return { kind: 'pause', fromDay: day, toDay: day + (share % 4), reason: 'holiday' };
  }
}

/** The part of a home that comes in a round: homes cut their month at different places. */
function partOf({ arrivals, patient }: Home, round: number): readonly Arrived[] {
  const hash = createHash('sha256').update(patient).digest();
  const cut = (i: number) => {
    const share = i / rounds + (((hash[i] ?? 0) / 255 - 0.5) * 0.8) / rounds;
    return i === 0 ? 0 : i === rounds ? arrivals.length : Math.round(arrivals.length * share);
  };
  return arrivals.slice(cut(round), cut(round + 1));
}

async function arrive(database: Database, homes: readonly Home[], round: number): Promise<void> {
  const journal = new SqlJournal(database);
  const entries: (NewEntry & { readonly receivedAt: number })[] = [];
  let seq = round * 1_000_000;
  for (const home of homes)
    for (const one of partOf(home, round)) {
      if (!('measurement' in one)) continue;
      const { measurement, at, receivedAt } = one;
      for (const gateway of home.gateways)
        entries.push({
          ...{ gateway, ledger: '0'.repeat(32), seq: (seq += 1), id: measurement.id, receivedAt },
          ...{ patient: home.patient, kind: measurement.kind, measuredAt: at },
          text: JSON.stringify(measurement),
        });
    }
  for (const [receivedAt, batch] of groupBy(entries, (it) => it.receivedAt))
    await journal.append([], () => ({
      ...{ receivedAt, entries: batch, gaps: [], refusals: [], marks: [] },
    }));
  await database.db.transaction().execute(async (trx) => {
    for (const { patient, names, ...home } of homes)
      for (const one of partOf({ patient, names, ...home }, round)) {
        if (!('event' in one)) continue;
        const { at, receivedAt, event } = one;
        const { id: episode } = await trx
          .selectFrom('episodes')
          .select('id')
          .where('patient', '=', patient)
          .executeTakeFirstOrThrow();
        const common = { patient, episode, at, receivedAt, staff: null };
        names.set(await addEvent(trx, { ...common, event }), `event-${at}`);
      }
  });
}

/** Until the last round the gateways say that something waits. */
async function say(fleet: Fleet, homes: readonly Home[], round: number): Promise<void> {
  const waiting = round === rounds - 1 ? 0 : 7;
  const online = { v: 1 as const, state: 'online' as const, at: end, waiting, held: 0 };
  const all = homes.flatMap((it) => it.gateways);
  await fleet.saveStatuses(
    all.map((gateway) => ({ ...online, gateway })),
    end,
  );
}

/** The follower reads on, and time wakes it, as `Following` does it. */
async function judge(
  { db, ...database }: Database,
  follower: RulesFollower,
  { clock, batch: size }: { readonly clock: ManualClock; readonly batch: number },
): Promise<void> {
  const journal = new SqlJournal({ db, ...database });
  const place = await db.selectFrom('places').selectAll().executeTakeFirst();
  let position = place?.position ?? 0;
  for (;;) {
    const batch = await journal.readFrom(position, size);
    if (batch.length === 0) break;
    await db.transaction().execute((trx) => follower.apply(batch, trx));
    position = batch.at(-1)?.position ?? position;
  }
  const values = { follower: follower.name, position, resets: 0 };
  await db
    .insertInto('places')
    .values(values)
    .onConflict((conflict) => conflict.column('follower').doUpdateSet({ position }))
    .execute();
  // The gateways have said something meanwhile: the next look is an hour later at most.
  await db.updateTable('judgings').set({ next_at: clock.wall().ms }).execute();
  while (await follower.isDue(db))
    await db.transaction().execute((trx) => follower.wake(trx, position));
}

/** A row each line, without what is random: ids of findings, of the patient and of events have names instead. */
async function tell({ db }: Database, { patient, names }: Home): Promise<string> {
  const rows = await db
    .selectFrom('findings')
    .leftJoin('tasks', 'tasks.finding', 'findings.id')
    .selectAll('findings')
    .select('tasks.state as task')
    .where('findings.patient', '=', patient)
    .orderBy('began_at')
    .orderBy('rule')
    .execute();
  const known = rows.map((row) => ({ ...row, id: '', patient: '', episode: '' }));
  let text = known.map((it) => JSON.stringify(it)).join('\n');
  for (const [id, name] of names) text = text.replaceAll(id, name);
  return text;
}
