import { mkdtempSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import type { MqttClient } from 'mqtt';
import { createCloud } from '@hemma/cloud/app.js';
import type { Cloud } from '@hemma/cloud/app.js';
import { Fleet } from '@hemma/cloud/fleet/fleet.js';
import { People } from '@hemma/cloud/people/people.js';
import { settingsSchema } from '@hemma/cloud/settings.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import type { Clock } from '@hemma/runtime/clock.js';
import { createLog } from '@hemma/runtime/log.js';
import { measurementSchema } from '@hemma/protocols/wire/measurement.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { receiptSchema } from '@hemma/protocols/wire/messages.js';
import type { Receipt } from '@hemma/protocols/wire/messages.js';
import { topicOf } from '@hemma/protocols/wire/topics.js';
import { enrol } from './enrol.js';

/** A receipt comes within milliseconds; a loaded test machine takes longer. */
const receiptDeadlineMs = 10_000;

/** A whole cloud in this process: real broker on a free port, real SQLite file, real MQTT clients. */
export class TestCloud {
  readonly #clock: Clock;
  readonly #more: Readonly<Record<string, unknown>>;
  readonly #secrets = new Map<string, string>();
  readonly #homes: TestHome[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), 'hemma-cloud-'));
  #cloud: Cloud | null = null;

  /** `more` are settings beside folder and ports. */
  constructor(
    more: Readonly<Record<string, unknown>> = {},
    clock: Clock = new SystemClock({ trust: 'synced' }),
  ) {
    this.#more = more;
    this.#clock = clock;
  }

  get running(): Cloud {
    if (this.#cloud === null) throw new Error('The cloud is not running.');
    return this.#cloud;
  }

  get db() {
    return this.running.database.db;
  }

  async start(): Promise<void> {
    const settings = settingsSchema.parse({
      dataDir: this.folder,
      brokerListen: { port: 0 },
      http: { port: 0 },
      logLevel: 'silent',
      ...this.#more,
    });
    const log = createLog('test', settings.logLevel);
    this.#cloud = await createCloud({ settings, clock: this.#clock, log });
    await this.#cloud.start();
  }

  /** What the journal has, in the order in which it came. */
  async journalled(): Promise<readonly Measurement[]> {
    const rows = await this.db.selectFrom('journal').select('text').orderBy('position').execute();
    return rows.map(({ text }) => measurementSchema.parse(JSON.parse(text)));
  }

  /** What a restart is to gateways: gone, and back with the same files. */
  async halt(): Promise<void> {
    await this.#cloud?.stop();
    this.#cloud = null;
  }

  async stop(): Promise<void> {
    for (const home of this.#homes) await home.leave();
    await this.halt();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Enrols a patient and the gateway in their home. */
  async enrol(gateway: string, patient = 'p-00000001', plan: string | null = null): Promise<void> {
    const people = new People(this.db);
    if ((await people.find(patient)) === null)
      await enrol(this.db, { ref: patient, displayName: patient, plan }, 0);
    this.#secrets.set(gateway, await new Fleet(this.db).add(gateway, patient, 0));
  }

  /** How an enrolled gateway finds the broker, and signs in. */
  access(gateway: string): { readonly url: string; readonly secret: string } {
    const url = `mqtt://127.0.0.1:${this.running.brokerPort}`;
    return { url, secret: this.#secrets.get(gateway) ?? '' };
  }

  /** Connects an enrolled gateway. */
  async join(gateway: string): Promise<TestHome> {
    const { url, secret } = this.access(gateway);
    return this.visit(gateway, url, secret);
  }

  /** Connects a gateway at a broker that is another process. */
  async visit(gateway: string, url: string, password: string): Promise<TestHome> {
    const home = new TestHome(gateway, url, password);
    this.#homes.push(home);
    await home.join();
    return home;
  }
}

/** A gateway as the cloud sees it: an MQTT client that publishes and gets receipts. */
export class TestHome {
  readonly gateway: string;
  readonly receipts: Receipt[] = [];
  readonly #url: string;
  readonly #password: string;
  #client: MqttClient | null = null;
  #awaiting: (receipt: Receipt) => void = () => undefined;

  constructor(gateway: string, url: string, password: string) {
    this.gateway = gateway;
    this.#url = url;
    this.#password = password;
  }

  get connected(): boolean {
    return this.#client?.connected ?? false;
  }

  async join(): Promise<void> {
    const client = await connectAsync(this.#url, {
      clientId: this.gateway,
      username: this.gateway,
      password: this.#password,
      protocolVersion: 4,
      reconnectPeriod: 0,
    });
    client.on('error', () => undefined);
    if (client.stream instanceof Socket) client.stream.setNoDelay(true);
    client.on('message', (_topic, payload) => {
      this.#hear(receiptSchema.parse(JSON.parse(payload.toString())));
    });
    await client.subscribeAsync(topicOf(this.gateway, 'receipts'), { qos: 1 });
    this.#client = client;
  }

  async leave(): Promise<void> {
    await this.#client?.endAsync(true);
  }

  /** Publishes, by default on the gateway's own topic for measurements. Waits for no answer. */
  publish(payload: string | Buffer, topic = topicOf(this.gateway, 'measurements')): void {
    this.#client?.publish(topic, payload, { qos: 1 });
  }

  /** Publishes and waits for the next receipt. */
  async send(payload: string | Buffer, topic?: string): Promise<Receipt> {
    const next = new Promise<Receipt>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('No receipt has come.')), receiptDeadlineMs);
      this.#awaiting = (receipt) => {
        clearTimeout(late);
        resolve(receipt);
      };
    });
    this.publish(payload, topic);
    return next;
  }

  #hear(receipt: Receipt): void {
    this.receipts.push(receipt);
    this.#awaiting(receipt);
  }
}
