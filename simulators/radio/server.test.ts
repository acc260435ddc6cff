import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '@hemma/runtime/clock.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discover, explore, startNoble, testAir } from '../../tooling/testkit/noble.js';
import type { Noble } from '../../tooling/testkit/noble.js';
import { hciOverSocket } from './hci-line.js';
import { installHciSocket } from './hci-socket.js';
import { Peripheral } from './peripheral.js';
import { serveAir } from './server.js';

const address = 'C0:FF:EE:00:00:01';

describe('a radio behind a socket', () => {
  const air = testAir();
  const device = new Peripheral(air, {
    name: 'Scale',
    address,
    services: [{ uuid: '181d', characteristics: [{ uuid: '2a9d', properties: ['indicate'] }] }],
    advertising: { services: ['181d'], name: 'Scale', flags: 6 },
  });
  const reasons: number[] = [];
  let folder: string;
  let path: string;
  let uninstall: () => void;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hemma-radio-'));
    path = join(folder, 'hci');
    uninstall = installHciSocket(hciOverSocket(path, new SystemClock({ trust: 'unknown' })));
    device.onDisconnected((reason) => {
      reasons.push(reason);
      device.startAdvertising();
    });
    device.startAdvertising();
  });
  afterAll(() => {
    uninstall();
    rmSync(folder, { recursive: true });
  });

  const indicateOnce = async (noble: Noble): Promise<Buffer> => {
    const central = (await discover(noble, '181d', 1)).get(address)!;
    await central.connectAsync();
    const weight = (await explore(central)).get('2a9d')!;
    await weight.subscribeAsync();
    const heard = once(weight, 'data') as Promise<Buffer[]>;
    await device.indicate('2a9d', new Uint8Array(100).fill(3));
    return (await heard)[0]!;
  };
  const nextState = async (noble: Noble): Promise<unknown> => (await once(noble, 'stateChange'))[0];

  it('is there for a host that started before it, and again after it was away', async () => {
    const starting = startNoble('@stoprocent/noble');
    const first = await serveAir(air, path);
    const noble = await starting;
    expect(await indicateOnce(noble)).toHaveLength(100);
    const off = nextState(noble);
    await first.close();
    expect(await off).toBe('poweredOff');
    await expect.poll(() => reasons.splice(0)).toEqual([0x08]);
    const on = nextState(noble);
    const second = await serveAir(air, path);
    expect(await on).toBe('poweredOn');
    expect(await indicateOnce(noble)).toHaveLength(100);
    await second.close();
    await expect.poll(() => reasons.splice(0)).toEqual([0x08]);
  });

  it('lets a host that does not speak H4 go', async () => {
    const server = await serveAir(air, path);
    const socket = connect(path);
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\n\r\n');
    await once(socket, 'close');
    await server.close();
  });

  it('takes the place of a socket left behind, and of nothing else', async () => {
    const server = await serveAir(air, path);
    const successor = await serveAir(air, path);
    await successor.close();
    await server.close();
    expect(existsSync(path)).toBe(false);
    const file = join(folder, 'file');
    writeFileSync(file, 'precious');
    await expect(serveAir(air, file)).rejects.toThrow('EADDRINUSE');
    expect(existsSync(file)).toBe(true);
  });
});
