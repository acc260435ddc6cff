import { afterAll } from 'vitest';
import { SystemClock } from '@hemma/runtime/clock.js';
import { createLog } from '@hemma/runtime/log.js';
import { FakeBluez } from '@hemma/simulators/bluez/fake-bluez.js';
import { startBus } from '../../../tooling/testkit/dbus.js';
import type { PrivateBus } from '../../../tooling/testkit/dbus.js';
import { testAir } from '../../../tooling/testkit/noble.js';
import { requires } from '../../../tooling/testkit/requires.js';
import { gattTransportContract } from '../link.contract.js';
import { BluezTransport } from './bluez.js';

if (requires('dbus-daemon', 'BlueZ keeps the link contract')) {
  let bus: PrivateBus | undefined;
  let bluez: FakeBluez | undefined;
  afterAll(async () => {
    bluez?.stop();
    await bus?.stop();
  });

  gattTransportContract('BlueZ over D-Bus', async () => {
    bus = await startBus();
    const air = testAir();
    bluez = new FakeBluez({ air, bus: bus.address });
    await bluez.start();
    const transport = new BluezTransport({
      clock: new SystemClock({ trust: 'synced' }),
      log: createLog('test', 'silent'),
      policy: {
        capability: 'NoInputNoOutput',
        mayBond: () => true,
        passkey: () => Promise.resolve(null),
      },
      address: bus.address,
      callDeadlineMs: 1_500,
    });
    return { air, transport };
  });
}
