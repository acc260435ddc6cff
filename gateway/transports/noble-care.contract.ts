import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { CodedError } from '@hemma/protocols/errors.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import { createLog } from '@hemma/runtime/log.js';
import { installHciSocket } from '@hemma/simulators/radio/hci-socket.js';
import { Peripheral } from '@hemma/simulators/radio/peripheral.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { IllHci } from '../../tooling/testkit/ill-hci.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { testAir } from '../../tooling/testkit/noble.js';
import { Healer } from '../healing/healer.js';
import type { Helper, HelperVerb } from '../healing/helper.js';
import { HealingJournal } from '../healing/journal.js';
import type { NobleLibrary } from '../settings.js';
import { NobleTransport } from './noble.js';

/** What healing can do for a radio by noble, with the real library over a controller that falls ill. */

const log = createLog('test', 'silent');
const address = 'C0:FF:EE:00:02:01';

export function nobleCareContract(library: NobleLibrary): void {
  describe(`a radio by ${library} noble`, () => {
    const air = testAir();
    const hci = new IllHci(air);
    const asked: HelperVerb[] = [];
    let does: (verb: HelperVerb) => void = () => undefined;
    const helper: Helper = {
      perform: (verb) => {
        asked.push(verb);
        does(verb);
        return Promise.resolve();
      },
    };
    let transport: NobleTransport;
    let device: Peripheral;
    let heard = 0;

    beforeAll(async () => {
      installHciSocket(hci.open);
      const clock = new SystemClock({ trust: 'synced' });
      transport = new NobleTransport({ library, clock, log, scanDeadlineMs: 200 });
      transport.onAdvertisement((advertisement) => {
        if (advertisement.address === address) heard += 1;
      });
      await transport.start();
      const advertising = { services: ['1810'], name: 'Cuff', flags: 0x06 };
      const services = [{ uuid: '1810', characteristics: [] }];
      device = new Peripheral(air, { name: 'Cuff', address, services, advertising });
      device.startAdvertising();
      await isHeard();
    });
    afterAll(() => transport.stop());
    beforeEach(() => {
      asked.length = 0;
      does = () => undefined;
    });

    async function isHeard(): Promise<void> {
      heard = 0;
      await vi.waitFor(() => expect(heard).toBeGreaterThan(0), { timeout: 5_000 });
    }

    const wedge = async (): Promise<void> => {
      hci.wedged = true;
      await expect(transport.rescan()).rejects.toMatchObject({ code: 'adapter_unavailable' });
      expect(transport.fault).toBe('scan_refused');
    };

    it('has no fault while it scans, and is heard again after a fresh scan', async () => {
      expect(transport.fault).toBeNull();
      await transport.rescan();
      await isHeard();
    });

    it('is reset when its scan does not start any more, and can connect after that', async () => {
      await wedge();
      const before = hci.resets;
      await transport.resetAdapter(helper);
      expect(hci.resets).toBeGreaterThan(before);
      expect(transport.fault).toBeNull();
      await isHeard();
      const link = await transport.connect(address);
      await link.close();
      device.startAdvertising();
      await isHeard();
      expect(asked).toEqual([]);
    });

    it('is switched on by the helper when something has switched it off', async () => {
      hci.up = false;
      await expect.poll(() => transport.fault, { timeout: 5_000 }).toBe('adapter_off');
      await expect(transport.rescan()).rejects.toMatchObject({ code: 'adapter_unavailable' });
      does = () => {
        throw new CodedError('helper_unavailable');
      };
      await expect(transport.resetAdapter(helper)).rejects.toMatchObject({
        code: 'helper_unavailable',
      });
      does = (verb) => void (hci.up = verb === 'reset-adapter');
      await transport.resetAdapter(helper);
      expect(asked).toEqual(['reset-adapter', 'reset-adapter']);
      await isHeard();
    });

    it('climbs past the Bluetooth service to the power of the adapter, and tells it', async () => {
      const clock = new ManualClock();
      const journal = new HealingJournal(join(testFolder(), 'healing.sqlite'), clock, log);
      const healer = new Healer({
        clock,
        log,
        journal,
        radio: transport,
        helper,
        alone: (job) => job(),
      });
      hci.deaf = true;
      await wedge();
      does = (verb) => {
        if (verb === 'power-cycle-usb') hci.cutPower();
      };
      healer.start();
      onTestFinished(() => healer.stop());
      const isOver = (): boolean => healer.report()?.healings?.[0]?.outcome === 'cured';
      // Simulated seconds, each with real time for the library; a step of 60 s would have failed.
      for (let second = 0; second < 200 && !isOver(); second += 1) {
        await clock.advance(1_000);
        await sleep(20);
      }
      expect(journal.newest(10).map(({ step, outcome }) => [step, outcome])).toEqual([
        ['power_cycle_usb', 'cured'],
        ['reset_adapter', 'failed'],
        ['rescan', 'failed'],
      ]);
      expect(asked).toEqual(['power-cycle-usb']);
      expect(healer.report()!.healings).toMatchObject([
        { cause: 'scan_refused', highest: 'power_cycle_usb', steps: 3, outcome: 'cured' },
      ]);
      await isHeard();
    });
  });
}
