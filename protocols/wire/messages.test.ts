import { describe, expect, it } from 'vitest';
import { statusSchema } from './messages.js';

const status = { v: 1, gateway: 'gw-test', state: 'online', at: 0 } as const;
const healing = {
  ...{ step: 'rescan', fault: 'scan_refused', outcome: 'cured', recoveryMs: 1 },
  stepsADay: { rescan: 1 },
} as const;

describe('a status', () => {
  it('may come from a gateway that is older', () => {
    expect(statusSchema.parse(status)).toEqual(status);
  });

  it('may come from one that is newer: what is not known here is left out', () => {
    const newer = {
      ...{ ...status, mood: 'fine', problems: ['disk_full', 'fan_dusty'] },
      healing: { ...healing, tool: 'spanner' },
    };
    expect(statusSchema.parse(newer)).toEqual({ ...status, problems: ['disk_full'], healing });
    const stranger = { ...status, healing: { ...healing, step: 'replace_dongle' } };
    expect(statusSchema.parse(stranger)).toEqual({ ...status, healing: undefined });
  });

  it.each([
    { ...status, v: 2 },
    { ...status, waiting: -1 },
    { ...status, problems: 'disk_full' },
    { ...status, problems: Array(501).fill('disk_full') },
    { ...status, problems: ['x'.repeat(81)] },
  ])('is refused when it is none (%#)', (wrong) => {
    expect(statusSchema.safeParse(wrong).success).toBe(false);
  });
});
