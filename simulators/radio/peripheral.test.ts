import { createLog } from '@hemma/runtime/log.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { RawHost, settle } from '../../tooling/testkit/raw-host.js';
import { Air } from './air.js';
import { LinkError } from './gatt-server.js';
import { Peripheral } from './peripheral.js';
import { seededRandom } from './random.js';

const handle = 0x40;
const Channel = { attribute: 4, signaling: 5, security: 6 };
/** Of the definition below: 1-5 Generic Access, 6 service, then both characteristics. */
const indicateAll = '12 0900 0200';
const notifyAll = '12 0c00 0100';

describe('a virtual device', () => {
  let clock: ManualClock;
  let air: Air;
  let host: RawHost;
  let device: Peripheral;
  let happened: string[];

  beforeEach(async () => {
    clock = new ManualClock();
    air = new Air({ clock, random: seededRandom(3), log: createLog('radio', 'silent') });
    host = new RawHost(air, 1);
    happened = [];
    device = new Peripheral(air, {
      name: 'Meter',
      address: 'C0:FF:EE:00:00:01',
      addressType: 'random',
      services: [
        {
          uuid: '1808',
          characteristics: [
            { uuid: '2a52', properties: ['write', 'indicate'], onWrite: () => void answer() },
            { uuid: '2a18', properties: ['notify'] },
          ],
        },
      ],
      advertising: { services: ['1808'], name: 'Meter', flags: 6 },
    });
    const answer = async (): Promise<void> => {
      await device.notify('2a18', Uint8Array.of(1));
      await device.indicate('2a52', Uint8Array.of(2));
      happened.push('confirmed');
    };
    device.onConnected(() => happened.push('connected'));
    device.onDisconnected((reason) => happened.push(`disconnected 0x${reason.toString(16)}`));
    device.startAdvertising();
    await host.connect(device.address);
  });
  const ask = (pdu: string): Promise<string[]> => host.send(handle, Channel.attribute, pdu);
  const failure = (promise: Promise<void>): Promise<string> =>
    promise.then(
      () => 'sent',
      (error: unknown) => (error instanceof LinkError ? error.code : String(error)),
    );

  it('stops advertising while connected', async () => {
    expect(device.connected).toBe(true);
    expect(happened).toEqual(['connected']);
    device.startAdvertising();
    const other = new RawHost(air, 2);
    expect(await other.connect(device.address)).toHaveLength(1); // Command Status, no connection
    device.disconnect();
    await settle();
    device.startAdvertising();
    await settle();
    expect(other.events).toHaveLength(2);
  });

  it('answers a write before the values that the write set off, and waits for confirmations', async () => {
    await ask(indicateAll);
    await ask(notifyAll);
    expect(await ask('12 0800 0101')).toEqual(['4:13', '4:1b0b0001', '4:1d080002']);
    expect(happened).toEqual(['connected']);
    await ask('1e');
    expect(happened).toEqual(['connected', 'confirmed']);
    expect(await ask('1e')).toEqual([]); // a confirmation of nothing
  });

  it('indicates one value at a time, in order', async () => {
    await ask(indicateAll);
    host.pdus = [];
    const sent = [1, 2, 3].map((n) => device.indicate('2a52', Uint8Array.of(n)));
    await settle();
    expect(host.pdus).toEqual(['4:1d080001']);
    expect(await ask('1e')).toEqual(['4:1d080002']);
    expect(await ask('1e')).toEqual(['4:1d080003']);
    await ask('1e');
    await Promise.all(sent);
  });

  it('gives up a link on which an indication is not confirmed for 30 s', async () => {
    await ask(indicateAll);
    const outcome = failure(device.indicate('2a52', Uint8Array.of(1)));
    await clock.advance(29_999);
    expect(device.connected).toBe(true);
    await clock.advance(1);
    await settle();
    expect(await outcome).toBe('link-lost');
    expect(happened).toEqual(['connected', 'disconnected 0x16']);
    expect(host.events).toContain('050400' + '4000' + '13');
  });

  it('says why a value was not sent', async () => {
    expect(await failure(device.notify('2a18', Uint8Array.of(1)))).toBe('not-subscribed');
    await ask(indicateAll);
    const many = Array.from({ length: 257 }, () =>
      failure(device.indicate('2a52', Uint8Array.of(1))),
    );
    await settle();
    device.disconnect();
    const outcomes = await Promise.all(many);
    expect(outcomes.filter((outcome) => outcome === 'queue-full')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'link-lost')).toHaveLength(256);
    expect(await failure(device.indicate('2a52', Uint8Array.of(1)))).toBe('not-connected');
  });

  it('forgets subscriptions with the connection', async () => {
    await ask(indicateAll);
    expect(device.isSubscribed('2a52')).toBe(true);
    device.disconnect();
    await settle();
    expect(device.isSubscribed('2a52')).toBe(false);
    device.startAdvertising();
    await host.connect(device.address);
    expect(device.isSubscribed('2a52')).toBe(false);
    expect(await failure(device.indicate('2a52', Uint8Array.of(1)))).toBe('not-subscribed');
  });

  it('refuses to pair', async () => {
    expect(await host.send(handle, Channel.security, '01030001100001')).toEqual(['6:0505']);
    expect(await host.send(handle, Channel.security, '0b')).toEqual(['6:0507']);
    expect(await host.send(handle, Channel.security, '0505')).toEqual([]);
    expect(await host.send(handle, Channel.security, '')).toEqual([]);
  });

  it('rejects every signaling request and ignores responses', async () => {
    const update = '12 07 0800 0600 1800 0000 c800';
    expect(await host.send(handle, Channel.signaling, update)).toEqual(['5:010702000000']);
    expect(await host.send(handle, Channel.signaling, '13 07 0200 0000')).toEqual([]);
    expect(await host.send(handle, Channel.signaling, '01 07 0200 0000')).toEqual([]);
    expect(await host.send(handle, Channel.signaling, '12')).toEqual([]);
  });

  it('notices by the supervision timeout that the central is out of range', async () => {
    device.faults.outOfRangeAfterPdus = 2;
    await ask('02 f700');
    expect(await ask('0a 0300')).toEqual([]);
    host.events = [];
    await clock.advance(999);
    expect(host.events).toEqual([]);
    await clock.advance(1);
    await settle();
    expect(host.events).toEqual(['050400' + '4000' + '08']);
    expect(happened).toEqual(['connected', 'disconnected 0x8']);
  });

  it('refuses a definition that no device could have', () => {
    const advertising = { services: [], name: null, flags: 6 };
    const base = { name: 'X', address: 'C0:FF:EE:00:00:02', services: [], advertising };
    const broken = [
      { ...base, address: 'C0FFEE000002' },
      { ...base, services: [{ uuid: '181', characteristics: [] }] },
      { ...base, advertising: { ...advertising, manufacturerData: new Uint8Array(40) } },
    ];
    for (const definition of broken) {
      expect(() => new Peripheral(air, definition)).toThrow(RangeError);
    }
  });
});
