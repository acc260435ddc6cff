import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testFolder } from '../../tooling/testkit/folder.js';
import { healerBench } from '../../tooling/testkit/healer-bench.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { dayMs, hourMs } from './guard.js';

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
/** From the first look until the ladder against a stopped service has asked for its reboot. */
const untilRebootMs = 70 * secondMs;

type Bench = ReturnType<typeof healerBench>;
let boots = 1;

/** A start of the machine: a monotonic clock that begins anew, and a wall clock that is wrong. */
function boot(file: string): Bench {
  const clock = new ManualClock(0);
  clock.bootId = `boot-${(boots += 1)}`;
  const bench = healerBench(file, clock);
  bench.radio.fault = 'bluetooth_stopped';
  return bench;
}

const rebootsOf = ({ done }: Bench): number => done.filter((step) => step === 'reboot').length;

/** What is on disk at this moment, and nothing of what a process only holds in memory. */
function onDisk(file: string): string {
  const copy = join(testFolder(), 'healing.sqlite');
  // The shared memory beside it belongs to the processes; SQLite makes it anew from the log.
  for (const end of ['', '-wal'])
    if (existsSync(`${file}${end}`)) copyFileSync(`${file}${end}`, `${copy}${end}`);
  return copy;
}

/** Files as they are when the helper is asked for a reboot, before anybody has closed them. */
async function cutAtReboot(): Promise<string> {
  const bench = boot(join(testFolder(), 'healing.sqlite'));
  const copies: string[] = [];
  bench.answers.helper = () => {
    if (bench.done.at(-1) === 'reboot') copies.push(onDisk(bench.file));
    return Promise.resolve();
  };
  await bench.clock.advance(untilRebootMs);
  expect(copies).toHaveLength(1);
  return copies[0]!;
}

describe('the guard against a loop of reboots', () => {
  it('is on disk before the reboot: a power cut in that moment does not wipe it out', async () => {
    const file = await cutAtReboot();
    const after = boot(file);
    await after.clock.advance(dayMs - untilRebootMs - 10 * minuteMs);
    expect(rebootsOf(after)).toBe(0);
    expect(after.healer.problems).toContain('radio_unhealed');
  });

  it('allows the next one after a day in which the machine was on, not a moment earlier', async () => {
    const file = await cutAtReboot();
    const { journal, clock } = boot(file);
    const last = journal.newest(10).find(({ step }) => step === 'reboot')!;
    await clock.advance(last.ageMs + dayMs - 1 - journal.ageMs);
    expect(journal.count('reboot', dayMs)).toBe(1);
    await clock.advance(1);
    expect(journal.count('reboot', dayMs)).toBe(0);
  });

  it('holds over any number of starts: one reboot for each day of power at most', async () => {
    let file = join(testFolder(), 'healing.sqlite');
    let reboots = 0;
    const starts = 60;
    const onMs = 40 * minuteMs;
    for (let i = 0; i < starts; i += 1) {
      const bench = boot(file);
      await bench.clock.advance(onMs);
      reboots += rebootsOf(bench);
      // Nobody closes anything: the power goes.
      file = onDisk(bench.file);
      bench.healer.stop();
    }
    const days = (starts * onMs) / dayMs;
    expect(reboots).toBeGreaterThanOrEqual(1);
    expect(reboots).toBeLessThanOrEqual(Math.ceil(days));
  }, 60_000);

  it('does not forget with a journal that is damaged: for a day it counts as a reboot', async () => {
    const file = join(testFolder(), 'healing.sqlite');
    let reboots = 0;
    for (let i = 0; i < 10; i += 1) {
      writeFileSync(file, 'no database'.repeat(1_000));
      const bench = boot(file);
      await bench.clock.advance(2 * hourMs);
      reboots += rebootsOf(bench);
      bench.healer.stop();
    }
    expect(reboots).toBe(0);
  }, 60_000);

  it('counts a damage from when it was found, also on a machine that was on for long', async () => {
    const file = join(testFolder(), 'healing.sqlite');
    writeFileSync(file, 'no database'.repeat(1_000));
    const clock = new ManualClock();
    await clock.advance(10 * dayMs);
    const { journal } = healerBench(file, clock);
    await clock.advance(dayMs - 1);
    expect(journal.hasForgotten(dayMs)).toBe(true);
    await clock.advance(1);
    expect(journal.hasForgotten(dayMs)).toBe(false);
    expect(journal.count('reboot', dayMs)).toBe(0);
  });
});
