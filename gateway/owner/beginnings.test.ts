import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Quantity, Reading } from '@hemma/protocols/reading.js';
import { createLog } from '@hemma/runtime/log.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { Intake } from '../intake.js';
import { Outbox } from '../outbox/outbox.js';
import { Owners } from './owners.js';

/** Where the course of a patient begins, breaks off, or goes on at another level. */

const day = 86_400_000;
const device = { model: 'generic-weight-scale', identity: 'ble:C0:FF:EE:00:00:01' };

function home() {
  const clock = new ManualClock();
  const log = createLog('test', 'silent');
  const outbox = new Outbox({ file: join(testFolder(), 'outbox.sqlite'), clock, log });
  outbox.start();
  onTestFinished(() => outbox.stop());
  const ownershipOf = () => ({ users: null, use: 'shared' as const, lentFromMs: 0 });
  const owners = new Owners({ outbox, clock, log, ownershipOf });
  const intake = new Intake({ outbox, owners, clock, log, timeZone: 'Europe/Stockholm' });
  let sequence = 0;
  const take = (kind: Reading['kind'], values: readonly Quantity[]) =>
    intake.takeNow(
      {
        ...{ kind, values, failure: null, flags: [], deviceTime: null, userSlot: null },
        ...{ sequence: (sequence += 1), context: {}, octets: Uint8Array.of(1) },
        companionOctets: new Uint8Array(0),
      },
      { ...device, patient: 'p-00000001', clock: null, capturedMonotonicMs: clock.monotonicMs() },
    );
  const weigh = (value: number) => take('body_weight', [{ code: 'body_weight', value }]);
  const press = (systolic: number, diastolic = 84) =>
    take('blood_pressure', [
      { code: 'systolic_bp', value: systolic },
      { code: 'diastolic_bp', value: diastolic },
    ]);
  /** Tells whether it was asked about; the answer is always the same. */
  const said = async (answer: 'mine' | 'not-mine', kept: 'kept' | 'held' | 'repeat') => {
    for (const { id } of owners.waiting()) owners.answer(id, answer);
    await clock.advance(day);
    return kept;
  };
  return { ...{ clock, owners, outbox, take, weigh, press, said } };
}

/** Two weeks of pressure around 150. */
async function pressed() {
  const at = home();
  for (let i = 0; i < 14; i += 1)
    expect(await at.said('mine', at.press(148 + (i % 5)))).toBe('kept');
  return at;
}

describe('a course that begins', () => {
  it('compares a weight with the first one, and a pressure with the first three', async () => {
    const at = home();
    expect([at.weigh(80), at.weigh(64)]).toEqual(['kept', 'held']);
    for (const value of [150, 118, 152])
      expect(await at.said('mine', at.press(value))).toBe('kept');
    expect(at.press(106, 60)).toBe('held');
  });

  it('finds its way when somebody else stood on the scale first', async () => {
    const at = home();
    expect(at.weigh(64)).toBe('kept');
    expect(await at.said('mine', at.weigh(80))).toBe('held');
    for (const value of [80.3, 79.8, 80.1])
      expect(await at.said('mine', at.weigh(value))).toBe('kept');
    expect(await at.said('not-mine', at.weigh(64.2))).toBe('held');
    expect(await at.said('mine', at.weigh(80.2))).toBe('kept');
  });
});

describe('a course that goes on elsewhere', () => {
  it('asks once about a weight after a long pause, and not again', async () => {
    const at = home();
    for (let i = 0; i < 14; i += 1) await at.said('mine', at.weigh(80 + (i % 3) / 5));
    await at.clock.advance(60 * day);
    expect(await at.said('mine', at.weigh(71))).toBe('held');
    for (const value of [71.2, 70.8, 71])
      expect(await at.said('mine', at.weigh(value))).toBe('kept');
  });

  it('takes no pause at all for what a month of eating brings', async () => {
    const at = home();
    for (let i = 0; i < 14; i += 1) await at.said('mine', at.weigh(80 + (i % 3) / 5));
    await at.clock.advance(30 * day);
    expect(at.weigh(84)).toBe('kept');
  });

  it('asks three times after a new medicine, and then the course is there', async () => {
    const at = await pressed();
    const asked: string[] = [];
    for (let i = 0; i < 10; i += 1) asked.push(await at.said('mine', at.press(114 + (i % 3), 66)));
    expect(asked.slice(0, 3)).toEqual(['held', 'held', 'held']);
    expect(asked.slice(3)).toEqual(Array(7).fill('kept'));
    expect(await at.said('mine', at.press(150))).toBe('kept');
  });

  it('does not go over to somebody else, whose values are said to be so', async () => {
    const at = await pressed();
    for (let i = 0; i < 10; i += 1)
      expect(await at.said('not-mine', at.press(114 + (i % 3), 66))).toBe('held');
    expect(at.press(149)).toBe('kept');
  });
});

describe('others in the home', () => {
  it('are known again after a few answers, however near they are', async () => {
    const at = home();
    for (let i = 0; i < 10; i += 1) await at.said('mine', at.weigh(80 + (i % 3) / 10));
    const near = 78.2;
    expect(await at.said('mine', at.weigh(near))).toBe('kept');
    const again = home();
    for (let i = 0; i < 10; i += 1) await again.said('mine', again.weigh(80 + (i % 3) / 10));
    for (const value of [77.4, 77.2, 77.5, 77.3]) {
      expect(await again.said('not-mine', again.weigh(value))).toBe('held');
      expect(await again.said('mine', again.weigh(80))).toBe('kept');
    }
    expect(again.weigh(near)).toBe('held');
  });

  it('include a child who weighs less than any adult: no failed attempt of the patient', async () => {
    const at = home();
    expect(at.weigh(15)).toBe('kept');
    await at.said('mine', at.weigh(80));
    expect(at.weigh(15)).toBe('held');
  });
});
