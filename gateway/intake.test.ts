import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLog } from '@hemma/runtime/log.js';
import type { Reading } from '@hemma/protocols/reading.js';
import { parseEnvelope } from '@hemma/protocols/wire/envelope.js';
import {
  identityText,
  maxRecordOctets,
  measurementSchema,
} from '@hemma/protocols/wire/measurement.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { testFolder } from '../tooling/testkit/folder.js';
import { ManualClock } from '../tooling/testkit/manual-clock.js';
import { Intake } from './intake.js';
import { localTimeOf } from './local-time.js';
import { sha256 } from './outbox/chain.js';
import { Outbox } from './outbox/outbox.js';
import { Owners } from './owner/owners.js';
import type { SessionSource } from './session/source.js';

const timeZone = 'Europe/Stockholm';
const second = 1_000;
const day = 86_400 * second;

function home(clock = new ManualClock(), file = join(testFolder(), 'outbox.sqlite')) {
  const log = createLog('test', 'silent');
  const outbox = new Outbox({ file, clock, log });
  outbox.start();
  onTestFinished(() => outbox.stop());
  const taken: Measurement[] = [];
  const onTaken = (it: Measurement): void => void taken.push(it);
  const owners = new Owners({ outbox, clock, log, ownershipOf: () => null });
  const intake = new Intake({ outbox, owners, clock, log, timeZone, onTaken });
  const show = (agoMs = 0): string => localTimeOf(clock.wall().ms - agoMs, timeZone);
  return { clock, file, outbox, intake, taken, show };
}

/** The next start of the same gateway's machine: a new boot, and a wall clock that starts anywhere. */
function rebooted({ file, outbox }: { file: string; outbox: Outbox }, wallMs: number) {
  outbox.stop();
  const clock = new ManualClock(wallMs);
  clock.bootId = 'boot-2';
  clock.trust = 'unknown';
  return home(clock, file);
}

function stored(outbox: Outbox): Measurement[] {
  const frame = outbox.frame('gw-test', 0);
  if (frame === null) return [];
  return parseEnvelope(Buffer.from(frame.text)).rows.map(({ text }) =>
    measurementSchema.parse(JSON.parse(text)),
  );
}

const reading = (changes: Partial<Reading> = {}): Reading => ({
  kind: 'blood_pressure',
  values: [
    { code: 'systolic_bp', value: 128 },
    { code: 'diastolic_bp', value: 82 },
  ],
  failure: null,
  flags: [],
  deviceTime: null,
  sequence: null,
  userSlot: null,
  context: {},
  octets: Uint8Array.of(0x06, 0x80, 0, 0x52, 0),
  companionOctets: new Uint8Array(0),
  ...changes,
});

function source(clock: ManualClock, changes: Partial<SessionSource> = {}): SessionSource {
  return {
    model: 'and-ua-651ble',
    identity: 'ble:00:09:1F:00:00:01',
    patient: 'p-00000001',
    clock: null,
    capturedMonotonicMs: clock.monotonicMs(),
    ...changes,
  };
}

describe('identity', () => {
  it('follows from the content, as the contract says', () => {
    const { clock, outbox, intake, show } = home();
    const deviceTime = show(30 * second);
    expect(intake.takeNow(reading({ deviceTime, sequence: 5 }), source(clock))).toBe('kept');
    const [{ id, kind, device, octets }] = stored(outbox) as [Measurement];
    const text = identityText({
      kind,
      deviceIdentity: device.identity,
      sequence: 5,
      deviceTime,
      captureOrdinal: null,
      octets: Buffer.from(octets, 'hex'),
    });
    expect(id).toBe(sha256(text));
    expect(outbox.lastSequence(device.identity)).toBe(5);
  });

  it('gives one record each when a whole memory is read five times, through clock changes', () => {
    const { clock, outbox, intake, show } = home();
    const records = Array.from({ length: 20 }, (_, n) =>
      reading({ deviceTime: show(n * day), octets: Uint8Array.of(n) }),
    );
    for (let round = 0; round < 5; round += 1) {
      const told = { shown: show(), monotonicMs: clock.monotonicMs() };
      const from = source(clock, { clock: told });
      const results = records.map((record) => intake.takeNow(record, from));
      expect(new Set(results)).toEqual(new Set([round === 0 ? 'kept' : 'repeat']));
      intake.endSession(from.identity);
      clock.jumpWall(round % 2 === 0 ? 90 * second : -20 * second);
    }
    expect(outbox.last).toBe(20);
  });

  it('gives the same id through another gateway', () => {
    const [a, b] = [home(), home()];
    const record = reading({ deviceTime: a.show(day) });
    const told = { shown: a.show(), monotonicMs: a.clock.monotonicMs() };
    a.intake.takeNow(record, source(a.clock, { clock: told }));
    expect(b.intake.takeNow(record, source(b.clock))).toBe('held');
    b.intake.endSession(source(b.clock).identity);
    expect(stored(a.outbox)[0]!.id).toBe(stored(b.outbox)[0]!.id);
  });

  it.each([
    ['device times', true],
    ['a device without clock', false],
  ])('keeps two equal readings 40 s apart as two: %s', async (_, hasTime) => {
    const { clock, outbox, intake, show } = home();
    for (let i = 0; i < 2; i += 1) {
      const deviceTime = hasTime ? show() : null;
      expect(intake.takeNow(reading({ deviceTime }), source(clock))).toBe('kept');
      await clock.advance(40 * second);
    }
    expect(new Set(stored(outbox).map(({ id }) => id)).size).toBe(2);
  });

  it('counts on over a restart where the device has neither number nor time', () => {
    const first = home();
    first.intake.takeNow(reading(), source(first.clock));
    first.outbox.stop();
    const second = home(first.clock, first.file);
    expect(second.intake.takeNow(reading(), source(second.clock))).toBe('kept');
    const [a, b] = stored(second.outbox).map(({ device }) => device.captureOrdinal!);
    expect(b).toBe(a! + 1);
  });
});

