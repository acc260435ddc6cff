import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { openUnit, prescribe } from '@hemma/simulators/demo/prescribe.js';
import type { NamedText } from '../../tooling/testkit/mosquitto.js';
import { Daemon } from './daemon.js';
import { freePort, listens } from './ports.js';
import { cloudCommand, programs } from './programs.js';

/** The cloud in a process of its own, with SQLite, and its command line. */

export const patient = 'p-00000001';
const login = { username: 'hemma-cloud', password: 'known to this test only' };

const gapSchema = z.object({
  ledger: z.string(),
  first: z.int(),
  last: z.int(),
  code: z.string(),
});
const refusedSchema = z.object({
  rows: z.array(
    z.object({ gateway: z.string(), seq: z.int(), code: z.string(), text: z.string().nullable() }),
  ),
  malformed: z.array(z.object({ gateway: z.string(), code: z.string(), count: z.int() })),
});
const gatewaySchema = z.object({
  id: z.string(),
  state: z.string(),
  waiting: z.int().nullable(),
  held: z.int().nullable(),
  command: z.string(),
  problems: z.array(z.string()),
});
export type Refused = z.infer<typeof refusedSchema>;
export type GatewaySaid = z.infer<typeof gatewaySchema>;

/** A row of the journal's table. */
const journalRowSchema = z.object({
  position: z.int(),
  gateway: z.string(),
  ledger: z.string(),
  seq: z.int(),
  text: z.string(),
});
export type JournalRow = z.infer<typeof journalRowSchema>;

/** How far the cloud's own book says that a ledger has come. */
const markSchema = z.object({
  gateway: z.string(),
  ledger: z.string(),
  upTo: z.int(),
  link: z.string().nullable(),
});

export class CloudProcess {
  readonly daemon: Daemon;
  readonly #folder: string;
  readonly #settingsFile: string;
  #brokerPort = 0;
  #httpPort = 0;

  /** `folder` gets the settings file, the log and the database. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#settingsFile = join(folder, 'cloud.json');
    this.daemon = new Daemon({
      name: 'cloud',
      program: process.execPath,
      args: [programs.cloud, 'run', '--settings', this.#settingsFile],
      logFile: join(folder, 'cloud.log'),
      isReady: () => listens(this.#brokerPort),
    });
  }

  get settingsFile(): string {
    return this.#settingsFile;
  }

  /** What the process has logged. */
  get log(): string {
    const file = join(this.#folder, 'cloud.log');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /** Of the clinic page, once {@link configure} has chosen a port. */
  get pageUrl(): string {
    return `http://127.0.0.1:${this.#httpPort}/`;
  }

  /** Of the embedded broker. */
  get brokerUrl(): string {
    return `mqtt://127.0.0.1:${this.#brokerPort}`;
  }

  /** Writes the settings file: free ports, and `more` settings. */
  async configure(more: Readonly<Record<string, unknown>> = {}): Promise<void> {
    mkdirSync(this.#folder, { recursive: true });
    if (this.#brokerPort === 0) this.#brokerPort = await freePort();
    if (this.#httpPort === 0) this.#httpPort = await freePort();
    const settings = {
      dataDir: join(this.#folder, 'data'),
      brokerListen: { port: this.#brokerPort },
      brokerLogin: login,
      http: { port: this.#httpPort },
      ...more,
    };
    writeFileSync(this.#settingsFile, JSON.stringify(settings));
  }

  command(...args: string[]): Promise<unknown> {
    return cloudCommand([...args, '--settings', this.#settingsFile]);
  }

  async addPatient(): Promise<void> {
    const command = (...args: readonly string[]) => this.command(...args);
    await command('patient', 'add', '--name', 'A patient', '--ref', patient);
    const unit = await openUnit(command);
    await prescribe(command, unit, { patient, plan: 'hypertension', parameters: {} });
  }

  /** Enrols a gateway; gives its secret. */
  async addGateway(id: string): Promise<string> {
    const said = await this.command('gateway', 'add', id, '--patient', patient);
    return z.object({ secret: z.string() }).parse(said).secret;
  }

  async gaps(gateway: string) {
    const said = await this.command('gateway', 'gaps', gateway);
    return z.object({ gaps: z.array(gapSchema) }).parse(said).gaps;
  }

  async refused(): Promise<Refused> {
    return refusedSchema.parse(await this.command('refused', 'list', '--limit', '10000'));
  }

  /** What a gateway last said of itself, as the operator sees it. */
  async gateway(id: string): Promise<GatewaySaid | undefined> {
    const said = await this.command('gateway', 'list');
    return z
      .object({ gateways: z.array(gatewaySchema) })
      .parse(said)
      .gateways.find((one) => one.id === id);
  }

  /** Password and access files for Mosquitto, made by the command line. */
  async mosquittoFiles(folder: string): Promise<readonly NamedText[]> {
    await this.command('gateway', 'mosquitto-files', folder);
    return readdirSync(folder).map((name) => ({
      name,
      text: readFileSync(join(folder, name), 'utf8'),
    }));
  }

  /** The journal in its own order; empty before there is one. */
  journal(): readonly JournalRow[] {
    const columns = 'position, gateway, ledger, seq, text';
    return this.#rows(journalRowSchema, `select ${columns} from journal order by position`);
  }

  journalCount(): number {
    const [row] = this.#rows(z.object({ n: z.int() }), 'select count(*) as n from journal');
    return row?.n ?? 0;
  }

  /** Findings by kind, and tasks by severity. */
  judged(): { readonly findings: readonly string[]; readonly tasks: readonly string[] } {
    const word = z.object({ word: z.string() });
    const findings = this.#rows(word, 'select kind as word from findings order by began_at');
    const tasks = this.#rows(word, 'select severity as word from tasks order by opened_at');
    return { findings: findings.map((it) => it.word), tasks: tasks.map((it) => it.word) };
  }

  marks() {
    return this.#rows(markSchema, 'select gateway, ledger, up_to as upTo, link from marks');
  }

  /** Opened and closed each time: the process may be killed at any moment. */
  #rows<Row>(schema: z.ZodType<Row>, query: string): readonly Row[] {
    const file = join(this.#folder, 'data/cloud.sqlite');
    if (!existsSync(file)) return [];
    const db = new Database(file, { timeout: 10_000 });
    try {
      return z.array(schema).parse(db.prepare(query).all());
    } finally {
      db.close();
    }
  }
}
