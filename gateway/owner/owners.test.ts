import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Reading } from '@hemma/protocols/reading.js';
import { parseEnvelope } from '@hemma/protocols/wire/envelope.js';
import { measurementSchema } from '@hemma/protocols/wire/measurement.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { createLog } from '@hemma/runtime/log.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { Intake } from '../intake.js';
import { localTimeOf } from '../local-time.js';
import { maxDoubtful, takeBackMs } from '../outbox/doubtful.js';
import { inspectOutbox } from '../outbox/inspect.js';
import { Outbox } from '../outbox/outbox.js';
import type { SessionSource } from '../session/source.js';
import { answerUnusualWithinMs, answerWithinMs, Owners } from './owners.js';
import type { Ownership } from './ownership.js';

const timeZone = 'Europe/Stockholm';
const day = 86_400_000;
const patient = 'p-00000001';
const identity = 'ble:C0:FF:EE:00:00:01';
const spouse = 'p-00000002';
const ours: Ownership = { users: null, use: 'shared', lentFromMs: 0 };

function home(ownership: Partial<Ownership> = {}, at = new ManualClock(), folder = testFolder()) {
  const file = join(folder, 'outbox.sqlite');
  const log = createLog('test', 'silent');
  const outbox = new Outbox({ file, clock: at, log });
  outbox.start();
  onTestFinished(() => outbox.stop());
  const taken: Measurement[] = [];
  const onTaken = (it: Measurement): void => void taken.push(it);
  const ownershipOf = (): Ownership => ({ ...ours, ...ownership });
  const owners = new Owners({ outbox, clock: at, log, ownershipOf, onTaken });
  const intake = new Intake({ outbox, owners, clock: at, log, timeZone, onTaken });
  let sequence = 0;
  const take = (changes: Partial<Reading>, told: SessionSource['clock'] = null) =>
    intake.takeNow(
      {
        ...{ kind: 'body_weight', failure: null, flags: [], deviceTime: null, userSlot: null },
        ...{ values: [{ code: 'body_weight', value: 80 }], sequence: (sequence += 1) },
        ...{ context: {}, octets: Uint8Array.of(1), companionOctets: new Uint8Array(0) },
        ...changes,
      },
      {
        ...{ model: 'generic-weight-scale', identity, patient },
        ...{ clock: told, capturedMonotonicMs: at.monotonicMs() },
      },
    );
  const weigh = (value: number, changes: Partial<Reading> = {}) =>
    take({ values: [{ code: 'body_weight', value }], ...changes });
  return { ...{ clock: at, file, folder, outbox, owners, intake, taken, take, weigh } };
}

const sent = (outbox: Outbox): Measurement[] =>
  parseEnvelope(Buffer.from(outbox.frame('gw-test', 0)?.text ?? '')).rows.map(({ text }) =>
    measurementSchema.parse(JSON.parse(text)),
  );
const codes = ({ owners }: { owners: Owners }): string[] => owners.waiting().map((it) => it.code);
const coded = (code: string): unknown => expect.objectContaining({ code });

/** A home with two weeks of weighing around 80 kg. */
async function settled(ownership: Partial<Ownership> = {}) {
  const at = home(ownership);
  for (let i = 0; i < 14; i += 1) {
    expect(at.weigh(80 + (i % 3) / 5)).toBe('kept');
    await at.clock.advance(day);
  }
  return at;
}

