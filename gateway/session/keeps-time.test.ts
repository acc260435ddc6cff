import type { Device, GattDevice, SerialDevice } from '@hemma/protocols/device.js';
import { catalogue } from '@hemma/protocols/devices/catalogue.generated.js';
import type { LocalDateTime, Reading } from '@hemma/protocols/reading.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { ClockError } from '@hemma/simulators/devices/common/device-clock.js';
import {
  DirectGattConversation,
  DirectGattServer,
  DirectSerialConversation,
} from '@hemma/simulators/devices/direct-conversation.js';
import { VirtualGattDevice, VirtualLineDevice } from '@hemma/simulators/devices/virtual-device.js';
import { describe, expect, it } from 'vitest';
import { settle, takenWith } from '../../tooling/testkit/device-bench.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { clockOffset, stamp, type Stamp } from '../timestamps.js';

/**
 * The step `keeps-time` of the ladder: whatever is wrong with the clock of the device, the true moment
 * of every record is within the interval that the gateway says, and it says so for certain.
 */

const timeZone = 'Europe/Stockholm';
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const records = 3;
/** Not at whole minutes: a clock that shows no more than those must not pass by chance. */
const begin = Date.UTC(2026, 0, 15, 8, 0, 37);
const oddMs = 17_000;
/** What a clock that was set may be off afterwards: whole seconds on both sides. */
const setWithinMs = 3_000;
/** Longer than a spot check, or a memory of three records, takes on any line. */
const lineOpenMs = 30_000;

const faults: Readonly<Record<string, ClockError>> = {
  'is right': {},
  'is four minutes ahead': { aheadMs: 4 * minuteMs },
  'is four minutes behind': { aheadMs: -4 * minuteMs },
  'was not told of summer time': { aheadMs: -hourMs },
  'is ninety minutes ahead': { aheadMs: 90 * minuteMs },
  'is three days behind': { aheadMs: -72 * hourMs },
  'lost its batteries': { shows: '2016-01-01T00:00:00' },
  'gains eight seconds a day': { gainsMsPerDay: 8_000 },
};

type Speaking = GattDevice | SerialDevice;

const keeping = catalogue.filter(
  (device: Device): device is Speaking =>
    device.transport !== 'none' && ['keeps-time', 'proven'].includes(device.ladder),
);

/** Dates readings at once, by the clock that the device showed in the same conversation. */
class Dater {
  readonly #clock: Clock;
  readonly stamps: Stamp[] = [];
  offsetMs: number | null = null;
  #measuredMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  shows(now: LocalDateTime | null): void {
    this.#measuredMs = this.#clock.wall().ms;
    this.offsetMs = now === null ? null : clockOffset(now, this.#measuredMs, timeZone);
  }

  date({ deviceTime }: Reading): void {
    const { offsetMs } = this;
    const capturedMs = this.#clock.wall().ms;
    const offset = { offsetMs, offsetMeasuredMs: this.#measuredMs };
    this.stamps.push(stamp({ capturedMs, timeZone, deviceTime, ...offset }));
  }
}

class DatedGatt extends DirectGattConversation {
  readonly dater = new Dater(this.options.clock);

  override deviceClock(now: LocalDateTime | null): void {
    this.dater.shows(now);
  }

  override take(reading: Reading): Promise<void> {
    this.dater.date(reading);
    return super.take(reading);
  }
}

class DatedLine extends DirectSerialConversation {
  readonly dater = new Dater(this.options.clock);

  override deviceClock(now: LocalDateTime | null): void {
    this.dater.shows(now);
  }

  override take(reading: Reading): Promise<void> {
    this.dater.date(reading);
    return super.take(reading);
  }
}

interface Virtual {
  record(atMs?: number): void;
  meet(): Promise<Dater>;
}

function onTheAir(device: GattDevice, clock: ManualClock, clockError: ClockError): Virtual {
  const virtual = new VirtualGattDevice(device, { clock, clockError, serialNumber: '123456' });
  const server = new DirectGattServer(virtual.definition);
  virtual.serve(server);
  return {
    record: (atMs) => virtual.record(takenWith(device.kind, 1), atMs),
    meet: async () => {
      const conversation = new DatedGatt(server, { clock });
      await settle(clock, device.profile.converse(conversation));
      conversation.leave();
      return conversation.dater;
    },
  };
}

function onALine(device: SerialDevice, clock: ManualClock, clockError: ClockError): Virtual {
  const virtual = new VirtualLineDevice(device, { clock, clockError, serialNumber: '501493200' });
  return {
    record: (atMs) => virtual.record(takenWith(device.kind, 1), atMs),
    meet: async () => {
      const conversation = new DatedLine(virtual, { clock });
      const talking = device.profile.converse(conversation);
      await clock.advance(lineOpenMs);
      conversation.leave();
      await settle(clock, talking);
      return conversation.dater;
    },
  };
}

function virtualOf(device: Speaking, clock: ManualClock, clockError: ClockError): Virtual {
  return device.transport === 'gatt'
    ? onTheAir(device, clock, clockError)
    : onALine(device, clock, clockError);
}

/** Records an hour apart, and when they were really taken. */
async function measure(virtual: Virtual, clock: ManualClock): Promise<number[]> {
  const taken: number[] = [];
  for (let i = 0; i < records; i += 1) {
    await clock.advance(hourMs + oddMs);
    taken.push(clock.wall().ms);
    virtual.record(clock.wall().ms);
  }
  await clock.advance(10 * minuteMs);
  // Somebody presses its key: it is met some minutes after the last record.
  virtual.record();
  taken.push(clock.wall().ms);
  return taken;
}

const sweep = keeping.flatMap((device) =>
  Object.entries(faults).map(([fault, clockError]) => ({ device, fault, clockError })),
);

describe('a device that keeps time', () => {
  it.each(sweep)('$device.id: is dated rightly when its clock $fault', async (one) => {
    const clock = new ManualClock(begin);
    const virtual = virtualOf(one.device, clock, one.clockError);
    const taken = await measure(virtual, clock);
    const { stamps } = await virtual.meet();
    expect(stamps.length).toBeGreaterThanOrEqual(records);
    for (const { measuredAt, uncertaintyMs, uncertain } of stamps) {
      const errors = taken.map((trueMs) => Math.abs(trueMs - measuredAt));
      expect(Math.min(...errors)).toBeLessThanOrEqual(uncertaintyMs);
      // A minute is what a reading of now has that carries no time.
      expect(uncertaintyMs).toBeLessThanOrEqual(minuteMs);
      expect(uncertain).toBe(false);
    }
  });

  it.each(sweep.filter(({ device }) => device.profile.clock === 'set'))(
    '$device.id: is right when it is met again, after its clock $fault',
    async ({ device, clockError }) => {
      const clock = new ManualClock(begin);
      const virtual = virtualOf(device, clock, clockError);
      virtual.record();
      await virtual.meet();
      await clock.advance(minuteMs);
      virtual.record();
      const { offsetMs } = await virtual.meet();
      expect(Math.abs(offsetMs ?? Infinity)).toBeLessThanOrEqual(setWithinMs);
    },
  );

  it('is read at least: a clock that nobody reads keeps no time', () => {
    const unread = keeping.filter(
      ({ profile }) => !['set', 'set-when-told', 'read'].includes(profile.clock),
    );
    expect(unread.map(({ id }) => id)).toEqual([]);
    expect(keeping.length).toBeGreaterThan(0);
  });
});
