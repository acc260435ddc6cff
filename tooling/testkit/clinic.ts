import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LiveFeed } from '@hemma/cloud/api/live.js';
import { ApiServer } from '@hemma/cloud/api/server.js';
import { PlanLibrary } from '@hemma/cloud/authoring/library.js';
import { loadCatalogue } from '@hemma/cloud/catalogue.js';
import { contentDir } from '@hemma/cloud/folders.js';
import { Prompts } from '@hemma/cloud/commands/wanted.js';
import { openDatabase } from '@hemma/cloud/database/database.js';
import type { Database } from '@hemma/cloud/database/database.js';
import { Fleet } from '@hemma/cloud/fleet/fleet.js';
import { FormsOfPatients } from '@hemma/cloud/forms/forms.js';
import { SqlJournal } from '@hemma/cloud/journal/sql-journal.js';
import { loadContent } from '@hemma/cloud/plans/content.js';
import type { Organisation } from '@hemma/cloud/plans/guard.js';
import { RulesFollower } from '@hemma/cloud/rules/follower.js';
import { Staff } from '@hemma/cloud/staff/staff.js';
import type { NewStaffMember } from '@hemma/cloud/staff/staff.js';
import { SqlTrends } from '@hemma/cloud/trends/sql.js';
import type { Trends } from '@hemma/cloud/trends/trends.js';
import { PlanPromises } from '@hemma/cloud/worklist/due.js';
import { Worklist } from '@hemma/cloud/worklist/worklist.js';
import { staffHeader } from '@hemma/protocols/api/staff.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { createLog } from '@hemma/runtime/log.js';
import { enrol } from './enrol.js';
import { ManualClock } from './manual-clock.js';
import { journalled } from './measurements.js';

const shipped = loadContent(contentDir());
const catalogue = loadCatalogue(contentDir());

/** The read side of the cloud on a real SQLite file and real HTTP; time stands still. */
export class TestClinic {
  readonly clock = new ManualClock();
  readonly live = new LiveFeed(this.clock);
  readonly folder = mkdtempSync(join(tmpdir(), 'hemma-clinic-'));
  readonly trends: Trends | null;
  #parts: Parts | null = null;
  /** What the organisation has licensed and confirmed; nothing, unless told otherwise. */
  tenant: Organisation = { languages: ['sv', 'en'], licenceReferences: {}, confirmedTerms: [] };
  /** Who sits before the page. */
  #staff = '';

  readonly pagesDir: string;

  /** Another time series store than that in the SQLite file; the folder of built pages. */
  constructor(trends: Trends | null = null, pagesDir: string | null = null) {
    this.trends = trends;
    this.pagesDir = pagesDir ?? join(this.folder, 'pages');
  }

  async start(): Promise<void> {
    const database = await openDatabase({ database: 'sqlite', dataDir: this.folder });
    this.#parts = build(database, this);
    await this.#parts.server.start();
    this.#staff = await this.addStaff('Test Clinician');
  }

  async stop(): Promise<void> {
    await this.parts.server.stop();
    await this.parts.database.close();
    rmSync(this.folder, { recursive: true });
  }

  get parts(): Parts {
    if (this.#parts === null) throw new Error('It was not started.');
    return this.#parts;
  }

  get url(): string {
    return `http://127.0.0.1:${this.parts.server.port ?? 0}`;
  }

  /** The journal and the followers get these measurements, received when they were measured. */
  async see(measurements: readonly Measurement[]): Promise<void> {
    const { trends, rules, db, journal } = this.parts;
    await trends.write(measurements);
    const entries = await journalled(journal, measurements);
    await db.transaction().execute((trx) => rules.apply(entries, trx));
    rules.committed(entries);
  }

  /** A person of the clinic, under a plan; a unit answers if one is named. */
  async addPatient(
    ref: string,
    plan: string | null,
    parameters = {},
    unit: string | null = null,
  ): Promise<void> {
    const patient = { ref, displayName: `Name of ${ref}`, plan, parameters, unit };
    await enrol(this.parts.db, patient, this.clock.wall().ms);
  }

  /** A licensed member of staff, unless told otherwise. Gives the reference. */
  async addStaff(displayName: string, more: Partial<NewStaffMember> = {}): Promise<string> {
    const member = { displayName, roles: ['clinician'] as const, licensed: true, unit: null };
    return this.parts.staff.add({ ...member, ...more }, this.clock.wall().ms);
  }

  /** Requests come from this member of staff from now on; empty for nobody. */
  actAs(staff: string): void {
    this.#staff = staff;
  }

  async get(path: string): Promise<{ status: number; body: unknown; headers: Headers }> {
    return read(await this.fetch(path));
  }

  /** The answer as it is, to what this member of staff asks for. */
  fetch(path: string): Promise<Response> {
    return fetch(`${this.url}${path}`, { headers: { [staffHeader]: this.#staff } });
  }

  async post(path: string, body: unknown = {}): Promise<{ status: number; body: unknown }> {
    const headers = { 'content-type': 'application/json', [staffHeader]: this.#staff };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    return read(await fetch(`${this.url}${path}`, init));
  }
}

type Parts = ReturnType<typeof build>;

function build(database: Database, clinic: TestClinic) {
  const { clock, live, pagesDir } = clinic;
  const { db } = database;
  const trends = clinic.trends ?? new SqlTrends(db);
  const journal = new SqlJournal(database);
  const fleet = new Fleet(db);
  const staff = new Staff(db);
  const library = new PlanLibrary(shipped);
  const { content, planOf } = library;
  const worklist = new Worklist(db, new PlanPromises(planOf));
  const followers = [{ name: 'trends', behind: 3 }];
  const changed = (patients: readonly string[]): void => live.touch(patients);
  const rules = new RulesFollower({
    ...{ content, planOf, catalogue, clock, changed },
    ...{ tasks: worklist, prompts: new Prompts(clock) },
    refresh: (trx) => library.refresh(trx),
  });
  const log = createLog('test', 'silent');
  const server = new ApiServer(
    {
      ...{ db, journal, trends, worklist, fleet, followers, live, clock, log },
      ...{ content, library, planOf, catalogue, staff, tenant: clinic.tenant },
      forms: new FormsOfPatients({ db, content, planOf, clock }),
    },
    { listen: { host: '127.0.0.1', port: 0 }, pagesDir },
  );
  return { database, db, staff, fleet, journal, trends, rules, worklist, server };
}

async function read(response: Response) {
  const { status, headers } = response;
  const body: unknown = await response.json();
  return { status, headers, body };
}
