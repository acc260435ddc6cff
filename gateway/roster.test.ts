import { describe, expect, it } from 'vitest';
import { checkSettings } from '@hemma/runtime/config.js';
import { rosterOf } from './roster.js';
import type { Roster } from './roster.js';
import { settingsSchema } from './settings.js';

const base = {
  gateway: 'gw-test',
  secret: 'secret',
  patient: 'p-00000001',
  broker: 'mqtt://127.0.0.1:1883',
  dataDir: 'data',
};

const roster = (devices: object[], more: object = {}): Roster =>
  rosterOf(checkSettings(settingsSchema, { ...base, ...more, devices }, 'test'), 'test');

const heard = (address: string) => ({
  address,
  name: null,
  services: [],
  manufacturerData: null,
});

describe('settings and roster', () => {
  it('know a device by its address, whatever its case, and nobody else', () => {
    const home = roster([
      { model: 'and-ua-651ble', address: 'c0:ff:ee:00:00:01', patient: 'p-00000002' },
    ]);
    expect(home.find(heard('C0:FF:EE:00:00:01'))).toMatchObject({
      device: { id: 'and-ua-651ble' },
      identity: 'ble:C0:FF:EE:00:00:01',
      patient: 'p-00000002',
    });
    expect(home.find(heard('C0:FF:EE:00:00:02'))).toBeNull();
    expect(home.hasRadioDevices).toBe(true);
  });

  it('know a device on a line by what is printed on it, not by its port', () => {
    const device = { model: 'nonin-xpod-serial', serialNumber: '501', port: '/dev/ttyUSB0' };
    const { ports, hasRadioDevices } = roster([device]);
    expect(ports[0]).toMatchObject({
      path: '/dev/ttyUSB0',
      known: { identity: 'serial:nonin-xpod-serial:501', patient: 'p-00000001' },
    });
    expect(hasRadioDevices).toBe(false);
  });

  it('know which user of a device the patient is', () => {
    const address = 'C0:FF:EE:00:00:01';
    const consent = { user: 2, code: 407 };
    const home = roster([{ model: 'and-ua-651ble', address, consent }]);
    expect(home.find(heard(address))?.consent).toEqual(consent);
  });

  it.each([
    [
      { model: 'and-ua-651ble', address: 'C0:FF:EE:00:00:01', consent: { user: 1, code: 10_000 } },
      'code',
    ],
    [{ model: 'and-ua-651bl', address: 'C0:FF:EE:00:00:01' }, 'did you mean "and-ua-651ble"?'],
    [{ model: 'and-ua-651ble', adress: 'C0:FF:EE:00:00:01' }, 'did you mean "address"?'],
    [{ model: 'and-ua-651ble', address: '4711' }, 'AA:BB:CC:DD:EE:FF'],
    [{ model: 'and-ua-651ble' }, 'either an address or a port'],
    [{ model: 'nonin-xpod-serial', port: '/dev/ttyUSB0' }, 'serialNumber'],
    [{ model: 'nonin-xpod-serial', address: 'C0:FF:EE:00:00:01' }, 'is a serial device'],
  ])('say what is wrong with %j', (device, message) => {
    expect(() => roster([device])).toThrow(message);
  });

  it('refuse an address that is there twice', () => {
    const device = { model: 'and-ua-651ble', address: 'C0:FF:EE:00:00:01' };
    expect(() => roster([device, device])).toThrow('same address');
  });

  it.each([
    [{ timeZone: 'Europe/Stokholm' }, 'time zone'],
    [{ broker: 'http://127.0.0.1' }, 'mqtt'],
    [{ patient: '19121212-1212' }, 'patient'],
    [{ outbox: { maxrows: 1_000 } }, 'did you mean "maxRows"?'],
  ])('refuse %j by name', (more, message) => {
    expect(() => roster([], more)).toThrow(message);
  });
});
