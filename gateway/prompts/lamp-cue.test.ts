import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Prompt } from '@hemma/protocols/wire/command.js';
import { createLog } from '@hemma/runtime/log.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { LampCue, remindMs } from './lamp-cue.js';

const prompt = (n: number): Prompt => ({
  ...{ id: String(n).repeat(32), patient: 'p-00000001', kinds: ['blood_pressure'] },
  ...{ quantities: ['systolic_bp'], text: { sv: 'Mät igen.', en: 'Measure again.' } },
  ...{ restMinutes: 5, notBefore: 0, until: 1 },
});

/** A folder with the one file that is written of an LED of the kernel. */
function lamp() {
  const folder = join(testFolder(), 'led');
  const file = join(folder, 'brightness');
  mkdirSync(folder);
  writeFileSync(file, '1');
  const clock = new ManualClock();
  const log = createLog('test', 'silent');
  const warn = vi.spyOn(log, 'warn');
  const cue = new LampCue({ folder, clock, log });
  cue.start();
  onTestFinished(() => cue.stop());
  const shows = (text: string) =>
    vi.waitFor(() => expect(readFileSync(file, 'utf8')).toBe(text), { timeout: 5_000 });
  return { folder, file, clock, warn, cue, shows };
}

describe('the lamp', () => {
  it('is off at first, on while anything is asked, and off when the last of it has ended', async () => {
    const { cue, shows } = lamp();
    await shows('0');
    cue.due(prompt(1));
    cue.due(prompt(2));
    await shows('1');
    cue.ended(prompt(1), 'answered');
    await shows('1');
    cue.ended(prompt(2), 'over');
    await shows('0');
  });

  it('is on for a while when the plan reminds, and not longer for many reminders', async () => {
    const { cue, clock, shows } = lamp();
    await shows('0');
    for (let i = 0; i < 100; i += 1) cue.remind('bp-series');
    await shows('1');
    await clock.advance(remindMs - 1);
    await shows('1');
    await clock.advance(1);
    await shows('0');
  });

  it('stays on after a reminder while somebody is asked to measure again', async () => {
    const { cue, clock, shows } = lamp();
    cue.due(prompt(1));
    cue.remind('bp-series');
    await clock.advance(remindMs);
    await shows('1');
    await cue.stop();
    await shows('0');
  });

  it('that is not there harms nothing, is told once, and works when it has come', async () => {
    const { folder, file, warn, cue, shows } = lamp();
    await shows('0');
    rmSync(folder, { recursive: true });
    for (const n of [1, 2, 3]) {
      cue.due(prompt(n));
      cue.ended(prompt(n), 'withdrawn');
      await vi.waitFor(() => expect(warn).toHaveBeenCalledOnce());
    }
    await new Promise(setImmediate);
    mkdirSync(folder);
    writeFileSync(file, '0');
    cue.due(prompt(4));
    await shows('1');
    expect(warn).toHaveBeenCalledOnce();
  });
});
