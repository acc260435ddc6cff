import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { isUserScale } from '@hemma/protocols/profiles/user-scale.js';
import { promptSchema } from '@hemma/protocols/wire/command.js';
import { virtualConsent } from '@hemma/simulators/devices/common/virtual-user.js';
import { patient } from './cloud-process.js';
import { Daemon } from './daemon.js';
import { programs, runToEnd } from './programs.js';
import type { TestLines } from './lines.js';
import type { TestRadio } from './radio.js';

/** The gateway in a process of its own, with real noble over the radio of this test. */

export interface GatewayParts {
  readonly id: string;
  readonly secret: string;
  /** Settings, log and (unless `dataDir` is given) outbox go here. */
  readonly folder: string;
  readonly broker: string;
  readonly radio: TestRadio;
  /** Devices on a wire; without them there is no virtual line. */
  readonly lines?: TestLines;
  readonly dataDir?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
}

const statusSchema = z.object({
  waiting: z.int(),
  commandVersion: z.int(),
  asked: z.array(z.object({ standing: z.string(), prompt: promptSchema })),
});
export type GatewayStatus = z.infer<typeof statusSchema>;

export class GatewayProcess {
  readonly id: string;
  readonly daemon: Daemon;
  readonly outboxFile: string;
  readonly #logFile: string;
  readonly #settingsFile: string;

  constructor(parts: GatewayParts) {
    const { id, folder, radio } = parts;
    mkdirSync(folder, { recursive: true });
    const dataDir = parts.dataDir ?? join(folder, `${id}-data`);
    const settingsFile = join(folder, `${id}.json`);
    writeFileSync(settingsFile, JSON.stringify(settingsOf(parts, dataDir)));
    this.id = id;
    this.outboxFile = join(dataDir, 'outbox.sqlite');
    this.#logFile = join(folder, `${id}.log`);
    this.#settingsFile = settingsFile;
    this.daemon = new Daemon({
      name: id,
      program: process.execPath,
      args: ['--import', programs.preload, programs.gateway, 'run', '--settings', settingsFile],
      env: { HEMMA_VIRTUAL_HCI: radio.socket, ...parts.lines?.environment },
      logFile: this.#logFile,
    });
  }

  /** What `hemma-gateway status` says. */
  async status(): Promise<GatewayStatus> {
    const args = ['status', '--settings', this.#settingsFile, '--json'];
    const { code, stdout, stderr } = await runToEnd(programs.gateway, args);
    if (code !== 0) throw new Error(`hemma-gateway status: exit ${code}, ${stderr}`);
    return statusSchema.parse(JSON.parse(stdout));
  }

  /** What the process has logged in all its lives. */
  get log(): string {
    return existsSync(this.#logFile) ? readFileSync(this.#logFile, 'utf8') : '';
  }

  /** Rows in the outbox; 0 before there is one. */
  rows(): number {
    if (!existsSync(this.outboxFile)) return 0;
    return this.inOutbox((db) => {
      const row = db.prepare<[], { count: number }>('SELECT count(*) AS count FROM outbox').get();
      return row?.count ?? 0;
    });
  }

  /** How far the outbox has come and how far the cloud has spoken; exact once the gateway has stopped. */
  ledger(): { readonly last: number; readonly handled: number } {
    const none = { last: 0, handled: 0 };
    if (!existsSync(this.outboxFile)) return none;
    return this.inOutbox(
      (db) => db.prepare<[], typeof none>('SELECT last, handled FROM ledger').get() ?? none,
    );
  }

  /** Works in the outbox file by hand. */
  inOutbox<T>(work: (db: Database.Database) => T): T {
    const db = new Database(this.outboxFile, { timeout: 10_000, fileMustExist: true });
    try {
      return work(db);
    } finally {
      db.close();
    }
  }
}

function settingsOf(parts: GatewayParts, dataDir: string) {
  const { id, secret, broker, radio, lines, settings } = parts;
  // These tests count every reading; whose they are has tests of its own.
  const use = 'own';
  const onAir = radio.devices.map(({ model, address, virtual }) => ({
    ...{ model, address, use },
    ...(isUserScale(virtual.device.profile) ? { consent: virtualConsent } : {}),
  }));
  const onLines = lines?.devices.map(({ model, port, serialNumber }) => ({
    ...{ model, port, serialNumber, use },
  }));
  return {
    gateway: id,
    secret,
    patient,
    broker,
    dataDir,
    devices: [...onAir, ...(onLines ?? [])],
    bluetooth: 'noble',
    noble: { unbonded: 'try' },
    ...settings,
  };
}
