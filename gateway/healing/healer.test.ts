import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CodedError } from '@hemma/protocols/errors.js';
import { ailments } from '../../tooling/testkit/ailments.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { healerBench } from '../../tooling/testkit/healer-bench.js';
import { IllMachine } from '../../tooling/testkit/ill-machine.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { stepLimits } from './guard.js';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

describe('twenty known ailments of radios', () => {
  const recoveries: number[] = [];

  it('are twenty, each with its source', () => {
    expect(ailments).toHaveLength(20);
    for (const { source } of ailments) expect(source).toMatch(/^[\w.-]+\/[\w.-]+#\d+$/);
  });

  it.each(ailments)('$title ($source)', async (ailment) => {
    const machine = new IllMachine(testFolder(), ailment);
    onTestFinished(() => machine.switchOff());
    await machine.run(ailment.cure === 'person' ? dayMs : dayMs / 12);
    const { recoveredMs, steps, measured, delivered } = machine;
    if (ailment.cure === 'person') {
      expect(recoveredMs).toBeNull();
      expect(machine.healer.problems).toContain('radio_unhealed');
    } else {
      expect(recoveredMs).not.toBeNull();
      recoveries.push(recoveredMs!);
      expect(steps.at(-1)).toBe(ailment.cure === 'itself' ? undefined : ailment.cure);
      expect(machine.healer.problems).toEqual([]);
    }
    expect(steps.filter((step) => step === 'reboot').length).toBeLessThanOrEqual(
      stepLimits.reboot.perDay,
    );
    await machine.mend();
    expect(machine.delivered).toEqual(machine.measured);
    expect(measured.length).toBeGreaterThanOrEqual(delivered.length);
  });

  it('are over after less than five minutes at the median', () => {
    const sorted = [...recoveries].sort((a, b) => a - b);
    expect(sorted).toHaveLength(ailments.filter(({ cure }) => cure !== 'person').length);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(5 * minuteMs);
  });
});

describe('the healer', () => {
  it('does nothing for a radio that is well, and says nothing', async () => {
    const { clock, done, healer } = healerBench();
    for (let i = 0; i < 24; i += 1) {
      healer.noteHeard();
      await clock.advance(20 * minuteMs);
    }
    expect(done).toEqual([]);
    expect(healer.problems).toEqual([]);
    expect(healer.report()).toBeUndefined();
  });

  it('tells what was done, against what, and how long it took', async () => {
    const { clock, radio, healer, journal } = healerBench();
    radio.fault = 'adapter_off';
    await clock.advance(20_000);
    expect(healer.problems).toEqual(['adapter_off']);
    expect(healer.report()).toMatchObject({ step: 'reset_adapter', outcome: 'pending' });
    radio.fault = null;
    await clock.advance(10_000);
    expect(healer.problems).toEqual([]);
    const report = healer.report();
    expect(report).toEqual({
      ...{ step: 'reset_adapter', fault: 'adapter_off', outcome: 'cured' },
      recoveryMs: 20_000,
      stepsADay: { reset_adapter: 1 },
      healings: [
        {
          ...{
            id: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
            since: expect.any(Number) as number,
          },
          ...{ cause: 'adapter_off', highest: 'reset_adapter', steps: 1, outcome: 'cured' },
          recoveryMs: 20_000,
        },
      ],
    });
    expect(journal.newest(10)).toHaveLength(1);
  });

  it('goes on at once to the next step when one cannot be taken', async () => {
    const { clock, radio, answers, done, journal } = healerBench();
    answers.helper = () => Promise.reject(new CodedError('helper_unavailable'));
    radio.fault = 'bluetooth_stuck';
    await clock.advance(40_000);
    expect(done).toEqual(['restart-bluetooth', 'power-cycle-usb', 'reboot']);
    expect(journal.newest(10).map(({ code }) => code)).toEqual(Array(3).fill('helper_unavailable'));
  });

  it('restarts nothing for a right that is missing, and tells at once that a person is needed', async () => {
    const { clock, radio, done, healer } = healerBench();
    radio.fault = 'bluetooth_denied';
    await clock.advance(minuteMs);
    expect(healer.problems).toEqual(['bluetooth_denied', 'radio_unhealed']);
    await clock.advance(dayMs);
    expect(done).toEqual([]);
  });

  it('reboots where the message bus is gone, and only when it stays away', async () => {
    const { clock, radio, done } = healerBench();
    radio.fault = 'bus_unavailable';
    await clock.advance(50_000);
    expect(done).toEqual([]);
    await clock.advance(minuteMs);
    expect(done).toEqual(['reboot']);
  });

  it('does not wait for ever for a step', async () => {
    const { clock, radio, done, journal } = healerBench();
    radio.resetAdapter = () => new Promise(() => undefined);
    radio.fault = 'adapter_off';
    await clock.advance(100_000);
    expect(journal.newest(10).at(-1)).toMatchObject({ outcome: 'failed', code: 'device_timeout' });
    expect(done[0]).toBe('restart-bluetooth');
  });

  it('does not reboot when it could not remember that it did', async () => {
    const { clock, radio, done } = healerBench(join(testFolder(), 'none', 'healing.sqlite'));
    radio.fault = 'bluetooth_stopped';
    await clock.advance(dayMs);
    expect(done).not.toContain('reboot');
    expect(done).toContain('restart-bluetooth');
  });

  it('remembers over a reboot what it rebooted for, and does not do it again', async () => {
    const before = healerBench();
    before.radio.fault = 'bluetooth_stopped';
    await before.clock.advance(70_000);
    expect(before.done).toEqual(['restart-bluetooth', 'reboot']);
    before.healer.stop();

    const clock = new ManualClock();
    clock.bootId = 'boot-2';
    const after = healerBench(before.file, clock);
    after.radio.fault = 'bluetooth_stopped';
    await clock.advance(110_000);
    expect(after.healer.problems).toEqual(['bluetooth_stopped']);
    await clock.advance(minuteMs);
    expect(after.healer.problems).toEqual(['bluetooth_stopped', 'radio_unhealed']);
    await clock.advance(20 * 60 * minuteMs);
    expect(after.done).not.toContain('reboot');
    after.radio.fault = null;
    await clock.advance(minuteMs);
    expect(after.healer.problems).toEqual([]);
  });

  it('counts a reboot as the cure when the radio is well after it', async () => {
    const before = healerBench();
    before.radio.fault = 'bluetooth_stopped';
    await before.clock.advance(70_000);
    before.healer.stop();
    const clock = new ManualClock();
    clock.bootId = 'boot-2';
    const { healer } = healerBench(before.file, clock);
    await clock.advance(10_000);
    expect(healer.report()).toMatchObject({ step: 'reboot', outcome: 'cured' });
    expect(healer.report()!.recoveryMs).toBeGreaterThan(50_000);
  });

  it('knows that a reboot did not come about', async () => {
    const before = healerBench();
    before.radio.fault = 'bluetooth_stopped';
    await before.clock.advance(70_000);
    before.healer.stop();
    const { healer } = healerBench(before.file, before.clock);
    expect(healer.report()).toMatchObject({ step: 'reboot', outcome: 'failed' });
  });

  it('believes in a silent radio ever later when nothing helps: the home may be lonely', async () => {
    const { clock, done, healer } = healerBench();
    await clock.advance(dayMs);
    expect(healer.problems).toEqual([]);
    expect(done).not.toContain('reboot');
    expect(done.filter((step) => step === 'restart-bluetooth').length).toBeLessThanOrEqual(6);
  });

  it('takes a lost bond for a sign of life, not for a fault of the radio', async () => {
    const { clock, done, healer } = healerBench();
    for (let i = 0; i < 10; i += 1) {
      healer.noteHeard();
      healer.noteConnection('C0:00:00:00:00:01', new CodedError('bond_required'));
      await clock.advance(minuteMs);
    }
    expect(done).toEqual([]);
  });
});
