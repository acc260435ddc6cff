import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CodedError } from '@hemma/protocols/errors.js';
import { isWholeReport, maxHealingsTold, maxRecoveryMs } from '@hemma/protocols/wire/healing.js';
import { createLog } from '@hemma/runtime/log.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { healerBench } from '../../tooling/testkit/healer-bench.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { maxHealings } from './healings.js';
import { HealingJournal } from './journal.js';

const log = createLog('test', 'silent');
const secondMs = 1_000;
const minuteMs = 60 * secondMs;

type Bench = ReturnType<typeof healerBench>;

/** What the status tells of healings; always a report that the cloud reads whole. */
function told({ healer }: Bench) {
  const report = healer.report();
  expect(isWholeReport(report)).toBe(true);
  return report!.healings!;
}

/** The same machine after another start. */
function rebooted(before: Bench): Bench {
  before.healer.stop();
  const clock = new ManualClock(before.clock.wall().ms);
  clock.bootId = 'boot-2';
  return healerBench(before.file, clock);
}

describe('a healing that the gateway tells of', () => {
  it('is one over all its steps: first cause, hardest step, time since the first sight', async () => {
    const bench = healerBench();
    const sinceMs = bench.clock.wall().ms + 5 * secondMs;
    bench.radio.fault = 'scan_refused';
    await bench.clock.advance(20 * secondMs);
    expect(told(bench)).toMatchObject([{ highest: 'rescan', steps: 1, outcome: 'ill' }]);
    bench.radio.fault = 'adapter_off';
    await bench.clock.advance(40 * secondMs);
    expect(told(bench)).toMatchObject([
      { cause: 'scan_refused', highest: 'restart_bluetooth', steps: 3, since: sinceMs },
    ]);
    bench.radio.fault = null;
    await bench.clock.advance(10 * secondMs);
    const [cured] = told(bench);
    expect(cured).toMatchObject({ outcome: 'cured', highest: 'restart_bluetooth', steps: 3 });
    expect(cured!.recoveryMs).toBe(60 * secondMs);
  });

  it('needs a person when every step was in vain, and has passed when one came by', async () => {
    const bench = healerBench();
    bench.radio.fault = 'scan_refused';
    await bench.clock.advance(6 * minuteMs);
    expect(told(bench)).toMatchObject([{ outcome: 'unhealed', highest: 'reboot', steps: 5 }]);
    bench.radio.fault = null;
    await bench.clock.advance(5 * secondMs);
    expect(told(bench)).toMatchObject([{ outcome: 'passed', recoveryMs: 6 * minuteMs }]);
    bench.radio.fault = 'adapter_off';
    await bench.clock.advance(minuteMs);
    expect(told(bench).map((it) => it.cause)).toEqual(['adapter_off', 'scan_refused']);
  });

  it('has passed, and was not cured, when its steps could not be taken', async () => {
    const bench = healerBench();
    bench.answers.helper = () => Promise.reject(new CodedError('helper_unavailable'));
    bench.radio.fault = 'bluetooth_stopped';
    await bench.clock.advance(minuteMs);
    bench.radio.fault = null;
    await bench.clock.advance(5 * secondMs);
    expect(told(bench)).toMatchObject([{ outcome: 'passed', highest: 'reboot', steps: 2 }]);
  });

  it('is the same one after a reboot, which counts among its steps', async () => {
    const before = healerBench();
    before.radio.fault = 'bluetooth_stopped';
    await before.clock.advance(70 * secondMs);
    const { id } = told(before)[0]!;
    const after = rebooted(before);
    await after.clock.advance(10 * secondMs);
    expect(told(after)).toMatchObject([{ id, outcome: 'cured', highest: 'reboot', steps: 2 }]);
    expect(told(after)[0]!.recoveryMs).toBeGreaterThanOrEqual(70 * secondMs);
  });

  it('goes on when only the program was started again; its end is not known when it was not seen', async () => {
    const before = healerBench();
    before.answers.helper = () => Promise.reject(new CodedError('helper_unavailable'));
    before.radio.fault = 'bluetooth_stuck';
    await before.clock.advance(50 * secondMs);
    const { id } = told(before)[0]!;
    before.healer.stop();
    const after = healerBench(before.file, before.clock);
    after.answers.helper = before.answers.helper;
    after.radio.fault = 'bluetooth_stuck';
    await after.clock.advance(30 * secondMs);
    expect(told(after)).toMatchObject([{ id, outcome: 'unhealed' }]);
    expect(told(after)[0]!.steps).toBeGreaterThan(3);
    after.healer.stop();
    const last = healerBench(before.file, before.clock);
    await last.clock.advance(10 * secondMs);
    expect(told(last)).toMatchObject([{ id, outcome: 'unproven', recoveryMs: null }]);
  });

  it('is not dated by a clock that does not know the time', async () => {
    const clock = new ManualClock();
    clock.trust = 'unknown';
    const bench = healerBench(undefined, clock);
    bench.radio.fault = 'adapter_off';
    await clock.advance(20 * secondMs);
    expect(told(bench)).toMatchObject([{ since: null, outcome: 'ill' }]);
  });

  it('is told as long as the newest few are, and kept among a named number', () => {
    const { journal } = healerBench();
    for (let n = 0; n < maxHealings + 3; n += 1) {
      journal.begin('rescan', 'scan_refused', n);
      journal.settle('cured', { recoveryMs: n });
      journal.become('cured');
    }
    expect(journal.newestHealings(1_000)).toHaveLength(maxHealings);
    expect(journal.newestHealings(maxHealingsTold)).toHaveLength(maxHealingsTold);
  });

  it('stays within what a status may say, however long it lasts', async () => {
    const clock = new ManualClock();
    const journal = new HealingJournal(join(testFolder(), 'healing.sqlite'), clock, log);
    journal.open();
    onTestFinished(() => journal.close());
    journal.begin('rescan', 'scan_refused', clock.monotonicMs());
    await clock.advance(maxRecoveryMs + 1);
    journal.settle('cured', { recoveryMs: maxRecoveryMs + 1 });
    journal.become('cured');
    expect(journal.newest(1)).toMatchObject([{ recoveryMs: maxRecoveryMs }]);
    expect(journal.newestHealings(1)).toMatchObject([{ recoveryMs: maxRecoveryMs }]);
  });

  it('is none of a silence that nothing broke: the home may be lonely', async () => {
    const bench = healerBench();
    await bench.clock.advance(30 * minuteMs + 10 * secondMs);
    expect(bench.done).toContain('rescan');
    expect(told(bench)).toEqual([]);
    bench.healer.noteHeard();
    await bench.clock.advance(10 * secondMs);
    expect(told(bench)).toMatchObject([{ cause: 'radio_silent', outcome: 'cured' }]);
  });
});
