import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ailments } from '../../tooling/testkit/ailments.js';
import { startBus } from '../../tooling/testkit/dbus.js';
import type { PrivateBus } from '../../tooling/testkit/dbus.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { IllBluez } from '../../tooling/testkit/ill-bluez.js';
import { requires } from '../../tooling/testkit/requires.js';

const minuteMs = 60_000;

if (requires('dbus-daemon', 'twenty ailments through BlueZ'))
  describe('twenty ailments through the real transport and a BlueZ that plays them', () => {
    const recoveries: number[] = [];
    let bus: PrivateBus;
    beforeAll(async () => {
      bus = await startBus();
    });
    afterAll(() => bus.stop());

    it.each(ailments)('$title ($source)', { timeout: 60_000 }, async (ailment) => {
      const home = new IllBluez(testFolder(), bus.address, ailment);
      onTestFinished(() => home.stop());
      await home.start();
      home.measure();
      const allIn = (): boolean => home.stored.length === home.measured.length;
      const isQuiet = (): boolean => allIn() && home.isIdle;
      expect(await home.until(isQuiet, 2 * minuteMs)).not.toBeNull();
      home.fallIll();
      home.measure();
      // A silence is believed after half an hour; what comes then counts from there.
      const recoveredMs = await home.until(allIn, 45 * minuteMs);
      if (ailment.cure === 'person') {
        expect(recoveredMs).toBeNull();
        expect(home.healer.problems).toContain('radio_unhealed');
        await home.getWell();
        expect(await home.until(allIn, 2 * minuteMs)).not.toBeNull();
      } else {
        expect(recoveredMs).not.toBeNull();
        recoveries.push(recoveredMs!);
      }
      expect(home.asked.filter((verb) => verb === 'reboot').length).toBeLessThanOrEqual(1);
      expect(home.stored).toEqual(home.measured);
    });

    it('are over after less than five minutes at the median', () => {
      const sorted = [...recoveries].sort((a, b) => a - b);
      expect(sorted).toHaveLength(ailments.filter(({ cure }) => cure !== 'person').length);
      expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(5 * minuteMs);
    });
  });
