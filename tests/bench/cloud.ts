import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '@hemma/cloud/database/database.js';
import { beginEpisode } from '@hemma/cloud/episodes/episodes.js';
import { Fleet } from '@hemma/cloud/fleet/fleet.js';
import { People } from '@hemma/cloud/people/people.js';
import { openSqlite } from '@hemma/runtime/sqlite.js';
import type { Sqlite } from '@hemma/runtime/sqlite.js';
import { Daemon } from '../support/daemon.js';
import { freePort, listens } from '../support/ports.js';
import { profiling } from './profiling.js';
import type { Home } from './readings.js';

/** The cloud as a user runs it: `hemma-cloud run` with embedded broker, SQLite and all followers. */

const program = resolve('cloud/bin/hemma-cloud.mjs');
/** Every reading is judged by the rules of a plan, as it would be at a clinic. */
const plan = 'hypertension';
const planVersion = '0.1.0';
const pollMs = 20;

export class BenchCloud {
  readonly broker: string;
  readonly #daemon: Daemon;
  readonly #folder: string;
  #watch: Sqlite | null = null;

  private constructor(daemon: Daemon, folder: string, brokerPort: number) {
    this.broker = `mqtt://127.0.0.1:${brokerPort}`;
    this.#daemon = daemon;
    this.#folder = folder;
  }

  /** Not started yet. `more` are settings beside folder and ports. */
  static async create(
    folder: string,
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<BenchCloud> {
    const [port, http] = [await freePort(), await freePort()];
    const settings = join(folder, 'hemma-cloud.json');
    writeFileSync(
      settings,
      JSON.stringify({
        dataDir: folder,
        brokerListen: { port },
        http: { port: http },
        logLevel: 'warn',
        ...more,
      }),
    );
    const daemon = new Daemon({
      name: 'cloud',
      program: process.execPath,
      args: [...profiling('cloud'), program, 'run', '--settings', settings],
      logFile: join(folder, 'cloud.log'),
      isReady: () => listens(port),
    });
    return new BenchCloud(daemon, folder, port);
  }

  get pid(): number {
    return this.#daemon.pid;
  }

  start(): Promise<void> {
    return this.#daemon.start();
  }

  async stop(): Promise<void> {
    this.#watch?.close();
    this.#watch = null;
    await this.#daemon.stop();
  }

  /** Enrols the patients and lends each a gateway, as `hemma-cloud patient` and `gateway` do. */
  async enrol(homes: readonly Home[], at: number): Promise<readonly string[]> {
    const database = await openDatabase({ database: 'sqlite', dataDir: this.#folder });
    const people = new People(database.db);
    const fleet = new Fleet(database.db);
    const secrets: string[] = [];
    for (const { gateway, patient } of homes) {
      await people.add({ ref: patient, displayName: gateway }, at);
      await database.db.transaction().execute((trx) =>
        beginEpisode(trx, {
          ...{ patient, plan, planVersion, kind: 'prescribed', parameters: {} },
          ...{ unit: null, startedAt: at },
        }),
      );
      secrets.push(await fleet.add(gateway, patient, at));
    }
    await database.close();
    return secrets;
  }

  /** Rows that are committed in the journal, seen from another process. */
  journalRows(): number {
    return this.#ask('select coalesce(max(position), 0) from journal');
  }

  /** Resolves when every follower has applied so many entries. */
  async untilFollowed(position: number): Promise<void> {
    while (this.#ask('select coalesce(min(position), 0) from places') < position)
      await sleep(pollMs);
  }

  #ask(query: string): number {
    this.#watch ??= openSqlite(join(this.#folder, 'cloud.sqlite'), []);
    return this.#watch.prepare<[], number>(query).pluck().get() ?? 0;
  }
}
