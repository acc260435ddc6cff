import { describe, expect, it } from 'vitest';
import { ClockScene, day, hour, minute } from '../tooling/testkit/clock-scene.js';
import type { DatedRecord } from '../tooling/testkit/clock-scene.js';

/**
 * Clock faults of devices and gateways, one line each. `solved`: every record within two seconds of the
 * truth and not marked. `flagged`: what is further off is marked, and the truth is within the interval
 * that it says; so many records are. Nothing is ever dated after it was taken in.
 */

const noon = Date.UTC(2026, 0, 15, 11);
/** 02:00 becomes 03:00, and 03:00 becomes 02:00. */
const spring = Date.UTC(2026, 2, 29, 1);
const autumn = Date.UTC(2026, 9, 25, 1);
const solvedWithinMs = 2_000;

type Expected = 'solved' | { readonly flagged: number };
type Fault = readonly [name: string, expected: Expected, script: () => Promise<ClockScene>];

interface Begin {
  readonly at?: number;
  readonly shows?: string;
  readonly ahead?: number;
  readonly access?: ClockScene['access'];
}

function scene({ at = noon, shows, ahead = 0, access = 'set' }: Begin = {}): ClockScene {
  const made = new ClockScene(at, shows).wrong(ahead);
  made.access = access;
  return made;
}

/** Three records some hours apart, read some minutes after the last. */
async function threeRecords(made: ClockScene): Promise<ClockScene> {
  for (let i = 0; i < 3; i += 1) {
    await made.pass(3 * hour + 17_000);
    made.measure();
  }
  await made.pass(12 * minute);
  await made.meet();
  return made;
}

const wrongBy = (ahead: number) => () => threeRecords(scene({ ahead }));
const showing =
  (shows: string, at = noon) =>
  () =>
    threeRecords(scene({ at, shows }));

const devices: readonly Fault[] = [
  ['a clock that is right', 'solved', wrongBy(0)],
  ['16 minutes slow', 'solved', wrongBy(-16 * minute)],
  ['16 minutes fast', 'solved', wrongBy(16 * minute)],
  ['nine minutes slow, as people set clocks', 'solved', wrongBy(-9 * minute)],
  ['set with AM for PM: a slip of twelve hours', 'solved', wrongBy(-12 * hour)],
  ['a day behind', 'solved', wrongBy(-day)],
  ['1970, never set', 'solved', showing('1970-01-01T00:02:11')],
  ['2000, the epoch of its chip', 'solved', showing('2000-01-01T00:00:00')],
  ['last year, as every January', 'solved', showing('2025-01-15T12:00:00')],
  ['month and day swapped', 'solved', showing('2026-03-02T12:00:00', Date.UTC(2026, 1, 3, 11))],
  ['years in the future', 'solved', showing('2031-06-01T08:00:00')],
  ['ten minutes in the future', 'solved', wrongBy(10 * minute)],
  ['at the end of what its two digits hold', 'solved', showing('2099-12-31T20:00:00')],
  [
    'over a leap day that its year does not have',
    'solved',
    showing('2026-02-28T10:00:00', Date.UTC(2028, 1, 28, 9)),
  ],
  ['a leap day of its own', 'solved', showing('2028-02-28T22:00:00', Date.UTC(2026, 1, 28, 21))],
  ['the zone of a holiday', 'solved', wrongBy(2 * hour)],
];

const nights: readonly Fault[] = [
  [
    'the night in spring, on a device that nobody told',
    'solved',
    () => threeRecords(scene({ at: spring - 4 * hour })),
  ],
  [
    'the night in autumn, on a device that nobody told',
    'solved',
    () => threeRecords(scene({ at: autumn - 4 * hour })),
  ],
  [
    'the night in spring, at a time that never was',
    'solved',
    async () => {
      const made = scene({ at: spring - 2 * hour });
      await made.pass(2 * hour + 44 * minute);
      made.measure();
      await made.meet();
      return made;
    },
  ],
  [
    'the hour that happens twice, on a device that was put right since',
    { flagged: 1 },
    async () => {
      const made = scene({ at: autumn - 2 * hour, access: 'read' });
      await made.pass(90 * minute);
      made.measure();
      await made.pass(5 * hour);
      made.setDevice('2026-10-25T06:30:00');
      await made.pass(hour);
      await made.meet();
      return made;
    },
  ],
  [
    'a record from winter time on a device that was put right since',
    { flagged: 1 },
    async () => {
      const made = scene({ at: spring - 2 * hour, access: 'read' });
      made.measure();
      await made.pass(12 * hour);
      made.setDevice('2026-03-29T13:00:00');
      await made.pass(hour);
      await made.meet();
      return made;
    },
  ],
];

