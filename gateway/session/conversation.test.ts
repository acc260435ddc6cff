import { describe, expect, it } from 'vitest';
import type { GattConversation, GattDevice } from '@hemma/protocols/device.js';
import { device as thermometer } from '@hemma/protocols/devices/generic-thermometer.js';
import type { Reading } from '@hemma/protocols/reading.js';
import { createLog } from '@hemma/runtime/log.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import type { GattLink } from '../transports/link.js';
import { converseGatt } from './gatt-session.js';
import type { SessionSource } from './source.js';

const sample = thermometer.samples.find(({ reading }) => reading.failure === null);
const octets = Uint8Array.from(Buffer.from(sample?.octets ?? '', 'hex'));

/** A link over which nothing comes: the device below says everything by itself. */
function quietLink(): GattLink {
  let end: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => (end = resolve));
  return {
    characteristics: new Set(),
    read: () => Promise.resolve(octets),
    write: () => Promise.resolve(),
    subscribe: () => Promise.resolve(),
    unsubscribe: () => Promise.resolve(),
    closed,
    close: () => {
      end();
      return Promise.resolve();
    },
  };
}

async function taken(speak: (conversation: GattConversation) => Promise<void>) {
  const device: GattDevice = {
    ...thermometer,
    profile: { ...thermometer.profile, converse: speak },
  };
  const clock = new ManualClock();
  const kept: { reading: Reading; source: SessionSource }[] = [];
  const outcome = await converseGatt(
    { device, identity: 'ble:00:00:00:00:00:01', patient: 'p-00000001' },
    quietLink(),
    {
      clock,
      log: createLog('test', 'silent'),
      timeZone: 'Europe/Stockholm',
      take: (reading, source) => {
        kept.push({ reading, source });
        return Promise.resolve();
      },
      lastSequence: () => null,
    },
  );
  return { kept, outcome };
}

describe('a conversation', () => {
  const reading = thermometer.profile.read(octets);

  it.each([
    [19, ['device_battery_low']],
    [20, []],
  ])('marks readings of a device whose battery is at %i percent', async (percent, flags) => {
    const { kept } = await taken(async (conversation) => {
      conversation.battery(percent);
      await conversation.take({ ...reading, flags: [] });
    });
    expect(kept.map((one) => one.reading.flags)).toEqual([flags]);
  });

  it('passes on what the clock of the device showed, and when', async () => {
    const { kept, outcome } = await taken(async (conversation) => {
      conversation.deviceClock('2026-01-15T08:59:00');
      await conversation.take(reading);
    });
    expect(kept[0]?.source.clock).toEqual({ shown: '2026-01-15T08:59:00', monotonicMs: 1_000 });
    expect(outcome).toEqual({ readings: 1, refused: 0 });
  });
});
