import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Advertisement } from '@hemma/protocols/device.js';
import type { GattServerDefinition } from '@hemma/simulators/radio/gatt-server.js';
import { Peripheral } from '@hemma/simulators/radio/peripheral.js';
import type { Air } from '@hemma/simulators/radio/air.js';
import type { GattLink, GattTransport, IncomingValue } from './link.js';

/** What every GATT transport must do, run over the virtual radio. */

const measurement = '2a35';
const dateTime = '2a08';

const deviceName = '2a00';
const appearance = '2a01';
/** Generic blood pressure (Assigned Numbers §2.6). */
const bloodPressureLook = 0x0380;

function cuff(lastOctet: string, written: Uint8Array[]): GattServerDefinition {
  return {
    name: 'Cuff',
    appearance: bloodPressureLook,
    address: `C0:FF:EE:00:01:${lastOctet}`,
    services: [
      {
        uuid: '1810',
        characteristics: [
          { uuid: measurement, properties: ['indicate'] },
          {
            uuid: dateTime,
            properties: ['read', 'write'],
            onRead: () => Uint8Array.from({ length: 100 }, (_, i) => i),
            onWrite: (octets) => written.push(octets),
          },
        ],
      },
    ],
    advertising: { services: ['1810'], name: `Cuff ${lastOctet}`, flags: 0x06 },
  };
}

export interface TransportUnderTest {
  readonly air: Air;
  readonly transport: GattTransport;
}

export function gattTransportContract(name: string, make: () => Promise<TransportUnderTest>): void {
  describe(`${name} keeps the link contract`, () => {
    let air: Air;
    let transport: GattTransport;
    const heard = new Map<string, Advertisement>();

    beforeAll(async () => {
      ({ air, transport } = await make());
      transport.onAdvertisement((advertisement) => heard.set(advertisement.address, advertisement));
      await transport.start();
    });
    afterAll(() => transport.stop());

    const hear = async (device: Peripheral): Promise<Advertisement> => {
      heard.delete(device.address.text);
      device.startAdvertising();
      return await expect
        .poll(() => heard.get(device.address.text), { timeout: 5_000 })
        .toBeDefined()
        .then(() => heard.get(device.address.text)!);
    };
    const open = async (device: Peripheral): Promise<GattLink> => {
      await hear(device);
      return await transport.connect(device.address.text);
    };

    it('hears who advertises, and hears it again when it advertises again', async () => {
      const device = new Peripheral(air, cuff('01', []));
      const advertisement = await hear(device);
      expect(advertisement).toMatchObject({ address: 'C0:FF:EE:00:01:01', services: ['1810'] });
      device.stopAdvertising();
      await sleep(50);
      await hear(device);
      device.stopAdvertising();
    });

    it('reads, writes and tells what the device offers', async () => {
      const written: Uint8Array[] = [];
      const device = new Peripheral(air, cuff('02', written));
      const link = await open(device);
      expect([...link.characteristics]).toEqual(expect.arrayContaining([measurement, dateTime]));
      expect([...(await link.read(dateTime))]).toEqual(Array.from({ length: 100 }, (_, i) => i));
      await link.write(dateTime, Uint8Array.of(0xea, 0x07, 1, 15, 9, 0, 0));
      expect(written).toHaveLength(1);
      await expect(link.read('2a5e')).rejects.toMatchObject({ code: 'device_refused' });
      await link.close();
      await expect.poll(() => device.connected).toBe(false);
    });

    it('tells name and appearance as the device has them, whether it advertises a name or not', async () => {
      const advertising = { services: ['1810'], name: null, flags: 0x06 };
      const device = new Peripheral(air, { ...cuff('08', []), advertising });
      const link = await open(device);
      expect(link.characteristics.has(deviceName)).toBe(true);
      expect(new TextDecoder().decode(await link.read(deviceName))).toBe('Cuff');
      // A system service reads it by itself, a moment after it has resolved the services.
      await expect.poll(() => link.characteristics.has(appearance)).toBe(true);
      expect([...(await link.read(appearance))]).toEqual([0x80, 0x03]);
      await link.close();
    });

    it('gives every indication, in order, and each is confirmed to the device', async () => {
      const device = new Peripheral(air, cuff('03', []));
      const link = await open(device);
      const values: IncomingValue[] = [];
      await link.subscribe(measurement, (value) => values.push(value));
      for (let i = 0; i < 50; i += 1)
        await device.indicate(
          measurement,
          Uint8Array.from({ length: 60 }, () => i),
        );
      // A system service confirms a value before it has told of it.
      await expect.poll(() => values.length).toBe(50);
      expect(values.map((value) => value.octets[0])).toEqual(
        Array.from({ length: 50 }, (_, i) => i),
      );
      expect(values.every((value) => value.octets.length === 60)).toBe(true);
      await link.unsubscribe(measurement);
      expect(device.isSubscribed(measurement)).toBe(false);
      await link.close();
    });

    it('says that the link is lost, in the middle of a call too', async () => {
      const device = new Peripheral(air, cuff('04', []));
      const link = await open(device);
      device.faults.silentAfterPdus = 0;
      const read = link.read(dateTime);
      read.catch(() => undefined);
      device.disconnect();
      await expect(read).rejects.toMatchObject({ code: 'link_lost' });
      await link.closed;
    });

    it('gives up on a device that does not answer, and serves the next one', async () => {
      const device = new Peripheral(air, cuff('05', []));
      const link = await open(device);
      device.faults.silentAfterPdus = 0;
      await expect(link.read(dateTime)).rejects.toMatchObject({
        code: expect.stringMatching(/^(device_timeout|link_lost)$/) as string,
      });
      await link.close();
      const other = new Peripheral(air, cuff('06', []));
      const second = await open(other);
      expect(second.characteristics.has(measurement)).toBe(true);
      await second.close();
    });

    it('can be connected again at once, many times', async () => {
      const device = new Peripheral(air, cuff('07', []));
      for (let round = 0; round < 10; round += 1) {
        const link = await open(device);
        expect(link.characteristics.has(measurement)).toBe(true);
        await link.close();
        await expect.poll(() => device.connected).toBe(false);
      }
    });

    it('refuses a device that was never heard, with a code', async () => {
      await expect(transport.connect('00:00:00:00:00:00')).rejects.toMatchObject({
        code: 'adapter_unavailable',
      });
    });
  });
}
