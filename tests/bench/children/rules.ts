import { loadCatalogue } from '@hemma/cloud/catalogue.js';
import { Prompts } from '@hemma/cloud/commands/wanted.js';
import { openDatabase } from '@hemma/cloud/database/database.js';
import type { Database } from '@hemma/cloud/database/database.js';
import { beginEpisode } from '@hemma/cloud/episodes/episodes.js';
import { contentDir } from '@hemma/cloud/folders.js';
import { Following } from '@hemma/cloud/follow.js';
import { SqlJournal } from '@hemma/cloud/journal/sql-journal.js';
import { People } from '@hemma/cloud/people/people.js';
import { loadContent, shippedPlan } from '@hemma/cloud/plans/content.js';
import { RulesFollower } from '@hemma/cloud/rules/follower.js';
import { noPromises } from '@hemma/cloud/worklist/due.js';
import { Worklist } from '@hemma/cloud/worklist/worklist.js';
import type { QuantityCode } from '@hemma/protocols/reading.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { createLog } from '@hemma/runtime/log.js';
import { ManualClock } from '../../../tooling/testkit/manual-clock.js';
import { aMeasurement } from '../../../tooling/testkit/measurements.js';
import { timed } from '../figures.js';

/**
 * A process with the journal of a region and the rules that follow it. It takes days of readings in,
 * and says what judging each of them cost.
 */

export interface RulesOrder {
  readonly folder: string;
  readonly patients: number;
}

export interface RulesDone {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly readings: number;
  readonly findings: number;
  readonly tasks: number;
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** A winter day: no clock is changed. */
const begin = Date.UTC(2026, 0, 5);
const rowsPerCommit = 2_000;

interface Asked {
  readonly kind: Measurement['kind'];
  readonly hour: number;
  /** The n-th of the same kind; an odd one is beyond a limit. */
  readonly values: (n: number, odd: boolean) => Partial<Record<QuantityCode, number>>;
}

const pressure = (hour: number): Asked => ({
  kind: 'blood_pressure',
  hour,
  values: (n, odd) => ({
    systolic_bp: (odd ? 168 : 118) + (n % 12),
    diastolic_bp: (odd ? 98 : 70) + (n % 9),
    pulse_rate: 62 + (n % 15),
  }),
});
const weight = (hour: number): Asked => ({
  kind: 'body_weight',
  hour,
  values: (n, odd) => ({ body_weight: (odd ? 84 : 80) + (n % 7) / 10 }),
});
const oxygen = (hour: number): Asked => ({
  kind: 'spo2',
  hour,
  values: (n, odd) => ({ spo2: (odd ? 86 : 93) + (n % 4), pulse_rate: 66 + (n % 12) }),
});
const glucose = (hour: number): Asked => ({
  kind: 'glucose',
  hour,
  values: (n, odd) => ({ glucose: (odd ? 15 : 6) + (n % 9) / 10 }),
});
const temperature = (hour: number): Asked => ({
  kind: 'body_temperature',
  hour,
  values: (n, odd) => ({ body_temperature: (odd ? 38.6 : 36.5) + (n % 5) / 10 }),
});

/** Ten readings a day for each plan, in the order of the day. */
const plans: readonly { readonly plan: string; readonly day: readonly Asked[] }[] = [
  { plan: 'hypertension', day: [6, 6, 7, 7, 12, 12, 18, 18, 19, 19].map(pressure) },
  {
    plan: 'heart-failure',
    day: [
      ...[weight(6), pressure(6), pressure(7), oxygen(7), oxygen(12)],
      ...[pressure(12), oxygen(15), pressure(18), pressure(19), oxygen(20)],
    ],
  },
  {
    plan: 'copd',
    day: [
      ...[oxygen(6), oxygen(7), temperature(7), oxygen(9), oxygen(12)],
      ...[oxygen(14), oxygen(16), temperature(18), oxygen(19), oxygen(21)],
    ],
  },
  {
    plan: 'type2-diabetes',
    day: [
      ...[glucose(6), weight(6), glucose(9), glucose(12), glucose(14)],
      ...[glucose(17), pressure(17), glucose(19), pressure(20), glucose(21)],
    ],
  },
];
const parameters = { targetWeight: 80 };
/** One patient in fifty has a bad day. */
const oddOneIn = 50;

function refOf(patient: number): string {
  return `p-${String(patient).padStart(8, '0')}`;
}

/** What all patients measure on a day, as it comes: by the hour, not by the patient. */
function* readingsOf(patients: number, day: number): Generator<Measurement> {
  for (let nth = 0; nth < 10; nth += 1)
    for (let patient = 0; patient < patients; patient += 1) {
      const asked = plans[patient % plans.length]?.day[nth];
      if (asked === undefined) throw new Error('Every plan has ten readings a day.');
      const { kind, hour, values } = asked;
      const at = begin + day * dayMs + hour * hourMs + nth * 60_000 + patient * 5;
      const isOdd = (patient * 31 + day * 17) % oddOneIn === 0;
      yield aMeasurement({
        ...{ kind, at, values: values(patient + nth, isOdd), patient: refOf(patient) },
        device: { identity: `ble:${refOf(patient)}` },
      });
    }
}

class Region {
  readonly #database: Database;
  readonly #order: RulesOrder;
  readonly #journal: SqlJournal;
  readonly #clock = new ManualClock(begin);
  readonly #following: Following;
  #seq = 0;

