import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import type { GattDevice } from '@hemma/protocols/device.js';
import { device as uc421 } from '@hemma/protocols/devices/and-uc-421ble.js';
import { device as andesfit } from '@hemma/protocols/devices/andesfit-spirometer.js';
import { device as bf720 } from '@hemma/protocols/devices/beurer-bf720.js';
import { device as contec } from '@hemma/protocols/devices/contec-sp.js';
import { device as microlife } from '@hemma/protocols/devices/microlife-bp3gy1-2n.js';
import { device as omron } from '@hemma/protocols/devices/omron-hem-7142t2.js';
import { device as yonker } from '@hemma/protocols/devices/yonker-yk-ibpa1.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import { createLog } from '@hemma/runtime/log.js';
import { virtualConsent } from '@hemma/simulators/devices/common/virtual-user.js';
import { createVirtualDevice } from '@hemma/simulators/devices/virtual-device.js';
import type { Air } from '@hemma/simulators/radio/air.js';
import { installVirtualHci } from '@hemma/simulators/radio/hci-socket.js';
import { takenWith } from '../../tooling/testkit/device-bench.js';
import { testAir } from '../../tooling/testkit/noble.js';
import { NobleTransport } from '../transports/noble.js';
import type { KnownDevice } from './conversation.js';
import { Radio } from './radio.js';

const clock = new SystemClock({ trust: 'synced' });
const log = createLog('test', 'silent');

let air: Air;
let uninstall: () => void;
beforeAll(() => {
  air = testAir();
  uninstall = installVirtualHci(air);
});
afterAll(() => uninstall());

/** Each with the readings of one measurement: a composition comes with its weight. */
const models: readonly (readonly [GattDevice, number])[] = [
  [microlife, 1],
  [omron, 1],
  [yonker, 1],
  [contec, 1],
  [andesfit, 1],
  [bf720, 2],
  [uc421, 2],
];

it('makers’ own protocols are spoken over the radio', { timeout: 60_000 }, async () => {
  const known = new Map<string, KnownDevice<GattDevice>>();
  for (const [index, [device]] of models.entries()) {
    const address = `C0:FF:EE:00:08:0${index}`;
    const consent = virtualConsent;
    known.set(address, { device, identity: device.id, patient: 'p-00000001', consent });
    const virtual = createVirtualDevice(device, { clock, serialNumber: '7', address });
    virtual.attach(air);
    virtual.record(takenWith(device.kind, 1));
  }
  const taken: string[] = [];
  const faults: (string | null)[] = [];
  const radio = new Radio({
    transport: new NobleTransport({ library: 'stoprocent', clock, log }),
    ...{ clock, log, timeZone: 'Europe/Stockholm', unbonded: 'try' },
    take: (reading, { model }) => {
      expect(reading.failure).toBeNull();
      taken.push(model);
      return Promise.resolve();
    },
    lastSequence: () => null,
    find: ({ address }) => known.get(address) ?? null,
    onSession: (_, fault) => faults.push(fault?.code ?? null),
  });
  onTestFinished(() => radio.stop());
  await radio.start();
  const expected = models.flatMap(([{ id }, count]) => Array<string>(count).fill(id)).sort();
  await vi.waitFor(() => expect([...taken].sort()).toEqual(expected), { timeout: 55_000 });
  await vi.waitFor(() => expect(faults).toHaveLength(models.length), { timeout: 15_000 });
  expect(faults.filter((fault) => fault !== null && fault !== 'link_lost')).toEqual([]);
});
