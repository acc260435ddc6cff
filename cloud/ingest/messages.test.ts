import { describe, expect, it } from 'vitest';
import { errorCodes } from '@hemma/protocols/errors.js';
import { maxHealingsTold } from '@hemma/protocols/wire/healing.js';
import { maxSchedules } from '@hemma/protocols/wire/schedule.js';
import { aHealing, healedStatus } from '../../tooling/testkit/healings.js';
import { someMorning } from '../../tooling/testkit/measurements.js';
import { maxStatusOctets, readStatus } from './messages.js';

const gateway = 'home-17';

/** The longest that a gateway has to say. */
const fullest = {
  ...healedStatus(
    gateway,
    someMorning,
    Array.from({ length: maxHealingsTold }, (_, n) => aHealing(n, someMorning)),
  ),
  ...{ waiting: 1_000_000, held: 1_000, doubtful: 1_000, commandVersion: 8_640_000_000_000_000 },
  schedules: Array.from({ length: maxSchedules }, (_, n) => `${n}`.padStart(16, '0')),
  problems: Object.keys(errorCodes).slice(0, 50),
};
const padded = (octets: number): Uint8Array => {
  const text = JSON.stringify(fullest);
  return Buffer.from(text.padEnd(octets + text.length - Buffer.byteLength(text)));
};

describe('a status', () => {
  it('has room for all that a gateway may have to say on a bad day', () => {
    const { status, leftOut } = readStatus(gateway, Buffer.from(JSON.stringify(fullest)));
    expect(leftOut).toBeNull();
    expect(status.schedules).toHaveLength(maxSchedules);
    expect(status.healing?.healings).toHaveLength(maxHealingsTold);
    expect(status.problems).toHaveLength(50);
  });

  it('is refused beyond its room, to the octet', () => {
    expect(readStatus(gateway, padded(maxStatusOctets)).status.gateway).toBe(gateway);
    expect(() => readStatus(gateway, padded(maxStatusOctets + 1))).toThrow(
      expect.objectContaining({ code: 'envelope_too_large' }),
    );
  });
});