describe('content', () => {
  it('makes the impossible a failed attempt without numbers, octets kept', () => {
    const { clock, outbox, intake } = home();
    const values = [
      { code: 'systolic_bp', value: 2_047 },
      { code: 'diastolic_bp', value: 2_047 },
    ] as const;
    intake.takeNow(reading({ values }), source(clock));
    expect(stored(outbox)[0]).toMatchObject({
      values: [],
      failure: 'implausible',
      octets: '0680005200',
    });
  });

  it('passes a failed attempt of the device on, and marks the unusual', () => {
    const { clock, outbox, intake } = home();
    intake.takeNow(reading({ values: [], failure: 'aborted' }), source(clock));
    const values = [{ code: 'body_temperature', value: 41.1 }] as const;
    const flags = ['questionable', 'questionable'] as const;
    intake.takeNow(reading({ kind: 'body_temperature', values, flags }), source(clock));
    const [aborted, hot] = stored(outbox);
    expect(aborted).toMatchObject({ values: [], failure: 'aborted', flags: [] });
    expect(hot).toMatchObject({ failure: null, flags: ['questionable', 'unusual'] });
  });

  it('cuts an endless record to what the wire carries, identity included', () => {
    const { clock, outbox, intake } = home();
    const octets = new Uint8Array(maxRecordOctets + 1).fill(7);
    expect(intake.takeNow(reading({ octets }), source(clock))).toBe('kept');
    expect(stored(outbox)[0]!.octets).toHaveLength(2 * maxRecordOctets);
  });

  it('refuses what the wire format cannot carry, instead of a row that the cloud refuses', () => {
    const { clock, outbox, intake } = home();
    const bad = reading({ deviceTime: 'yesterday' });
    const malformed: unknown = expect.objectContaining({ code: 'row_malformed' });
    expect(() => intake.takeNow(bad, source(clock))).toThrow(malformed);
    expect(outbox.last).toBe(0);
  });
});

describe('time', () => {
  it('keeps both clocks, the offset and the moment that follows from them', async () => {
    const { clock, outbox, intake, show } = home();
    const slow = 16 * 60 * second;
    const told = { shown: show(slow), monotonicMs: clock.monotonicMs() };
    const deviceTime = show(slow + 3_600 * second);
    const measuredAt = clock.wall().ms - 3_600 * second;
    await clock.advance(3 * second);
    const captured = clock.wall().ms;
    const taken = source(clock, { clock: told });
    await clock.advance(2 * second);
    intake.takeNow(reading({ deviceTime }), taken);
    expect(outbox.deviceClock(taken.identity)).toBeNull();
    intake.endSession(taken.identity);
    const [{ time, flags }] = stored(outbox) as [Measurement];
    expect(time).toMatchObject({
      device: deviceTime,
      deviceOffsetMs: slow,
      monotonicMs: taken.capturedMonotonicMs,
      bootId: 'boot-1',
      wallMs: captured,
      wallTrust: 'synced',
      measuredAt,
    });
    expect(time.uncertaintyMs).toBeLessThan(5 * second);
    expect(flags).toEqual([]);
    expect(outbox.deviceClock(taken.identity)).toEqual({
      offsetMs: slow,
      measuredMs: captured - 3 * second,
    });
  });

  it.each(['1970-01-01T00:03:00', '2099-06-01T12:00:00'])(
    'never dates after the capture, and says so, when the clock of a device is at %s',
    (deviceTime) => {
      const { clock, outbox, intake } = home();
      intake.takeNow(reading({ deviceTime }), source(clock));
      intake.endSession(source(clock).identity);
      const [{ time, flags }] = stored(outbox) as [Measurement];
      expect(time.measuredAt).toBe(clock.wall().ms);
      expect(flags).toEqual(['time_uncertain']);
    },
  );
});