  private constructor(database: Database, order: RulesOrder) {
    const { db } = database;
    const content = loadContent(contentDir());
    const follower = new RulesFollower({
      ...{ content, catalogue: loadCatalogue(contentDir()), clock: this.#clock },
      ...{ planOf: shippedPlan(content), refresh: () => Promise.resolve() },
      ...{ tasks: new Worklist(db, noPromises), prompts: new Prompts(this.#clock) },
      changed: () => undefined,
    });
    this.#database = database;
    this.#order = order;
    this.#journal = new SqlJournal(database);
    const log = createLog('rules', 'warn');
    this.#following = new Following({
      ...{ follower, journal: this.#journal, db, clock: this.#clock, log },
    });
  }

  static async open(order: RulesOrder): Promise<Region> {
    const database = await openDatabase({ database: 'sqlite', dataDir: order.folder });
    const region = new Region(database, order);
    await database.db.transaction().execute(async (trx) => {
      const people = new People(trx);
      for (let patient = 0; patient < order.patients; patient += 1) {
        const { plan = '' } = plans[patient % plans.length] ?? {};
        const ref = await people.add({ ref: refOf(patient), displayName: 'Bench' }, begin);
        await beginEpisode(trx, {
          ...{ patient: ref, plan, planVersion: '0.1.0', kind: 'prescribed', parameters },
          ...{ unit: null, startedAt: begin },
        });
      }
    });
    return region;
  }

  /** Takes a day in, and judges it at its end; gives what the judging cost. */
  async day(day: number): Promise<RulesDone> {
    const before = await this.#counts();
    await this.#append([...readingsOf(this.#order.patients, day)]);
    this.#clock.jumpWall(begin + (day + 1) * dayMs - this.#clock.wall().ms);
    const from = process.cpuUsage();
    const { seconds } = await timed(() => this.#following.catchUp());
    const { user, system } = process.cpuUsage(from);
    const after = await this.#counts();
    return {
      ...{ seconds, cpuSeconds: (user + system) / 1e6 },
      readings: after.readings - before.readings,
      findings: after.findings - before.findings,
      tasks: after.tasks - before.tasks,
    };
  }

  async close(): Promise<void> {
    await this.#database.close();
  }

  async #append(measurements: readonly Measurement[]): Promise<void> {
    for (let from = 0; from < measurements.length; from += rowsPerCommit) {
      const batch = measurements.slice(from, from + rowsPerCommit);
      const receivedAt = Math.max(...batch.map((it) => it.time.measuredAt));
      const entries = batch.map((measurement) => ({
        ...{ gateway: 'bench', ledger: '0'.repeat(32), seq: (this.#seq += 1), receivedAt },
        ...{ id: measurement.id, patient: measurement.patient, kind: measurement.kind },
        measuredAt: measurement.time.measuredAt,
        text: JSON.stringify(measurement),
      }));
      await this.#journal.append([], () => ({
        ...{ receivedAt, entries, gaps: [], refusals: [], marks: [] },
      }));
    }
  }

  async #counts() {
    const { db } = this.#database;
    const { fn } = db;
    const one = async (table: 'journal' | 'findings' | 'tasks'): Promise<number> => {
      const row = await db.selectFrom(table).select(fn.countAll().as('n')).executeTakeFirst();
      return Number(row?.n ?? 0);
    };
    return {
      readings: await one('journal'),
      findings: await one('findings'),
      tasks: await one('tasks'),
    };
  }
}

let region: Region | null = null;
let nextDay = 0;

async function obey(order: RulesOrder | 'day' | 'stop'): Promise<void> {
  if (order === 'stop') {
    await region?.close();
    process.disconnect();
  } else if (order === 'day') {
    process.send?.(await region?.day(nextDay));
    nextDay += 1;
  } else {
    region = await Region.open(order);
    process.send?.('ready');
  }
}

process.on('message', (order: RulesOrder | 'day' | 'stop') => void obey(order));
