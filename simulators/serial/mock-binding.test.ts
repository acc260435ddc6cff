import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@hemma/runtime/log.js';
import type { SerialPort } from 'serialport';
import type * as SerialPortPackage from 'serialport';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EchoDevice, closed, heard } from '../../tooling/testkit/echo-device.js';
import { installVirtualSerial } from './mock-binding.js';
import { serveSerial } from './server.js';
import type { SerialServer } from './server.js';

const require = createRequire(import.meta.url);
const log = createLog('serial', 'silent');

describe('a virtual serial device behind the mock binding, for an unmodified serialport', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'hemma-serial-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  const open = async (library: typeof SerialPortPackage, path: string): Promise<SerialPort> => {
    const port = new library.SerialPort({ path, baudRate: 9600 });
    await once(port, 'open');
    return port;
  };

  const path = '/dev/ttyVirtual0';
  let library: typeof SerialPortPackage;
  let uninstall: () => void;
  let device: EchoDevice;
  let server: SerialServer;
  let socket: string;

  beforeAll(() => {
    socket = join(folder, 'device');
    const other = { path: '/dev/ttyVirtual1', socket: join(folder, 'nobody') };
    uninstall = installVirtualSerial([{ path, socket, vendorId: '0403' }, other]);
    library = require('serialport') as typeof SerialPortPackage;
  });
  afterAll(() => uninstall());
  beforeEach(async () => {
    device = new EchoDevice();
    server = await serveSerial(device, socket, log);
    return () => server.close();
  });

  it('is listed with what its adapter says', async () => {
    const listed = await library.SerialPort.list();
    expect(listed.map((port) => [port.path, port.vendorId])).toEqual([
      [path, '0403'],
      ['/dev/ttyVirtual1', undefined],
    ]);
  });

  it('talks both ways, and again after the port was closed', async () => {
    for (let round = 0; round < 2; round += 1) {
      const port = await open(library, path);
      const answer = heard(port, 'HELLO');
      port.write('hello');
      expect(await answer).toBe('ready HELLO');
      await closed(port);
      await expect.poll(() => device.happened.length).toBe(2 * round + 2);
    }
    expect(device.happened).toEqual(['opened', 'closed', 'opened', 'closed']);
  });

  it('carries much at once without losing or changing any of it', async () => {
    const port = await open(library, path);
    await heard(port, 'ready ');
    const much = Array.from({ length: 2000 }, (_, i) => `LINE ${i};`).join('');
    const answer = heard(port, 'LINE 1999;');
    port.write(much.toLowerCase());
    expect(await answer).toBe(much);
    await closed(port);
  });

  it('is locked while it is open', async () => {
    const port = await open(library, path);
    await expect(open(library, path)).rejects.toThrow('locked');
    await closed(port);
  });

  it('closes the port when the cable is pulled, and opens again when it is back', async () => {
    const port = await open(library, path);
    port.resume();
    const gone = once(port, 'close');
    await server.close();
    const [error] = (await gone) as [Error & { disconnected: boolean }];
    expect(error.disconnected).toBe(true);
    await expect(open(library, path)).rejects.toThrow('No such file or directory');
    server = await serveSerial(device, socket, log);
    const again = await open(library, path);
    expect(await heard(again, 'ready ')).toBe('ready ');
    await closed(again);
  });

  it('cannot be opened when nobody is behind it, and is free afterwards', async () => {
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await expect(open(library, '/dev/ttyVirtual1')).rejects.toThrow('No such file');
    }
  });
});
