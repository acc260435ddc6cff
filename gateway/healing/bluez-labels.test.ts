import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { healingSteps } from '@hemma/protocols/wire/healing.js';
import { ailments } from '../../tooling/testkit/ailments.js';
import type { Ailment } from '../../tooling/testkit/ailments.js';
import { startBus } from '../../tooling/testkit/dbus.js';
import type { PrivateBus } from '../../tooling/testkit/dbus.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { IllBluez } from '../../tooling/testkit/ill-bluez.js';
import { requires } from '../../tooling/testkit/requires.js';
import { courses } from './steps.js';
import type { RadioFault, Step } from './steps.js';

/** What the gateway says of an ailment: that it is the right fault, and the mildest step that helps. */

const minuteMs = 60_000;

/** What shows itself by connections or by silence, as the watch names it. */
const named: Readonly<Record<string, RadioFault>> = {
  connections: 'connections_fail',
  'one-connection': 'device_unreachable',
  silence: 'radio_silent',
};

const faultOf = ({ shows }: Ailment): RadioFault => named[shows] ?? (shows as RadioFault);

/** What may be seen of it first: a healing keeps the name by which it began. */
const firstSights: Readonly<Partial<Record<RadioFault, readonly RadioFault[]>>> = {
  // One of several devices may try three times before another tries at all.
  connections_fail: ['connections_fail', 'device_unreachable'],
};

/** The mildest step of the course that is as hard as the cure; null where none is to be taken. */
function curingStep(ailment: Ailment): Step | null {
  const { cure } = ailment;
  if (cure === 'itself') return null;
  const { steps } = courses[faultOf(ailment)];
  if (cure === 'person') return steps.at(-1) ?? null;
  const hardness = healingSteps.indexOf(cure);
  return steps.find((step) => healingSteps.indexOf(step) >= hardness) ?? null;
}

// A silence is believed after half an hour only, and a service that answers nothing has each call wait
// for its deadline: those whole ways are walked in the suite of all twenty.
const slow: readonly Ailment['shows'][] = ['silence', 'bluetooth_stuck'];
const quick = ailments.filter(({ shows }) => !slow.includes(shows));

if (requires('dbus-daemon', 'names of ailments through BlueZ'))
  describe('an ailment through the real transport', () => {
    let bus: PrivateBus;
    beforeAll(async () => {
      bus = await startBus();
    });
    afterAll(() => bus.stop());

    it.each(quick)('$title: is told rightly', { timeout: 60_000 }, async (ailment) => {
      const home = new IllBluez(testFolder(), bus.address, ailment);
      onTestFinished(() => home.stop());
      await home.start();
      home.measure();
      const allIn = (): boolean => home.stored.length === home.measured.length;
      expect(await home.until(() => allIn() && home.isIdle, 2 * minuteMs)).not.toBeNull();
      expect(home.healer.report()).toBeUndefined();
      home.fallIll();
      home.measure();
      const newest = () => home.healer.report()?.healings?.[0];
      const isPerson = ailment.cure === 'person';
      const isEnd = (): boolean =>
        isPerson ? newest()?.outcome === 'unhealed' : allIn() && newest()?.outcome !== 'ill';
      expect(await home.until(isEnd, 45 * minuteMs)).not.toBeNull();
      const highest = curingStep(ailment);
      if (highest === null) expect(home.healer.report()).toBeUndefined();
      else {
        const fault = faultOf(ailment);
        expect(firstSights[fault] ?? [fault]).toContain(newest()!.cause);
        expect(newest()).toMatchObject({ highest, outcome: isPerson ? 'unhealed' : 'cured' });
      }
      // What is milder than a reboot and helps never leads to one.
      const reboots = home.asked.filter((verb) => verb === 'reboot').length;
      expect(reboots).toBe(highest === 'reboot' ? 1 : 0);
      if (isPerson) await home.getWell();
      expect(await home.until(allIn, 2 * minuteMs)).not.toBeNull();
      expect(home.stored).toEqual(home.measured);
    });
  });