const changes: readonly Fault[] = [
  [
    'a battery change between two records, after a visit',
    'solved',
    async () => {
      const made = scene();
      await made.pass(hour);
      made.measure();
      await made.meet();
      await made.pass(5 * hour);
      made.measure();
      await made.pass(hour);
      made.setDevice('2016-01-01T00:00:00');
      await made.pass(hour);
      made.measure();
      await made.pass(10 * minute);
      await made.meet();
      return made;
    },
  ],
  [
    'a battery change before the first visit',
    { flagged: 1 },
    async () => {
      const made = scene();
      made.measure();
      await made.pass(hour);
      made.setDevice('2016-01-01T00:00:00');
      await made.pass(hour);
      made.measure();
      await made.pass(10 * minute);
      await made.meet();
      return made;
    },
  ],
  [
    'a jump in the middle of reading: what comes after it was taken before',
    'solved',
    async () => {
      const made = scene({ ahead: 40 * minute });
      made.measure();
      await made.pass(hour);
      made.measure();
      await made.pass(10 * minute);
      await made.meet({ after: 1, what: () => made.setDevice('2019-01-01T00:00:00') });
      return made;
    },
  ],
  [
    'a reading taken while connected, after the clock was set',
    'solved',
    async () => {
      const made = scene({ ahead: 40 * minute });
      made.measure();
      await made.pass(5 * minute);
      await made.meet({ after: 0, what: () => undefined });
      await made.pass(20_000);
      made.measure();
      await made.meet();
      return made;
    },
  ],
  [
    'records from before and after the gateway set the clock, in one memory',
    'solved',
    async () => {
      const made = scene({ ahead: -3 * day });
      await threeRecords(made);
      await threeRecords(made);
      return made;
    },
  ],
  [
    'somebody has set the clock between two visits: nobody knows before which record',
    { flagged: 1 },
    async () => {
      const made = scene({ ahead: -50 * minute, access: 'read' });
      made.measure();
      await made.meet();
      await made.pass(5 * hour);
      made.measure();
      await made.pass(hour);
      made.wrong(50 * minute);
      await made.pass(3 * hour);
      await made.meet();
      return made;
    },
  ],
  [
    'eight seconds a day, between two visits',
    'solved',
    async () => {
      const made = scene({ access: 'read' });
      made.gainsPerDay = 8_000;
      made.measure();
      await made.meet();
      for (let i = 0; i < 3; i += 1) {
        await made.pass(day);
        made.measure();
      }
      await made.pass(hour);
      await made.meet();
      return made;
    },
  ],
  [
    'drift on a device that is met for the first time',
    'solved',
    async () => {
      const made = scene();
      made.gainsPerDay = 4_000;
      return threeRecords(made);
    },
  ],
];

const unreadable: readonly Fault[] = [
  [
    'a clock that cannot be read, and is right',
    'solved',
    async () => {
      const made = scene({ access: 'none' });
      await made.pass(hour);
      made.measure();
      await made.pass(20_000);
      await made.meet();
      return made;
    },
  ],
  [
    'a wrong clock that cannot be read: as long before the newest record as it says',
    { flagged: 3 },
    async () => {
      const made = scene({ access: 'none', shows: '2019-07-01T06:00:00' });
      for (let i = 0; i < 3; i += 1) {
        await made.pass(3 * hour);
        made.measure();
      }
      await made.pass(30_000);
      await made.meet();
      return made;
    },
  ],
  [
    'the same, and set back between two records: the order tells which is the newest',
    { flagged: 2 },
    async () => {
      const made = scene({ access: 'none', shows: '2026-01-15T11:00:00' });
      made.measure();
      await made.pass(day / 2);
      made.setDevice('2016-01-01T00:00:00');
      await made.pass(hour);
      made.measure();
      await made.pass(30_000);
      await made.meet();
      return made;
    },
  ],
  [
    'no clock at all',
    'solved',
    async () => {
      const made = scene();
      made.hasClock = false;
      await made.pass(hour);
      made.measure();
      await made.meet();
      return made;
    },
  ],
];

