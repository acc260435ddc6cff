import { PlanLibrary } from '@hemma/cloud/authoring/library.js';
import { loadCatalogue } from '@hemma/cloud/catalogue.js';
import { Prompts } from '@hemma/cloud/commands/wanted.js';
import { openDatabase } from '@hemma/cloud/database/database.js';
import type { Database } from '@hemma/cloud/database/database.js';
import { Fleet } from '@hemma/cloud/fleet/fleet.js';
import { contentDir } from '@hemma/cloud/folders.js';
import { SqlJournal } from '@hemma/cloud/journal/sql-journal.js';
import { zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import { loadContent } from '@hemma/cloud/plans/content.js';
import { addEvent } from '@hemma/cloud/record/care-record.js';
import type { CareEvent } from '@hemma/cloud/record/events.js';
import { RulesFollower } from '@hemma/cloud/rules/follower.js';
import type { Actor } from '@hemma/cloud/staff/actor.js';
import { Staff } from '@hemma/cloud/staff/staff.js';
import { noPromises } from '@hemma/cloud/worklist/due.js';
import { Worklist } from '@hemma/cloud/worklist/worklist.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import type { Status } from '@hemma/protocols/wire/messages.js';
import { enrol } from './enrol.js';
import { ManualClock } from './manual-clock.js';
import { journalled } from './measurements.js';

const content = loadContent(contentDir());
const catalogue = loadCatalogue(contentDir());
export const sceneCalendar = zonedCalendar();

interface SceneOptions {
  readonly dataDir: string;
  readonly plan: string;
  readonly parameters?: Readonly<Record<string, number>>;
  /** Milliseconds since 1970 UTC: the clock at the beginning, and the start of the plan. */
  readonly start: number;
}

/** One patient under a plan, with the rules at work on real stores; time is told. */
export class RulesScene {
  readonly patient = 'p-00000001';
  readonly clock: ManualClock;
  readonly database: Database;
  readonly fleet: Fleet;
  readonly journal: SqlJournal;
  readonly worklist: Worklist;
  readonly follower: RulesFollower;

  private constructor(database: Database, start: number) {
    this.database = database;
    this.clock = new ManualClock(start);
    this.fleet = new Fleet(database.db);
    this.journal = new SqlJournal(database);
    this.worklist = new Worklist(database.db, noPromises);
    const library = new PlanLibrary(content);
    this.follower = new RulesFollower({
      ...{ content, catalogue, clock: this.clock, tasks: this.worklist },
      ...{ planOf: library.planOf, prompts: new Prompts(this.clock) },
      refresh: (trx) => library.refresh(trx),
      changed: () => undefined,
    });
  }

  static async open({ dataDir, plan, parameters, start }: SceneOptions): Promise<RulesScene> {
    const database = await openDatabase({ database: 'sqlite', dataDir });
    const scene = new RulesScene(database, start);
    const patient = { ref: scene.patient, displayName: 'Test Person', plan };
    await enrol(database.db, { ...patient, ...(parameters && { parameters }) }, start);
    return scene;
  }

  get now(): number {
    return this.clock.wall().ms;
  }

  /** The journal and the rules get these measurements. */
  async see(measurements: readonly Measurement[], receivedAt?: number): Promise<void> {
    const entries = await journalled(this.journal, measurements, receivedAt);
    await this.database.db.transaction().execute((trx) => this.follower.apply(entries, trx));
  }

  /** A gateway speaks; nothing waits and nothing is wrong unless it is told. */
  async say(status: Partial<Status> & Pick<Status, 'gateway'>): Promise<void> {
    const at = this.now;
    const online: Status = { v: 1, state: 'online', at, waiting: 0, held: 0, ...status };
    await this.fleet.saveStatuses([online], at);
  }

  /** Time goes on to an instant, and what it brings is looked at, with the journal up to `position`. */
  async until(instant: number, position?: number): Promise<void> {
    this.clock.jumpWall(Math.max(0, instant - this.now));
    const reached = position ?? (await this.journal.head());
    while (await this.follower.isDue(this.database.db))
      await this.database.db.transaction().execute((trx) => this.follower.wake(trx, reached));
  }

  /** Somebody does something, in the episode of the patient. Gives the id of the event. */
  async note(event: CareEvent, at = this.now, receivedAt = at): Promise<string> {
    const { db } = this.database;
    const { id } = await db.selectFrom('episodes').select('id').executeTakeFirstOrThrow();
    const common = { patient: this.patient, episode: id, at, receivedAt, staff: null };
    return db.transaction().execute((trx) => addEvent(trx, { ...common, event }));
  }

  /** Somebody of the clinic. */
  async nurse(): Promise<Actor> {
    const staff = new Staff(this.database.db);
    const member = { displayName: 'Nurse', roles: ['clinician' as const], unit: null };
    return staff.actor(await staff.add({ ...member, licensed: false }, this.now));
  }

  findings() {
    return this.database.db
      .selectFrom('findings')
      .selectAll()
      .orderBy('began_at')
      .orderBy('rule')
      .execute();
  }

  tasks() {
    return this.database.db
      .selectFrom('tasks')
      .innerJoin('findings', 'findings.id', 'tasks.finding')
      .selectAll('findings')
      .select(['tasks.state as taskState', 'tasks.audience as taskAudience'])
      .execute();
  }
}
