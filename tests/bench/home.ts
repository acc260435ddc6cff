import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { device as model } from '@hemma/protocols/devices/generic-blood-pressure.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import { createLog } from '@hemma/runtime/log.js';
import { VirtualGattDevice } from '@hemma/simulators/devices/virtual-device.js';
import { Air } from '@hemma/simulators/radio/air.js';
import type { Peripheral } from '@hemma/simulators/radio/peripheral.js';
import { seededRandom } from '@hemma/simulators/radio/random.js';
import { serveAir } from '@hemma/simulators/radio/server.js';
import type { AirServer } from '@hemma/simulators/radio/server.js';
import { Daemon } from '../support/daemon.js';
import { profiling } from './profiling.js';
import type { Home } from './readings.js';

/** One home: a virtual monitor in this process, and `hemma-gateway run` with real noble in its own. */

const program = resolve('gateway/bin/hemma-gateway.mjs');
const preload = resolve('simulators/dist/preload.js');

export interface HomeParts {
  readonly home: Home;
  readonly secret: string;
  readonly broker: string;
  /** Of settings, log and outbox. */
  readonly folder: string;
}

export class BenchHome {
  readonly #gateway: Daemon;
  readonly #device: VirtualGattDevice;
  readonly #peripheral: Peripheral;
  readonly #air: Air;
  readonly #socket: string;
  #server: AirServer | null = null;
  #taken = 0;

  constructor(parts: HomeParts) {
    const clock = new SystemClock({ trust: 'synced' });
    const log = createLog('air', 'silent');
    this.#air = new Air({ clock, random: seededRandom(1), log });
    // It stays connected after a value, and does not stamp it: every reading is another one.
    this.#device = new VirtualGattDevice(model, {
      clock,
      address: parts.home.address,
      serialNumber: '1',
      habits: { leaves: false, clock: 'none' },
    });
    this.#peripheral = this.#device.attach(this.#air);
    // The name of a socket has 107 octets at most, and the folder of a checkout can be anywhere.
    this.#socket = join(mkdtempSync(join(tmpdir(), 'hemma-bench-')), 'hci');
    this.#gateway = daemonOf(parts, this.#socket);
  }

  get gatewayPid(): number {
    return this.#gateway.pid;
  }

  async start(): Promise<void> {
    this.#server = await serveAir(this.#air, this.#socket);
    await this.#gateway.start();
  }

  async stop(): Promise<void> {
    await this.#gateway.stop();
    await this.#server?.close();
    rmSync(join(this.#socket, '..'), { recursive: true, force: true });
  }

  /** Somebody measures: when connected, the monitor indicates the value in the same turn. */
  measure(): void {
    this.#taken += 1;
    const systolic = 110 + (this.#taken % 30);
    this.#device.record({
      kind: 'blood_pressure',
      values: [
        { code: 'systolic_bp', value: systolic },
        { code: 'diastolic_bp', value: systolic - 40 },
        { code: 'mean_arterial_pressure', value: systolic - 25 },
        { code: 'pulse_rate', value: 65 },
      ],
    });
  }

  /** Resolves when the gateway has ended its session with the monitor. */
  untilSessionEnds(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#peripheral.connected) resolve();
      this.#peripheral.onDisconnected(() => resolve());
    });
  }
}

function daemonOf({ home, secret, broker, folder }: HomeParts, socket: string): Daemon {
  const { gateway, patient, address } = home;
  const settings = join(folder, 'gateway.json');
  writeFileSync(
    settings,
    JSON.stringify({
      ...{ gateway, secret, patient, broker },
      dataDir: folder,
      devices: [{ model: model.id, address }],
      bluetooth: 'noble',
      logLevel: 'warn',
    }),
  );
  return new Daemon({
    name: 'gateway',
    program: process.execPath,
    args: ['--import', preload, ...profiling('gateway'), program, 'run', '--settings', settings],
    env: { HEMMA_VIRTUAL_HCI: socket },
    logFile: join(folder, 'gateway.log'),
  });
}
