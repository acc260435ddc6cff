import { describe, expect, it } from 'vitest';
import { words } from '../../tooling/testkit/doctor.js';
import type { Check } from './check.js';
import { checks } from './examine.js';

const title = { sv: 'Prov', en: 'Trial' };

describe('looks of the doctor', () => {
  it('end by the deadline, and are told as failed when they throw', async () => {
    const hangs: Check = { name: 'hangs', title, examine: () => new Promise(() => undefined) };
    expect(await words(hangs, { deadlineMs: 1_000 })).toEqual([
      'fault: No answer within 1 seconds.',
    ]);
    const denied = Object.assign(new Error('no'), { code: 'EACCES' });
    const throws: Check = { name: 'throws', title, examine: () => Promise.reject(denied) };
    expect(await words(throws)).toEqual(['fault: This could not be looked at (EACCES).']);
  });

  it('have names of their own', () => {
    expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
  });
});