describe('the course of the patient', () => {
  it('holds what is far from it, and sends nothing of it', async () => {
    const at = await settled();
    expect(at.weigh(64)).toBe('held');
    expect(codes(at)).toEqual(['owner_unlike_course']);
    expect([at.outbox.last, at.taken.length, at.outbox.doubtful.count]).toEqual([14, 14, 1]);
    expect(inspectOutbox(at.file)).toMatchObject({ held: 0, doubtful: 1, setAside: 0 });
  });

  it('follows fluid that comes by a kilogram and a half a day, for four days', async () => {
    const at = await settled();
    for (const value of [81.5, 83, 84.5, 86]) {
      expect(at.weigh(value)).toBe('kept');
      await at.clock.advance(day);
    }
  });

  it('is not moved by a reading that somebody else took', async () => {
    const at = await settled();
    for (let i = 0; i < 20; i += 1) expect(at.weigh(64 + (i % 2))).toBe('held');
    expect(at.weigh(80.3)).toBe('kept');
  });

  it('asks nothing of a first reading, nor of kinds that tell nobody apart', () => {
    const at = home();
    expect(at.weigh(80)).toBe('kept');
    const glucose = (value: number) =>
      at.take({ kind: 'glucose', values: [{ code: 'glucose', value }] });
    expect([glucose(5), glucose(19), glucose(3.1)]).toEqual(['kept', 'kept', 'kept']);
    expect(at.take({ values: [], failure: 'aborted' })).toBe('kept');
  });

  it('takes three pressures together: each a little off is far off', async () => {
    const at = home();
    const press = (systolic: number, diastolic: number, pulse: number) =>
      at.take({
        kind: 'blood_pressure',
        values: [
          { code: 'systolic_bp', value: systolic },
          { code: 'diastolic_bp', value: diastolic },
          { code: 'pulse_rate', value: pulse },
        ],
      });
    for (let i = 0; i < 9; i += 1) {
      expect(press(136 + (i % 3), 82 + (i % 2), 64)).toBe('kept');
      await at.clock.advance(day);
    }
    expect(press(118, 83, 64)).toBe('kept');
    await at.clock.advance(day);
    expect(press(118, 70, 76)).toBe('held');
  });

  it('asks once about a pressure that is far off and true, not about its repeat', async () => {
    const at = home();
    const press = (value: number) =>
      at.take({
        kind: 'blood_pressure',
        values: [
          { code: 'systolic_bp', value },
          { code: 'diastolic_bp', value: 82 },
        ],
      });
    for (let i = 0; i < 9; i += 1) {
      expect(press(130 + (i % 3))).toBe('kept');
      await at.clock.advance(day);
    }
    expect(press(187)).toBe('held');
    at.owners.answer(at.owners.waiting()[0]!.id, 'mine');
    await at.clock.advance(day / 100);
    expect([press(184), press(131)]).toEqual(['kept', 'kept']);
    await at.clock.advance(day);
    expect(press(186)).toBe('held');
  });

  it('has pressures only from the third on, and is no matter where only the patient measures', () => {
    const press = (at: ReturnType<typeof home>, value: number) =>
      at.take({
        kind: 'blood_pressure',
        values: [
          { code: 'systolic_bp', value },
          { code: 'diastolic_bp', value: 82 },
        ],
      });
    const shared = home();
    const first = [187, 128, 130, 185].map((value) => press(shared, value));
    expect(first).toEqual(['kept', 'kept', 'kept', 'kept']);
    const alone = home({ use: 'own' });
    expect([alone.weigh(80), alone.weigh(64)]).toEqual(['kept', 'kept']);
  });
});

describe('slots, visits and loans', () => {
  const users = new Map([
    [1, patient],
    [2, spouse],
  ]);

  it('gives each user slot to its patient, each with a course of their own', () => {
    const at = home({ users });
    at.weigh(80, { userSlot: 1 });
    at.weigh(64, { userSlot: 2 });
    at.weigh(64.2, { userSlot: 2 });
    expect(sent(at.outbox).map((it) => it.patient)).toEqual([patient, spouse, spouse]);
    expect(at.weigh(64, { userSlot: 1 })).toBe('held');
  });

  it.each([3, null])('holds a reading of slot %s, which is nobody that is known', (userSlot) => {
    const at = home({ users });
    expect(at.weigh(80, { userSlot })).toBe('held');
    expect(codes(at)).toEqual(['owner_slot_unknown']);
    expect(at.take({ values: [], failure: 'aborted', userSlot })).toBe('held');
  });

  it('asks about everything that a device says which is only visiting', () => {
    const at = home({ use: 'visiting' });
    expect(at.weigh(80)).toBe('held');
    expect(codes(at)).toEqual(['owner_device_visiting']);
  });

  it('never sends what was stored before the loan, and asks nobody about it', () => {
    const clock = new ManualClock();
    const lentFromMs = clock.wall().ms - 2 * day;
    const at = home({ lentFromMs }, clock);
    const shown = (agoMs: number) => localTimeOf(clock.wall().ms - agoMs, timeZone);
    const source = { shown: shown(0), monotonicMs: clock.monotonicMs() };
    const stored = (agoMs: number, octet: number) =>
      at.intake.takeNow(
        {
          ...{ kind: 'body_weight', failure: null, flags: [], sequence: null, userSlot: null },
          ...{ values: [{ code: 'body_weight', value: 80 }], context: {} },
          ...{ octets: Uint8Array.of(octet), companionOctets: new Uint8Array(0) },
          deviceTime: shown(agoMs),
        },
        {
          ...{ model: 'generic-weight-scale', identity, patient },
          ...{ clock: source, capturedMonotonicMs: clock.monotonicMs() },
        },
      );
    expect([stored(3 * day, 1), stored(3 * day, 1), stored(day, 2)]).toEqual([
      'held',
      'repeat',
      'kept',
    ]);
    expect(at.owners.waiting()).toEqual([]);
    expect(inspectOutbox(at.file)).toMatchObject({ last: 1, doubtful: 0, setAside: 1 });
  });

  it('asks when it is not sure whether it was before the loan', () => {
    const clock = new ManualClock();
    const at = home({ lentFromMs: Date.UTC(2026, 0, 10, 12) }, clock);
    // Ten years behind by now, and these records are from before it lost its time.
    const told = { shown: '2016-01-01T00:00:00', monotonicMs: clock.monotonicMs() };
    const before = (deviceTime: string) => at.take({ deviceTime }, told);
    expect(before('2026-01-10T18:00:00')).toBe('held');
    expect(codes(at)).toEqual(['owner_loan_unsure']);
    expect(before('2026-01-05T18:00:00')).toBe('held');
    expect(before('2026-01-14T18:00:00')).toBe('kept');
    expect(inspectOutbox(at.file)).toMatchObject({ doubtful: 1, setAside: 1 });
  });
});

