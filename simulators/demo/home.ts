import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { promptSchema } from '@hemma/protocols/wire/command.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Log } from '@hemma/runtime/log.js';
import { catalogue } from '@hemma/protocols/devices/catalogue.generated.js';
import { createVirtualDevice, VirtualLineDevice } from '../devices/virtual-device.js';
import type { VirtualGattDevice } from '../devices/virtual-device.js';
import type { Measured, Scenario, ScenarioReading } from '../patients/course.js';
import { Air } from '../radio/air.js';
import type { Random } from '../radio/random.js';
import { serveAir } from '../radio/server.js';
import { serveSerial } from '../serial/server.js';
import { gatewayStatus, startGateway } from './program.js';
import type { RunningProgram } from './program.js';
import type { AskedOfHome } from './resident.js';

/** One simulated home: its devices on an air of their own, and a real gateway process in it. */

export interface HomeOptions {
  /** Number of the home: part of the addresses of its devices. */
  readonly number: number;
  readonly gateway: string;
  readonly secret: string;
  readonly patient: string;
  readonly brokerPort: number;
  /** Where the patient page of the home is. */
  readonly pagePort: number;
  readonly folder: string;
  readonly scenario: Scenario;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
}

const statusSchema = z.object({
  asked: z.array(z.object({ standing: z.string(), prompt: promptSchema })),
});

type VirtualDevice = VirtualGattDevice | VirtualLineDevice;

interface Closable {
  close(): Promise<void>;
}

export class Home {
  readonly #options: HomeOptions;
  readonly #devices: ReadonlyMap<string, VirtualDevice>;
  #closables: readonly Closable[] = [];
  #program: RunningProgram | null = null;

  /** Throws when the scenario names a model that is not in the catalogue. */
  constructor(options: HomeOptions) {
    this.#options = options;
    this.#devices = new Map(
      options.scenario.models.map((model, i) => [model, this.#makeDevice(model, i)]),
    );
  }

  /** Measurements go into the memory of the devices, as if they had been taken back then. */
  remember(history: readonly ScenarioReading[]): void {
    for (const { model, taken, at } of history) this.#device(model).record(taken, at);
  }

  /** Somebody measures now. */
  measure({ model, taken }: Measured): void {
    this.#device(model).record(taken);
  }

  async start(): Promise<void> {
    const { folder, gateway, clock, log, random } = this.#options;
    const hci = join(folder, `${gateway}.hci`);
    const air = new Air({ clock, log, random });
    const served: Closable[] = [await serveAir(air, hci)];
    const ports: { path: string; socket: string }[] = [];
    for (const [model, device] of this.#devices) {
      if (device instanceof VirtualLineDevice) {
        const port = {
          path: portOf(model),
          socket: join(folder, `${gateway}.${ports.length}.tty`),
        };
        served.push(await serveSerial(device, port.socket, log));
        ports.push(port);
      } else device.attach(air);
    }
    this.#closables = served;
    const settingsFile = this.#settingsFile;
    writeFileSync(settingsFile, JSON.stringify(this.#settings(), null, 2));
    this.#program = startGateway(
      { name: gateway, settingsFile, logFile: join(folder, `${gateway}.log`) },
      { HEMMA_VIRTUAL_HCI: hci, HEMMA_VIRTUAL_SERIAL: JSON.stringify(ports) },
      clock,
    );
  }

  /** What the gateway asks of its people; nothing when it does not answer. */
  async asked(): Promise<readonly AskedOfHome[]> {
    try {
      const { asked } = statusSchema.parse(await gatewayStatus(this.#settingsFile));
      return asked.map(({ standing, prompt }) => ({ standing, kinds: prompt.kinds }));
    } catch {
      return [];
    }
  }

  /** The page for people in the home. */
  get pageAddress(): string {
    return `http://127.0.0.1:${this.#options.pagePort}/`;
  }

  /** Rejects when the gateway ended by itself. */
  get ended(): Promise<never> {
    if (this.#program === null) throw new Error('The home is not started.');
    return this.#program.ended;
  }

  async stop(): Promise<void> {
    await this.#program?.stop();
    for (const closable of this.#closables) await closable.close();
  }

  get #settingsFile(): string {
    const { folder, gateway } = this.#options;
    return join(folder, `${gateway}.json`);
  }

  #makeDevice(model: string, index: number): VirtualDevice {
    const device = catalogue.find(({ id }) => id === model);
    if (device === undefined) throw new Error(`There is no model ${model}.`);
    const { clock, random } = this.#options;
    return createVirtualDevice(device, {
      clock,
      random,
      address: this.#addressOf(index),
      serialNumber: this.#serialNumberOf(index),
    });
  }

  #device(model: string): VirtualDevice {
    const device = this.#devices.get(model);
    if (device === undefined) throw new Error(`There is no ${model} in this home.`);
    return device;
  }

  /** Locally administered addresses: those of no maker. */
  #addressOf(index: number): string {
    const octet = (n: number): string => n.toString(16).padStart(2, '0').toUpperCase();
    return `02:00:00:00:${octet(this.#options.number)}:${octet(index + 1)}`;
  }

  #serialNumberOf(index: number): string {
    return `${this.#options.number}0000${index + 1}`;
  }

  #settings(): object {
    const { gateway, secret, patient, brokerPort, folder } = this.#options;
    // One person lives in each: nobody is asked whose a value is that is far from the last ones.
    const use = 'own';
    const devices = [...this.#devices].map(([model, device], i) =>
      device instanceof VirtualLineDevice
        ? { model, use, port: portOf(model), serialNumber: this.#serialNumberOf(i) }
        : { model, use, address: this.#addressOf(i) },
    );
    return {
      gateway,
      secret,
      patient,
      broker: `mqtt://127.0.0.1:${brokerPort}`,
      dataDir: join(folder, gateway),
      devices,
      // Virtual devices ask for no encryption, so those that need a bond in life work here without.
      bluetooth: 'noble',
      noble: { unbonded: 'try' },
      clock: 'trusted',
      page: { port: this.#options.pagePort },
    };
  }
}

/** Where the virtual line of a model is plugged in. */
function portOf(model: string): string {
  return `/dev/virtual-${model}`;
}
