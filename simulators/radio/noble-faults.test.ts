import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discover, explore, startNoble, testAir } from '../../tooling/testkit/noble.js';
import type { Noble, NoblePeripheral } from '../../tooling/testkit/noble.js';
import { noFaults } from './faults.js';
import { installVirtualHci } from './hci-socket.js';
import { Peripheral } from './peripheral.js';

const address = 'C0:FF:EE:00:00:01';
const value = new Uint8Array(60).fill(7);

describe('faults, as noble meets them', () => {
  const air = testAir();
  let uninstall: () => void;
  let noble: Noble;
  let device: Peripheral;
  let central: NoblePeripheral;

  beforeAll(async () => {
    uninstall = installVirtualHci(air);
    noble = await startNoble('@stoprocent/noble');
    device = new Peripheral(air, {
      name: 'Cuff',
      address,
      services: [
        {
          uuid: '1810',
          characteristics: [
            { uuid: '2a35', properties: ['indicate'] },
            { uuid: '2a36', properties: ['notify'] },
            { uuid: '2a49', properties: ['read'], onRead: () => value },
          ],
        },
      ],
      advertising: { services: ['1810'], name: 'Cuff', flags: 0x06 },
    });
    device.onDisconnected(() => device.startAdvertising());
    device.startAdvertising();
    central = (await discover(noble, '1810', 1)).get(address)!;
  });
  afterAll(() => uninstall());

  /** A whole conversation; rejects when the link ends in the middle of it. */
  const converse = async (): Promise<Buffer> => {
    const left = once(central, 'disconnect').then(([reason]) => {
      throw new Error(`reason ${String(reason)}`);
    });
    const conversation = (async () => {
      const found = await explore(central);
      await found.get('2a49')!.readAsync();
      const heard = once(found.get('2a35')!, 'data') as Promise<Buffer[]>;
      await found.get('2a35')!.subscribeAsync();
      await device.indicate('2a35', value);
      return (await heard)[0]!;
    })();
    return Promise.race([conversation, left]);
  };
  const heal = (): void => void Object.assign(device.faults, noFaults());
  const disconnect = async (): Promise<void> => {
    if (central.state === 'connected') await central.disconnectAsync();
  };

  it('fails to connect with 0x3E, so many times', async () => {
    device.faults.failedConnections = 2;
    await expect(central.connectAsync()).rejects.toThrow('0x3e');
    await expect(central.connectAsync()).rejects.toThrow('0x3e');
    await central.connectAsync();
    expect(await converse()).toEqual(Buffer.from(value));
    await disconnect();
  });

  it('loses the link after every single PDU of a conversation, and never for good', async () => {
    let lost = 0;
    for (let afterPdus = 0; ; afterPdus += 1) {
      device.faults.linkLost = { afterPdus, reason: 0x08 };
      await central.connectAsync();
      const outcome = await converse().catch((error: unknown) => String(error));
      heal();
      await disconnect();
      if (outcome instanceof Buffer) break;
      lost += 1;
    }
    expect(lost).toBeGreaterThan(15);
    await central.connectAsync();
    expect(await converse()).toEqual(Buffer.from(value));
    await disconnect();
  });

  it('ends by the supervision timeout when the device goes out of range', async () => {
    const reasons: number[] = [];
    device.onDisconnected((reason) => reasons.push(reason));
    device.faults.outOfRangeAfterPdus = 6;
    await central.connectAsync();
    const begun = performance.now();
    await expect(converse()).rejects.toThrow('reason 8');
    const supervisionTimeoutMs = 420; // what noble asks for when it connects
    expect(performance.now() - begun).toBeGreaterThan(supervisionTimeoutMs - 50);
    expect(reasons).toEqual([0x08]);
    heal();
    await central.connectAsync();
    await disconnect();
  });

  it('hangs without an answer while the link stays up', async () => {
    device.faults.silentAfterPdus = 4;
    await central.connectAsync();
    const settled = explore(central).then(
      () => 'answered',
      () => 'disconnected',
    );
    expect(await Promise.race([settled, pause(200, 'silence')])).toBe('silence');
    expect(device.connected).toBe(true);
    await disconnect();
    expect(await settled).toBe('disconnected');
    heal();
  });

  it('is heard several times over', async () => {
    device.faults.advertisementCopies = 5;
    let reports = 0;
    const count = (): number => (reports += 1);
    noble.on('discover', count);
    await noble.startScanningAsync(['1810'], true);
    await pause(30);
    await noble.stopScanningAsync();
    noble.removeListener('discover', count);
    expect(reports).toBeGreaterThanOrEqual(5);
    heal();
  });

  it('sends rubbish for ever and still obeys', async () => {
    device.faults.rubbish = { characteristic: '2a36', everyMs: 1 };
    await central.connectAsync();
    const rubbish = (await explore(central)).get('2a36')!;
    const lengths = new Set<number>();
    const many = new Promise<void>((resolve) => {
      rubbish.on('data', (octets: Buffer) => {
        lengths.add(octets.length);
        if (lengths.size > 5) resolve();
      });
    });
    await rubbish.subscribeAsync();
    await many;
    await rubbish.unsubscribeAsync();
    expect(device.isSubscribed('2a36')).toBe(false);
    await disconnect();
    heal();
  });

  it('cuts values off at a small MTU', async () => {
    device.faults.mtu = 23;
    await central.connectAsync();
    expect(await converse()).toEqual(Buffer.from(value.subarray(0, 20)));
    expect(device.mtu).toBe(23);
    await disconnect();
    heal();
  });
});
