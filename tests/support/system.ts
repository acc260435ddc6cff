import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { CloudProcess } from './cloud-process.js';
import { GatewayProcess } from './gateway-process.js';
import type { GatewayParts } from './gateway-process.js';
import { TestRadio } from './radio.js';

/** A whole system in a temporary folder: cloud, gateways and devices, ended when the test is over. */

export interface Ending {
  stop(): Promise<unknown>;
}

export class TestSystem {
  readonly folder: string;
  readonly radio: TestRadio;
  readonly cloud: CloudProcess;
  readonly #parts: Ending[] = [];

  /** Nothing runs yet. HEMMA_KEEP_FOLDERS=1 leaves the folder with logs and databases behind. */
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'hemma-system-'));
    this.radio = new TestRadio(this.folder);
    this.cloud = new CloudProcess(join(this.folder, 'cloud'));
    this.endsWithTest(this.radio);
    this.endsWithTest(this.cloud.daemon);
    onTestFinished(() => this.#end());
  }

  /** Ends this as well when the test is over; what was named last ends first. */
  endsWithTest<T extends Ending>(part: T): T {
    this.#parts.unshift(part);
    return part;
  }

  /** Starts radio and cloud, the latter with its embedded broker, and enrols the patient. */
  async start(settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await this.radio.start();
    await this.cloud.configure(settings);
    await this.cloud.addPatient();
    await this.cloud.daemon.start();
  }

  /** A gateway that is enrolled and not yet started; by default it uses the embedded broker. */
  async gateway(id: string, more: Partial<GatewayParts> = {}): Promise<GatewayProcess> {
    const secret = more.secret ?? (await this.cloud.addGateway(id));
    const folder = join(this.folder, 'gateways');
    mkdirSync(folder, { recursive: true });
    const { radio, cloud } = this;
    const parts = { id, secret, folder, broker: cloud.brokerUrl, radio, ...more };
    const gateway = new GatewayProcess(parts);
    this.endsWithTest(gateway.daemon);
    return gateway;
  }

  async #end(): Promise<void> {
    for (const part of this.#parts) await part.stop();
    if (process.env['HEMMA_KEEP_FOLDERS'] === '1')
      process.stdout.write(`left behind: ${this.folder}\n`);
    else rmSync(this.folder, { recursive: true, force: true });
  }
}
