import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discover, explore, startNoble, testAir } from '../../tooling/testkit/noble.js';
import type { Noble, NobleCharacteristic, NoblePackage } from '../../tooling/testkit/noble.js';
import type { GattServerDefinition } from './gatt-server.js';
import { installVirtualHci } from './hci-socket.js';
import { Peripheral } from './peripheral.js';

const vendorService = '233bf0005a341b6d975c000d5690abe4';
const longValue = Uint8Array.from({ length: 200 }, (_, i) => i);

/** A device with every kind of characteristic; the last address octet tells it from others. */
function definition(number: number, written: Uint8Array[]): GattServerDefinition {
  const last = number.toString(16).padStart(2, '0').toUpperCase();
  return {
    name: `Cuff ${number}`,
    address: `C0:FF:EE:00:00:${last}`,
    services: [
      {
        uuid: '1810',
        characteristics: [
          { uuid: '2a35', properties: ['indicate'] },
          { uuid: '2a36', properties: ['notify'] },
          { uuid: '2a49', properties: ['read'], onRead: () => Uint8Array.of(0x21, 0x00) },
        ],
      },
      {
        uuid: vendorService,
        characteristics: [
          {
            uuid: `${vendorService.slice(0, -1)}5`,
            properties: ['read', 'write', 'writeWithoutResponse'],
            onRead: () => longValue,
            onWrite: (octets) => written.push(octets),
          },
        ],
      },
    ],
    advertising: {
      services: ['1810'],
      name: `Cuff ${number}`,
      flags: 0x06,
      manufacturerData: Uint8Array.of(0x69, 0x01, number),
    },
  };
}

