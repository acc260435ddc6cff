import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BluezScene, dateTime, measurement } from '../../../tooling/testkit/bluez.js';
import { requires } from '../../../tooling/testkit/requires.js';

const visits = 1_000;
/** Seconds where the machine is free; nothing here waits for a time. */
const timeout = 180_000;

describe.runIf(requires('dbus-daemon', 'what BlueZ leaves behind'))('a thousand visits', () => {
  let scene: BluezScene;
  beforeAll(async () => {
    scene = await BluezScene.start();
  });
  afterAll(() => scene.stop());

  it('leave no match rule and no listener behind', { timeout }, async () => {
    const transport = await scene.transport();
    const device = scene.cuff();
    const address = device.address.text;
    await scene.heard(transport, device);
    const { mirror } = transport.daemon;
    const before = { rules: await scene.matchRules(transport), listeners: mirror.listenerCount };
    expect(before).toEqual({ rules: 2, listeners: 1 });
    let values = 0;
    for (let visit = 0; visit < visits; visit += 1) {
      device.startAdvertising();
      const link = await transport.connect(address);
      await link.subscribe(measurement, () => (values += 1));
      await device.indicate(measurement, Uint8Array.of(visit & 0xff));
      if (visit % 100 === 0) await link.read(dateTime);
      await link.close();
    }
    expect(values).toBe(visits);
    const after = { rules: await scene.matchRules(transport), listeners: mirror.listenerCount };
    expect(after).toEqual(before);
  });
});
