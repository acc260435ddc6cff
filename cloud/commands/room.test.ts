import { describe, expect, it } from 'vitest';
import {
  commandSchema,
  maxCommandOctets,
  maxMessageOctets,
  maxPromptOctets,
  maxPrompts,
  maxSeen,
} from '@hemma/protocols/wire/command.js';
import { maxScheduleOctets } from '@hemma/protocols/wire/schedule.js';
import { promptList } from './wanted.js';

/** JSON with so many octets. */
const text = (octets: number): string => JSON.stringify('x'.repeat(octets - 2));

describe('prompts in the room of a command', () => {
  it('are as many as have room, to the octet, and the first come first', () => {
    const one = Math.floor((maxPromptOctets - 1) / 8) - 1;
    const all = Array.from({ length: 7 }, () => text(one));
    const last = maxPromptOctets - 1 - 7 * (one + 1) - 1;
    expect(promptList([...all, text(last)])).toHaveLength(maxPromptOctets);
    const over = promptList([...all, text(last + 1)]);
    expect(JSON.parse(over)).toHaveLength(7);
  });

  it('are no more than a command may have', () => {
    const all = Array.from({ length: maxPrompts + 1 }, () => text(50));
    expect(JSON.parse(promptList(all))).toHaveLength(maxPrompts);
    expect(promptList([])).toBe('[]');
  });

  it('leave room for all other parts at their largest', () => {
    const seen = Array.from({ length: maxSeen }, () => ({
      ...{ patient: `p-${'x'.repeat(32)}`, ledger: 'f'.repeat(32), upTo: 9_999_999_999 },
    }));
    const gateway = 'g'.repeat(40);
    const frame = { v: 1, gateway, version: 8_640_000_000_000_000, prompts: [], schedules: [] };
    const rest = JSON.stringify(commandSchema.parse({ ...frame, messages: [], seen }));
    const parts = maxPromptOctets + maxScheduleOctets + maxMessageOctets;
    expect(parts + Buffer.byteLength(rest)).toBeLessThanOrEqual(maxCommandOctets);
  });
});
