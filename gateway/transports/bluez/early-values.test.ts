import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BluezScene, measurement } from '../../../tooling/testkit/bluez.js';
import { requires } from '../../../tooling/testkit/requires.js';
import type { BluezTransport } from './bluez.js';

/** More than may be kept, see {@link EarlyValues}. */
const sent = 260;
const kept = 256;
const ping = { path: '/', interface: 'org.freedesktop.DBus.Peer', member: 'Ping' };

describe.runIf(requires('dbus-daemon', 'values of a bonded device'))(
  'values before a subscription',
  () => {
    let scene: BluezScene;
    beforeAll(async () => {
      scene = await BluezScene.start();
    });
    afterAll(() => scene.stop());

    /** A visit that the device ends by itself, with its values on. */
    async function leftOn(
      transport: BluezTransport,
      device: ReturnType<BluezScene['cuff']>,
    ): Promise<void> {
      await scene.heard(transport, device);
      const link = await transport.connect(device.address.text);
      await link.subscribe(measurement, () => undefined);
      device.disconnect();
      await link.closed;
    }

    it('are kept up to the limit, the first ones, and those after it are told as ever', async () => {
      const device = scene.cuff();
      const transport = await scene.transport();
      await leftOn(transport, device);
      await scene.heard(transport, device);
      const next = await transport.connect(device.address.text);
      for (let n = 0; n < sent; n += 1)
        await device.indicate(measurement, Uint8Array.of(n >> 8, n & 0xff));
      // Its answer comes behind all of them.
      await transport.daemon.call(ping).catch(() => undefined); // a refusal
      const values: number[] = [];
      await next.subscribe(measurement, ({ octets: [high = 0, low = 0] }) =>
        values.push(high * 256 + low),
      );
      expect(values).toEqual(Array.from({ length: kept }, (_, n) => n));
      await device.indicate(measurement, Uint8Array.of(9, 9));
      await expect.poll(() => values.at(-1), { timeout: 15_000 }).toBe(9 * 256 + 9);
      await next.close();
    });

    it('are for the next visit when the device has left before anybody subscribed', async () => {
      const device = scene.cuff();
      const transport = await scene.transport();
      await leftOn(transport, device);
      await scene.heard(transport, device);
      const link = await transport.connect(device.address.text);
      await device.indicate(measurement, Uint8Array.of(1, 2));
      device.disconnect();
      await link.closed;
      await scene.heard(transport, device);
      const next = await transport.connect(device.address.text);
      const values: Uint8Array[] = [];
      await next.subscribe(measurement, ({ octets }) => values.push(octets));
      expect(values).toEqual([Uint8Array.of(1, 2)]);
      await next.close();
    });

    it('are not asked for by a gateway that stops while it connects', async () => {
      const device = scene.cuff();
      const transport = await scene.transport();
      await leftOn(transport, device);
      await scene.heard(transport, device);
      const asked = (): number => scene.bluez.calls.filter((it) => it === 'StartNotify').length;
      const before = asked();
      const link = transport.connect(device.address.text);
      await transport.stop();
      await (
        await link
      ).closed;
      expect(asked()).toBe(before);
    });
  },
);