/** What must hold for a noble package unmodified over the virtual radio. */
export function nobleOverVirtualRadio(name: NoblePackage): void {
  describe(`${name} over the virtual radio`, () => {
    const air = testAir();
    let uninstall: () => void;
    let noble: Noble;

    beforeAll(async () => {
      uninstall = installVirtualHci(air);
      noble = await startNoble(name);
    });
    afterAll(() => uninstall());

    const connect = async (device: Peripheral) => {
      device.startAdvertising();
      const heard = await discover(noble, '1810', 1);
      device.stopAdvertising();
      const peripheral = heard.get(device.address.text)!;
      device.startAdvertising();
      await peripheral.connectAsync();
      return peripheral;
    };

    it('hears what a device advertises, from both of its packets', async () => {
      const device = new Peripheral(air, definition(1, []));
      device.startAdvertising();
      const { advertisement, addressType } = (await discover(noble, '1810', 1)).get(
        'C0:FF:EE:00:00:01',
      )!;
      expect(advertisement.localName).toBe('Cuff 1');
      expect(advertisement.serviceUuids).toEqual(['1810']);
      expect(advertisement.manufacturerData).toEqual(Buffer.from([0x69, 0x01, 1]));
      expect(addressType).toBe('public');
      device.stopAdvertising();
    });

    it('connects, agrees on an MTU and finds all services and characteristics', async () => {
      const device = new Peripheral(air, definition(2, []));
      const peripheral = await connect(device);
      const { services, characteristics } =
        await peripheral.discoverAllServicesAndCharacteristicsAsync();
      expect(device.connected).toBe(true);
      expect(peripheral.mtu).toBe(247);
      expect(device.mtu).toBe(247);
      expect(services.map(({ uuid }) => uuid)).toEqual(['1800', '1810', vendorService]);
      expect(characteristics.map(({ uuid }) => uuid).sort()).toEqual(
        ['2a00', '2a01', '2a35', '2a36', '2a49', `${vendorService.slice(0, -1)}5`].sort(),
      );
      expect(await peripheral.updateRssiAsync()).toBe(-50);
      await peripheral.disconnectAsync();
    });

    it('reads short and long values and writes both ways', async () => {
      const written: Uint8Array[] = [];
      const device = new Peripheral(air, definition(3, written));
      device.faults.mtu = 40; // makes the long value need six reads
      const peripheral = await connect(device);
      const found = await explore(peripheral);
      const vendor = found.get(`${vendorService.slice(0, -1)}5`)!;
      expect(await found.get('2a00')!.readAsync()).toEqual(Buffer.from('Cuff 3'));
      expect(await found.get('2a49')!.readAsync()).toEqual(Buffer.from([0x21, 0x00]));
      expect(await vendor.readAsync()).toEqual(Buffer.from(longValue));
      await vendor.writeAsync(Buffer.from('short'), false);
      await vendor.writeAsync(Buffer.from(longValue), false); // prepared in parts
      await vendor.writeAsync(Buffer.from('command'), true);
      expect(await found.get('2a49')!.readAsync()).toHaveLength(2); // the command is through
      expect(written.map((octets) => Buffer.from(octets))).toEqual([
        Buffer.from('short'),
        Buffer.from(longValue),
        Buffer.from('command'),
      ]);
      await peripheral.disconnectAsync();
    });

    it('gets notifications and indications once subscribed, and the device its confirmations', async () => {
      const device = new Peripheral(air, definition(4, []));
      const peripheral = await connect(device);
      const found = await explore(peripheral);
      await expect(device.indicate('2a35', Uint8Array.of(1))).rejects.toThrow('not-subscribed');
      for (const [uuid, send] of [
        ['2a35', device.indicate.bind(device)],
        ['2a36', device.notify.bind(device)],
      ] as const) {
        const characteristic = found.get(uuid)!;
        await characteristic.subscribeAsync();
        expect(device.isSubscribed(uuid)).toBe(true);
        const heard = once(characteristic, 'data');
        await send(uuid, longValue);
        expect((await heard)[0]).toEqual(Buffer.from(longValue));
        await characteristic.unsubscribeAsync();
        await expect(send(uuid, longValue)).rejects.toThrow('not-subscribed');
      }
      await peripheral.disconnectAsync();
    });

    it('keeps eight devices at once apart', async () => {
      const numbers = Array.from({ length: 8 }, (_, i) => 16 + i);
      const devices = numbers.map((number) => new Peripheral(air, definition(number, [])));
      for (const device of devices) device.startAdvertising();
      const heard = await discover(noble, '1810', devices.length);
      for (const peripheral of heard.values()) await peripheral.connectAsync();
      expect(devices.every(({ connected }) => connected)).toBe(true);
      const rounds = 20;
      const results = await Promise.all(
        devices.map(async (device, i) => {
          const found = await explore(heard.get(device.address.text)!);
          const measurement = found.get('2a35')!;
          const values = collect(measurement);
          await measurement.subscribeAsync();
          for (let round = 0; round < rounds; round += 1) {
            const value = new Uint8Array(82).fill(numbers[i]!);
            value[0] = round;
            await device.indicate('2a35', value);
          }
          return values.map((value) => [value.length, value[0], value[81]]);
        }),
      );
      const expected = numbers.map((number) =>
        Array.from({ length: rounds }, (_, round) => [82, round, number]),
      );
      expect(results).toEqual(expected);
      for (const peripheral of heard.values()) await peripheral.disconnectAsync();
      expect(devices.some(({ connected }) => connected)).toBe(false);
    });

    it('disconnects by either wish and connects again', async () => {
      const reasons: number[] = [];
      const device = new Peripheral(air, definition(5, []));
      device.onDisconnected((reason) => {
        reasons.push(reason);
        device.startAdvertising();
      });
      const peripheral = await connect(device);
      await peripheral.disconnectAsync();
      await peripheral.connectAsync();
      const left = once(peripheral, 'disconnect');
      device.disconnect();
      await left;
      expect(peripheral.state).toBe('disconnected');
      await peripheral.connectAsync();
      expect((await explore(peripheral)).has('2a35')).toBe(true);
      await peripheral.disconnectAsync();
      expect(reasons).toEqual([0x13, 0x16, 0x13]);
      device.stopAdvertising();
    });
  });
}

function collect(characteristic: NobleCharacteristic): Buffer[] {
  const values: Buffer[] = [];
  characteristic.on('data', (value: Buffer) => values.push(value));
  return values;
}