/** A gateway that does not know the time takes three records, and learns it later. */
function unsure(
  wallMs: number,
  more: (made: ClockScene) => Promise<void> = () => Promise.resolve(),
) {
  return async (): Promise<ClockScene> => {
    const made = scene({ ahead: -16 * minute });
    await made.reboot(0, wallMs);
    await threeRecords(made);
    expect(made.held).toBe(3);
    await made.pass(2 * hour);
    await more(made);
    await made.sync();
    expect(made.held).toBe(0);
    return made;
  };
}

const gateways: readonly Fault[] = [
  ['a gateway without network since power-up, in 1970', 'solved', unsure(0)],
  ['a gateway without network since power-up, last Tuesday', 'solved', unsure(noon - 6 * day)],
  ['a gateway without network since power-up, in the future', 'solved', unsure(noon + 900 * day)],
  [
    'the program ends and starts before the time is known',
    'solved',
    unsure(0, (made) => made.restart()),
  ],
  [
    'the program ends and starts after the time was known: it is not forgotten',
    'solved',
    async () => {
      const made = scene({ ahead: -16 * minute });
      await made.sync();
      await made.restart();
      expect(made.clock.wall().trust).toBe('synced');
      return threeRecords(made);
    },
  ],
  [
    'a power cut after the time was known and before readings were dated',
    'solved',
    async () => {
      const made = scene();
      await made.sync();
      made.measure();
      await made.meet();
      await made.reboot(hour, 0);
      made.measure();
      await made.pass(10 * minute);
      await made.meet();
      await made.reboot(hour, 0);
      await made.sync();
      return made;
    },
  ],
  [
    'a power cut while the time is not known, no clock in the device: between what is certain',
    { flagged: 1 },
    async () => {
      const made = scene();
      made.hasClock = false;
      await made.sync();
      await made.pass(hour);
      await made.reboot(hour, 0);
      expect(made.clock.wall().trust).not.toBe('synced');
      made.measure();
      await made.meet();
      await made.reboot(day, 0);
      await made.sync();
      return made;
    },
  ],
  [
    'a clean reboot: restored, not earlier than it ever was',
    { flagged: 1 },
    async () => {
      const made = scene();
      made.hasClock = false;
      await made.sync();
      made.measure();
      await made.meet();
      await made.reboot(3 * hour, 0);
      expect(made.clock.wall()).toMatchObject({ trust: 'restored' });
      expect(made.clock.wall().ms).toBeLessThanOrEqual(made.now);
      await made.pass(hour);
      made.measure();
      await made.meet();
      await made.reboot(day, 0);
      await made.sync();
      return made;
    },
  ],
  [
    'network time steps the gateway forward in the middle of reading',
    'solved',
    async () => {
      const made = scene({ ahead: -16 * minute, access: 'read' });
      await made.reboot(0, noon - day);
      made.measure();
      await made.pass(hour);
      made.measure();
      await made.pass(10 * minute);
      await made.meet({ after: 1, what: () => made.clock.setReference(made.now) });
      await made.pass(11_000);
      return made;
    },
  ],
  [
    'network time steps the gateway back in the middle of reading',
    'solved',
    async () => {
      const made = scene({ ahead: 16 * minute, access: 'read' });
      await made.reboot(0, noon + 9 * day);
      made.measure();
      await made.pass(hour);
      made.measure();
      await made.pass(10 * minute);
      await made.meet({ after: 1, what: () => made.clock.setReference(made.now) });
      await made.pass(11_000);
      return made;
    },
  ],
];

const faults = [...devices, ...nights, ...changes, ...unreadable, ...gateways];

function check(records: readonly DatedRecord[], expected: Expected, now: number): void {
  const flagged = records.filter(({ measurement }) => measurement.flags.includes('time_uncertain'));
  expect(flagged).toHaveLength(expected === 'solved' ? 0 : expected.flagged);
  for (const { truth, measurement } of records) {
    const { measuredAt, uncertaintyMs } = measurement.time;
    const errorMs = Math.abs(measuredAt - truth);
    expect(measuredAt).toBeLessThanOrEqual(now);
    expect(errorMs).toBeLessThanOrEqual(uncertaintyMs);
    if (!measurement.flags.includes('time_uncertain'))
      expect(errorMs).toBeLessThanOrEqual(solvedWithinMs);
  }
}

describe('clock faults', () => {
  it('are at least forty, each once', () => {
    expect(faults.length).toBeGreaterThanOrEqual(40);
    expect(new Set(faults.map(([name]) => name)).size).toBe(faults.length);
  });

  it.each(faults)('%s', async (_, expected, script) => {
    const made = await script();
    const records = made.dated();
    expect(records.length).toBeGreaterThan(0);
    check(records, expected, made.now);
  });
});
