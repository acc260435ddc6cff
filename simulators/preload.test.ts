import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@hemma/runtime/log.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EchoDevice } from '../tooling/testkit/echo-device.js';
import { testAir } from '../tooling/testkit/noble.js';
import { LinkError } from './radio/gatt-server.js';
import { Peripheral } from './radio/peripheral.js';
import { serveAir } from './radio/server.js';
import type { AirServer } from './radio/server.js';
import { serveSerial } from './serial/server.js';
import type { SerialServer } from './serial/server.js';

const checkout = join(import.meta.dirname, '..');
const preload = join(checkout, 'simulators/dist/preload.js');

/** A program that knows nothing of simulators: it tells its parent every value it hears. */
const program = (noble: string): string => `
  const noble = ${noble};
  noble.on('stateChange', (state) => {
    if (state === 'poweredOn') noble.startScanning(['1810'], false);
  });
  noble.on('discover', async (peripheral) => {
    await noble.stopScanningAsync();
    await peripheral.connectAsync();
    const { characteristics } = await peripheral.discoverAllServicesAndCharacteristicsAsync();
    const pressure = characteristics.find(({ uuid }) => uuid === '2a35');
    pressure.on('data', (octets) => process.send(octets.toString('hex')));
    await pressure.subscribeAsync();
  });
  const { SerialPort } = require('serialport');
  const port = new SerialPort({ path: '/dev/ttyVirtual0', baudRate: 9600 });
  port.on('data', (octets) => process.send(octets.toString()));
  port.write('hello');
`;

describe('a program in a process of its own, with the preload', () => {
  const air = testAir();
  const device = new Peripheral(air, {
    name: 'Cuff',
    address: 'C0:FF:EE:00:00:01',
    services: [
      {
        uuid: '1810',
        characteristics: [
          { uuid: '2a35', properties: ['indicate'], onSubscribe: (on) => void (on && send()) },
        ],
      },
    ],
    advertising: { services: ['1810'], name: 'Cuff', flags: 6 },
  });
  const perConnection = 20;
  const send = async (): Promise<void> => {
    for (let n = 0; n < perConnection; n += 1) {
      await device.indicate('2a35', new Uint8Array(80).fill(n)).catch(lostWithTheLast);
    }
  };
  /** The program may be killed between hearing the last value and confirming it. */
  const lostWithTheLast = (error: unknown): void => {
    if (!(error instanceof LinkError)) throw error;
  };
  const expected = Array.from({ length: perConnection }, (_, n) =>
    n.toString(16).padStart(2, '0').repeat(80),
  );
  const reasons: number[] = [];
  let folder: string;
  let radio: AirServer;
  let serial: SerialServer;
  let echo: EchoDevice;

  beforeAll(async () => {
    expect(existsSync(preload), 'the simulators are built (npm run build)').toBe(true);
    folder = mkdtempSync(join(tmpdir(), 'hemma-preload-'));
    echo = new EchoDevice();
    radio = await serveAir(air, join(folder, 'hci'));
    serial = await serveSerial(echo, join(folder, 'tty'), createLog('serial', 'silent'));
    device.onDisconnected((reason) => {
      reasons.push(reason);
      device.startAdvertising();
    });
    device.startAdvertising();
  });
  afterAll(async () => {
    await radio.close();
    await serial.close();
    rmSync(folder, { recursive: true });
  });

  /** Starts the program and collects what it hears until it heard so much; then kills it hard. */
  const run = async (noble: string): Promise<readonly string[]> => {
    const child = spawn(process.execPath, ['--import', preload, '-e', program(noble)], {
      cwd: checkout,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: {
        ...process.env,
        HEMMA_VIRTUAL_HCI: join(folder, 'hci'),
        HEMMA_VIRTUAL_SERIAL: JSON.stringify([
          { path: '/dev/ttyVirtual0', socket: join(folder, 'tty') },
        ]),
      },
    });
    try {
      return await values(child);
    } finally {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    }
  };
  const values = (child: ChildProcess): Promise<readonly string[]> =>
    new Promise((resolve, reject) => {
      const indicated: string[] = [];
      let said = '';
      child.on('message', (message: string) => {
        if (/^[0-9a-f]{160}$/.test(message)) indicated.push(message);
        else said += message;
        if (indicated.length >= perConnection && said.endsWith('HELLO')) {
          resolve([...indicated, said]);
        }
      });
      child.on('exit', (code) => reject(new Error(`ended with code ${String(code)}`)));
    });

  it.each([
    ['@stoprocent/noble', `require('@stoprocent/noble').withBindings('hci')`],
    ['@abandonware/noble', `require('@abandonware/noble')`],
  ])('hears the devices of another process, which outlive it: %s', async (_, noble) => {
    for (let life = 0; life < 2; life += 1) {
      expect(await run(noble)).toEqual([...expected, 'ready HELLO']);
      await expect.poll(() => reasons.splice(0)).toEqual([0x08]);
      await expect.poll(() => echo.happened.splice(0)).toEqual(['opened', 'closed']);
    }
  });
});