describe('while the time is not known', () => {
  const truth = Date.UTC(2026, 0, 15, 8);

  function lost(wallMs: number) {
    const clock = new ManualClock(wallMs);
    clock.trust = 'unknown';
    return home(clock);
  }

  it('holds readings, refuses repeats, and dates them exactly in the same boot', async () => {
    const at = lost(Date.UTC(1970, 0, 1));
    const shown = localTimeOf(truth, timeZone);
    const clock = { shown, monotonicMs: at.clock.monotonicMs() };
    const stored1 = reading({ deviceTime: localTimeOf(truth - day, timeZone) });
    expect(at.intake.takeNow(reading(), source(at.clock))).toBe('held');
    expect(at.intake.takeNow(stored1, source(at.clock, { clock }))).toBe('held');
    expect(at.intake.takeNow(stored1, source(at.clock, { clock }))).toBe('repeat');
    expect([at.outbox.last, at.outbox.held.count, at.intake.release()]).toEqual([0, 2, 0]);

    await at.clock.advance(10 * 60 * second);
    at.clock.setReference(truth + 10 * 60 * second);
    expect(at.intake.release()).toBe(2);
    expect(at.outbox.held.count).toBe(0);
    const [live, old] = stored(at.outbox) as [Measurement, Measurement];
    expect(live.time).toMatchObject({ measuredAt: truth, wallTrust: 'unknown', wallMs: 0 });
    expect(old.time.measuredAt).toBe(truth - day);
    expect([...live.flags, ...old.flags]).toEqual([]);
    expect(at.intake.takeNow(stored1, source(at.clock))).toBe('repeat');
  });

  it('is exact after the process was started again in the same boot', async () => {
    const at = lost(0);
    at.intake.takeNow(reading(), source(at.clock));
    at.outbox.stop();
    const again = home(at.clock, at.file);
    await at.clock.advance(60 * second);
    at.clock.setReference(truth);
    expect(again.intake.release()).toBe(1);
    expect(stored(again.outbox)[0]!.time.measuredAt).toBe(truth - 60 * second);
  });

  it('dates by the clock of the device after another boot, when that was measured', () => {
    const at = home(new ManualClock(truth));
    at.intake.takeNow(
      reading({ deviceTime: at.show(), octets: Uint8Array.of(1) }),
      source(at.clock, { clock: { shown: at.show(7 * second), monotonicMs: 1_000 } }),
    );
    at.intake.endSession(source(at.clock).identity);
    const dark = rebooted(at, 0);
    const deviceTime = localTimeOf(truth + 3_600 * second, timeZone);
    expect(dark.intake.takeNow(reading({ deviceTime }), source(dark.clock))).toBe('held');
    const light = rebooted(dark, 0);
    light.clock.bootId = 'boot-3';
    light.clock.setReference(truth + day);
    light.intake.release();
    const { time, flags } = stored(light.outbox)[1]!;
    expect(time.measuredAt).toBe(truth + 3_607 * second);
    expect(time.uncertaintyMs).toBeLessThan(30 * second);
    expect(flags).toEqual([]);
  });

  it('gives the bounds, flagged, after another boot without anything to go by', () => {
    const at = home(new ManualClock(truth));
    at.intake.takeNow(reading(), source(at.clock));
    const dark = rebooted(at, 0);
    dark.intake.takeNow(reading(), source(dark.clock));
    const light = rebooted(dark, 0);
    light.clock.bootId = 'boot-3';
    light.clock.setReference(truth + 10 * day);
    light.intake.release();
    const { time, flags } = stored(light.outbox)[1]!;
    expect(flags).toEqual(['time_uncertain']);
    expect(time.measuredAt - time.uncertaintyMs).toBeLessThanOrEqual(truth);
    expect(time.measuredAt + time.uncertaintyMs).toBeGreaterThanOrEqual(truth + 10 * day - second);
    expect(time.measuredAt).toBeLessThan(truth + 10 * day);
  });

  it('releases more than one chunk, in the order of capture', () => {
    const at = lost(0);
    for (let n = 0; n < 450; n += 1)
      at.intake.takeNow(reading({ octets: Uint8Array.of(n >> 8, n) }), source(at.clock));
    at.clock.setReference(truth);
    expect(at.intake.release()).toBe(450);
    expect(at.outbox.last).toBe(450);
    expect(stored(at.outbox).map(({ octets }) => octets.slice(0, 4))).toEqual(
      stored(at.outbox).map((_, n) => n.toString(16).padStart(4, '0')),
    );
  });
});

describe('who listens', () => {
  it('hears of every measurement once, when it is durable and dated', () => {
    const { clock, outbox, intake, taken, show } = home();
    const record = reading({ deviceTime: show(30 * second), sequence: 1 });
    intake.takeNow(record, source(clock));
    intake.takeNow(record, source(clock));
    expect(taken).toEqual(stored(outbox));
    clock.trust = 'unknown';
    clock.jumpWall(-400 * day);
    const later = reading({ sequence: 2, octets: Uint8Array.of(2) });
    expect(intake.takeNow(later, source(clock))).toBe('held');
    expect(taken).toHaveLength(1);
    clock.jumpWall(400 * day);
    clock.trust = 'synced';
    expect(intake.release()).toBe(1);
    expect(taken).toEqual(stored(outbox));
    expect(taken[1]!.time.measuredAt).toBe(clock.wall().ms);
  });
});
