import { catalogue } from '@hemma/protocols/devices/catalogue.generated.js';
import type { GattDevice, SerialDevice } from '@hemma/protocols/device.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Quantity, Reading } from '@hemma/protocols/reading.js';
import { describe, expect, it } from 'vitest';
import { Bench, settle, takenWith } from '../../tooling/testkit/device-bench.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { seededRandom } from '../radio/random.js';
import { DirectSerialConversation } from './direct-conversation.js';
import { VirtualLineDevice } from './virtual-device.js';

/**
 * What holds for every device file whatever its protocol: wherever the link breaks, nothing is told
 * that the device did not measure. Those with a memory promise more (`storing-devices.test.ts`).
 */

const onAir = catalogue.filter((device): device is GattDevice => device.transport === 'gatt');
const onLines = catalogue.filter((device): device is SerialDevice => device.transport === 'serial');
const seed = 20_261_128;
/** Cuts on a line, at any moment of its longest run. */
const cuts = 8;
const longestRunMs = 90_000;

/** Every value of a reading is one that was measured; a failed attempt has none. */
function expectMeasured(readings: readonly Reading[], measured: readonly Quantity[]): void {
  for (const { values, failure } of readings) {
    expect(failure === null || values.length === 0).toBe(true);
    for (const value of values) expect(measured).toContainEqual(value);
  }
}

describe('every device on the air', () => {
  it.each(onAir)('$id: invents nothing, wherever the link breaks', async (device) => {
    const taken = takenWith(device.kind, 3);
    for (let cutBefore = 0; ; cutBefore += 1) {
      const bench = new Bench(device, new ManualClock());
      const measured = bench.virtual.record(taken).values;
      const { heard } = await bench.converse({ cutBefore });
      expectMeasured(heard.readings, [...taken.values, ...measured]);
      // What broke is followed by a visit that ends by itself.
      const again = await bench.converse();
      expectMeasured(again.heard.readings, [...taken.values, ...measured]);
      if (again.error !== null) expect(again.error).toBeInstanceOf(CodedError);
      if (heard.operations.length < cutBefore) break;
    }
  });
});

describe(`every device on a line (seed ${seed})`, () => {
  it.each(onLines)('$id: invents nothing, whenever the cable is pulled', async (device) => {
    const random = seededRandom(seed);
    const taken = takenWith(device.kind, 3);
    for (let cut = 0; cut < cuts; cut += 1) {
      const clock = new ManualClock();
      const virtual = new VirtualLineDevice(device, { clock, serialNumber: '501493200' });
      const visit = async (endsAfterMs: number): Promise<readonly Reading[]> => {
        const conversation = new DirectSerialConversation(virtual, { clock }, 1 + cut);
        const ended = device.profile.converse(conversation).catch((fault: unknown) => {
          expect(fault).toBeInstanceOf(CodedError);
        });
        await clock.advance(1_000);
        virtual.record(taken);
        await clock.advance(endsAfterMs);
        conversation.leave();
        await settle(clock, ended);
        return conversation.heard.readings;
      };
      const readings = await visit(Math.floor(random() * longestRunMs));
      const whole = await visit(longestRunMs);
      expect(whole.some(({ values }) => values.length > 0)).toBe(true);
      expectMeasured([...readings, ...whole], taken.values);
    }
  });
});