describe('one tap', () => {
  it('sends what is mine, once, and the course knows it from then on', async () => {
    const at = await settled();
    at.weigh(74);
    const [asked] = at.owners.waiting();
    expect(asked).toMatchObject({ measurement: { values: [{ value: 74 }] } });
    at.owners.answer(asked!.id, 'mine');
    expect(at.owners.waiting()).toEqual([]);
    expect(sent(at.outbox).at(-1)).toMatchObject({ id: asked!.id, flags: [] });
    expect(at.taken.at(-1)!.id).toBe(asked!.id);
    expect(() => at.owners.answer(asked!.id, 'mine')).toThrow(coded('not_found'));
    expect(at.weigh(73.5)).toBe('kept');
  });

  it('keeps what is not mine at home, asks never again, and can be taken back for 30 days', async () => {
    const at = await settled();
    const record = { sequence: 900, octets: Uint8Array.of(9) };
    at.weigh(64, record);
    const { id } = at.owners.waiting()[0]!;
    at.owners.answer(id, 'not-mine');
    at.owners.answer(id, 'not-mine');
    expect(at.weigh(64, record)).toBe('repeat');
    expect([at.owners.waiting(), at.outbox.last]).toEqual([[], 14]);
    await at.clock.advance(takeBackMs - 1);
    at.outbox.housekeep();
    at.owners.answer(id, 'mine');
    expect(at.outbox.last).toBe(15);

    at.weigh(50, { sequence: 901, octets: Uint8Array.of(8) });
    const other = at.owners.waiting()[0]!;
    at.owners.answer(other.id, 'not-mine');
    await at.clock.advance(takeBackMs + 1);
    at.outbox.housekeep();
    expect(() => at.owners.answer(other.id, 'mine')).toThrow(coded('not_found'));
    expect(at.weigh(50, { sequence: 901, octets: Uint8Array.of(8) })).toBe('repeat');
  });

  it('knows nothing of an id that was never asked about', () => {
    expect(() => home().owners.answer('a'.repeat(64), 'mine')).toThrow(coded('not_found'));
  });

  it('goes to staff when nobody answers: flagged, not into the course, not as taken', async () => {
    const at = await settled();
    at.weigh(64);
    await at.clock.advance(answerWithinMs - 1);
    expect(at.owners.expire()).toBe(0);
    await at.clock.advance(1);
    expect(at.owners.expire()).toBe(1);
    expect(sent(at.outbox).at(-1)).toMatchObject({ flags: ['owner_unconfirmed'] });
    expect(at.taken).toHaveLength(14);
    expect(at.weigh(64.1)).toBe('held');
  });

  it('goes to staff earlier when the value is worth a second look', async () => {
    const at = await settled();
    at.weigh(30);
    await at.clock.advance(answerUnusualWithinMs);
    expect(at.owners.expire()).toBe(1);
  });

  it('waits on while nobody knows what time it is', async () => {
    const at = await settled();
    at.weigh(64);
    at.clock.trust = 'unknown';
    await at.clock.advance(3 * answerWithinMs);
    expect(at.owners.expire()).toBe(0);
  });

  it('asks about so many at most; the oldest go to staff then', async () => {
    const at = await settled();
    for (let i = 0; i <= maxDoubtful; i += 1) at.weigh(40 + i / 10);
    const first = sentValue(at.owners.waiting()[0]!.measurement);
    expect(at.owners.expire()).toBe(1);
    expect(sentValue(sent(at.outbox).at(-1)!)).toBe(first);
    expect(at.outbox.doubtful.count).toBe(maxDoubtful);
  });
});

describe('what waits', () => {
  it('outlives a restart, and a file that has to be put aside', async () => {
    const at = await settled();
    at.weigh(64);
    const { id } = at.owners.waiting()[0]!;
    at.outbox.stop();
    const again = home({}, at.clock, at.folder);
    expect(again.owners.waiting()[0]!.id).toBe(id);
    // A receipt beyond the last row: the file is an old copy, and a new ledger begins.
    again.outbox.confirm(99, []);
    expect(again.outbox.problems).toContain('outbox_damaged');
    expect(again.owners.waiting()[0]!.id).toBe(id);
    expect(again.weigh(64, { sequence: 77, octets: Uint8Array.of(7) })).toBe('held');
    again.owners.answer(id, 'mine');
    expect(sent(again.outbox).at(-1)!.id).toBe(id);
  });

  it('is judged when the time is known, where it was held for that', () => {
    const at = home({ use: 'visiting' });
    at.clock.trust = 'unknown';
    expect(at.weigh(80)).toBe('held');
    expect([at.outbox.held.count, at.outbox.doubtful.count]).toEqual([1, 0]);
    at.clock.setReference(Date.UTC(2026, 0, 16));
    expect(at.intake.release()).toBe(1);
    expect([at.outbox.held.count, at.outbox.doubtful.count, at.outbox.last]).toEqual([0, 1, 0]);
  });
});

const sentValue = ({ values }: Measurement): number => values[0]!.value;
