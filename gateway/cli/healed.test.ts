import { describe, expect, it } from 'vitest';
import type { Entry } from '../healing/journal.js';
import { healedInWords } from './healed.js';

const entry: Entry = {
  ...{ id: 1, ageMs: 0, sinceAgeMs: 0, bootId: 'boot-1', wallMs: Date.UTC(2026, 0, 15, 8, 0) },
  ...{ fault: 'adapter_off', step: 'reset_adapter', outcome: 'cured', recoveryMs: 24_700 },
  code: null,
};

describe('what was done for the radio, in words', () => {
  it('is nothing when nothing was', () => {
    expect(healedInWords([], 'Europe/Stockholm')).toEqual([]);
  });

  it('has when, against what, and with what effect', () => {
    const failed: Entry = {
      ...{ ...entry, wallMs: null, step: 'reboot', outcome: 'failed', recoveryMs: null },
      code: 'helper_unavailable',
    };
    expect(healedInWords([entry, failed], 'Europe/Stockholm').join('\n')).toBe(
      [
        '',
        'the radio was healed',
        'when              fault        step           outcome                     after',
        '2026-01-15 09:00  adapter_off  reset_adapter  cured                       25 s',
        'time unknown      adapter_off  reboot         failed: helper_unavailable',
      ].join('\n'),
    );
  });
});
