import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { CodedError } from '@hemma/protocols/errors.js';
import type { ErrorCode } from '@hemma/protocols/errors.js';
import { statusSchema } from '@hemma/protocols/wire/messages.js';
import type { Status } from '@hemma/protocols/wire/messages.js';
import { createLog } from '@hemma/runtime/log.js';
import { testFolder } from '../tooling/testkit/folder.js';
import { ManualClock } from '../tooling/testkit/manual-clock.js';
import { Health } from './health.js';
import type { HealthOptions } from './health.js';
import { Outbox } from './outbox/outbox.js';

function home() {
  const clock = new ManualClock();
  const log = createLog('test', 'silent');
  const outbox = new Outbox({ file: join(testFolder(), 'outbox.sqlite'), clock, log });
  outbox.start();
  const radio = { available: true };
  const publish = vi.fn();
  const radioAvailable = (): boolean => radio.available;
  const told: { command: ReturnType<HealthOptions['command']> } = {
    command: { version: 0, problem: null, schedules: [] },
  };
  const healed: { problems: ErrorCode[]; report: Status['healing'] } = {
    problems: [],
    report: undefined,
  };
  const health = new Health({
    ...{ software: '0.1.0', outbox, clock, radioAvailable, publish },
    command: () => told.command,
    healing: { problems: () => healed.problems, report: () => healed.report },
  });
  health.start();
  onTestFinished(() => {
    health.stop();
    outbox.stop();
  });
  return { clock, outbox, radio, told, healed, publish, health };
}

describe('health', () => {
  it('says nothing without news, but for a sign of life every hour', async () => {
    const { clock, publish } = home();
    await clock.advance(3_590_000);
    expect(publish).not.toHaveBeenCalled();
    await clock.advance(10_000);
    expect(publish).toHaveBeenCalledOnce();
    await clock.advance(3_600_000);
    expect(publish).toHaveBeenCalledTimes(2);
  });

  it('tells of a fault and of its end, once each', async () => {
    const { clock, health, publish, radio } = home();
    health.noteSession('ble:1', new CodedError('device_rubbish'));
    health.noteSession('ble:2', new CodedError('link_lost'));
    radio.available = false;
    await clock.advance(60_000);
    expect(publish).toHaveBeenCalledOnce();
    expect(health.report().problems).toEqual(['adapter_unavailable', 'device_rubbish']);
    health.noteSession('ble:1', null);
    radio.available = true;
    await clock.advance(60_000);
    expect(publish).toHaveBeenCalledTimes(2);
    expect(health.report().problems).toEqual([]);
  });

  it('tells when readings begin to be held, not of each', async () => {
    const { clock, health, outbox, publish } = home();
    for (const id of ['1', '2', '3']) {
      outbox.held.add({ id, text: '{}' });
      await clock.advance(20_000);
    }
    expect(publish).toHaveBeenCalledOnce();
    const status = { v: 1, gateway: 'gw-test', state: 'online', at: 0, ...health.report() };
    expect(statusSchema.parse(status)).toMatchObject({ held: 3, waiting: 0 });
  });

  it('says which command is followed, and what was wrong with the last message', () => {
    const { health, told } = home();
    expect(health.report()).not.toHaveProperty('commandVersion');
    told.command = { version: 7, problem: 'command_malformed', schedules: ['0123456789abcdef'] };
    expect(health.report()).toMatchObject({
      ...{ commandVersion: 7, schedules: ['0123456789abcdef'] },
      problems: ['command_malformed'],
    });
  });

  it('says what is wrong with the radio and what was done for it, when something was', async () => {
    const { clock, health, healed, publish } = home();
    expect(health.report()).not.toHaveProperty('healing');
    healed.problems = ['scan_refused', 'radio_unhealed'];
    healed.report = {
      ...{ step: 'reboot', fault: 'scan_refused', outcome: 'no_effect', recoveryMs: null },
      stepsADay: { rescan: 3, reboot: 1 },
    };
    await clock.advance(60_000);
    expect(publish).toHaveBeenCalledOnce();
    const status = { v: 1, gateway: 'gw-test', state: 'online', at: 0, ...health.report() };
    expect(statusSchema.parse(status)).toMatchObject({
      problems: ['radio_unhealed', 'scan_refused'],
      healing: { step: 'reboot', stepsADay: { rescan: 3, reboot: 1 } },
    });
  });
});
