import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLog } from '@hemma/runtime/log.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { dayMs, hourMs, mayTake, stepLimits } from './guard.js';
import { HealingJournal, inspectHealing } from './journal.js';
import type { Step } from './steps.js';

const log = createLog('test', 'silent');

function journalAt(path: string, clock: ManualClock): HealingJournal {
  const journal = new HealingJournal(path, clock, log);
  journal.open();
  onTestFinished(() => journal.close());
  return journal;
}

/** The same machine after it was switched on again: its monotonic clock begins anew. */
function nextBoot(): ManualClock {
  const clock = new ManualClock();
  clock.bootId = 'boot-2';
  return clock;
}

const allowed = (journal: HealingJournal, step: Step): boolean =>
  mayTake(step, (which, withinMs) => journal.count(which, withinMs));

describe('the healing journal', () => {
  it.each(Object.keys(stepLimits) as Step[])('allows %s so often in an hour', async (step) => {
    const clock = new ManualClock();
    const journal = journalAt(join(testFolder(), 'healing.sqlite'), clock);
    for (let i = 0; i < stepLimits[step].perHour; i += 1) {
      expect(allowed(journal, step)).toBe(true);
      journal.begin(step, 'scan_refused', clock.monotonicMs());
    }
    expect(allowed(journal, step)).toBe(false);
    await clock.advance(hourMs);
    expect(allowed(journal, step)).toBe(stepLimits[step].perDay > stepLimits[step].perHour);
    await clock.advance(dayMs - hourMs);
    expect(allowed(journal, step)).toBe(true);
  });

  it('keeps to the day’s limit when the hour would allow more', async () => {
    const clock = new ManualClock();
    const journal = journalAt(join(testFolder(), 'healing.sqlite'), clock);
    const { perDay } = stepLimits.power_cycle_usb;
    for (let i = 0; i < perDay; i += 1) {
      journal.begin('power_cycle_usb', 'bluetooth_stuck', clock.monotonicMs());
      await clock.advance(hourMs);
    }
    expect(allowed(journal, 'power_cycle_usb')).toBe(false);
  });

  it('counts over reboots by the time that the machine was on, whatever its wall clock says', async () => {
    const path = join(testFolder(), 'healing.sqlite');
    const before = new ManualClock();
    const first = journalAt(path, before);
    await before.advance(10 * hourMs);
    first.begin('reboot', 'adapter_unavailable', before.monotonicMs());
    first.close();

    const after = nextBoot();
    after.jumpWall(-56 * 365 * dayMs);
    const second = journalAt(path, after);
    await after.advance(dayMs - hourMs);
    expect(allowed(second, 'reboot')).toBe(false);
    after.jumpWall(400 * 365 * dayMs);
    expect(allowed(second, 'reboot')).toBe(false);
    await after.advance(hourMs);
    expect(allowed(second, 'reboot')).toBe(true);
  });

  it('goes on counting when only the process was started again', async () => {
    const path = join(testFolder(), 'healing.sqlite');
    const clock = new ManualClock();
    const first = journalAt(path, clock);
    const age = first.ageMs;
    first.close();
    await clock.advance(5_000);
    expect(journalAt(path, clock).ageMs - age).toBe(5_000);
  });

  it('tells what became of a step; another process may read it meanwhile', () => {
    const path = join(testFolder(), 'healing.sqlite');
    const clock = new ManualClock();
    const journal = journalAt(path, clock);
    clock.trust = 'unknown';
    journal.begin('rescan', 'scan_refused', clock.monotonicMs());
    journal.settle('failed', { code: 'scan_refused' });
    clock.trust = 'synced';
    journal.begin('reset_adapter', 'scan_refused', clock.monotonicMs());
    journal.settle('cured', { recoveryMs: 12_345.6 });
    expect(inspectHealing(path, 10)).toMatchObject([
      { step: 'reset_adapter', outcome: 'cured', recoveryMs: 12_346, wallMs: clock.wall().ms },
      { step: 'rescan', outcome: 'failed', code: 'scan_refused', wallMs: null },
    ]);
    expect(journal.pending()).toBeNull();
    expect(inspectHealing(`${path}-none`, 10)).toEqual([]);
  });

  it('has nothing to tell before it is open', () => {
    const closed = new HealingJournal(join(testFolder(), 'a.sqlite'), new ManualClock(), log);
    expect(closed.newest(1)).toEqual([]);
    expect(closed.count('rescan', hourMs)).toBe(0);
  });

  it('forgets the oldest entries', () => {
    const clock = new ManualClock();
    const journal = journalAt(join(testFolder(), 'healing.sqlite'), clock);
    for (let i = 0; i < 510; i += 1) journal.begin('rescan', 'scan_refused', i);
    expect(journal.newest(1_000)).toHaveLength(500);
  });

  it('begins anew when its file is damaged, and works in memory when there can be none', () => {
    const path = join(testFolder(), 'healing.sqlite');
    writeFileSync(path, 'no database'.repeat(1_000));
    const clock = new ManualClock();
    const anew = journalAt(path, clock);
    expect(anew.isDurable).toBe(true);
    const nowhere = journalAt(join(path, 'no-folder', 'healing.sqlite'), clock);
    expect(nowhere.begin('rescan', 'scan_refused', 0)).toBe(false);
    expect(nowhere.isDurable).toBe(false);
    expect(nowhere.count('rescan', hourMs)).toBe(1);
  });
});
