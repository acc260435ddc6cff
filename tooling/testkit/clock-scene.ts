import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Intake } from '@hemma/gateway/intake.js';
import { Outbox } from '@hemma/gateway/outbox/outbox.js';
import { Owners } from '@hemma/gateway/owner/owners.js';
import { Upkeep } from '@hemma/gateway/upkeep.js';
import type { ClockOutcome } from '@hemma/protocols/device.js';
import type { LocalDateTime } from '@hemma/protocols/reading.js';
import { parseEnvelope } from '@hemma/protocols/wire/envelope.js';
import { measurementSchema } from '@hemma/protocols/wire/measurement.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { createLog } from '@hemma/runtime/log.js';
import { wallTime } from '@hemma/simulators/devices/common/device-clock.js';
import { testFolder } from './folder.js';
import { ManualClock } from './manual-clock.js';

/**
 * A home whose clocks go wrong: a device with a clock of its own, a gateway with another, and the
 * truth, which only the scene knows. Every reading goes through intake and a real outbox file.
 */

const timeZone = 'Europe/Stockholm';
export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** A record in the memory of the device. */
interface Stored {
  readonly octet: number;
  /** When it was really taken. */
  readonly truth: number;
  readonly deviceTime: LocalDateTime | null;
  readonly sequence: number | null;
}

/** A record as it was dated, beside the truth. */
export interface DatedRecord {
  readonly truth: number;
  readonly measurement: Measurement;
}

const model = 'generic-blood-pressure';
const identity = 'ble:C0:FF:EE:00:00:01';

export class ClockScene {
  /** What the gateway believes; moved together with the truth by `pass`. */
  clock: ManualClock;
  /** Whether the device's clock can be read and set. */
  access: 'set' | 'read' | 'none' = 'set';
  numbered = true;
  hasClock = true;
  /** Milliseconds that the device's clock gains in each day. */
  gainsPerDay = 0;
  readonly #file = join(testFolder(), 'outbox.sqlite');
  readonly #truths = new Map<string, number>();
  /** What the device shows at `#setAt`, read as UTC. */
  #shown: number;
  #setAt: number;
  /** The truth minus the gateway's monotonic clock. */
  #truthOffset: number;
  #memory: Stored[] = [];
  #count = 0;
  #outbox!: Outbox;
  #intake!: Intake;
  #upkeep!: Upkeep;
  #boots = 1;

  constructor(startMs: number, shows?: LocalDateTime) {
    this.clock = new ManualClock(startMs);
    this.#truthOffset = startMs - this.clock.monotonicMs();
    this.#setAt = startMs;
    this.#shown = Date.parse(`${shows ?? wallTime(startMs, timeZone)}Z`);
    this.#open();
  }

  get now(): number {
    return this.#truthOffset + this.clock.monotonicMs();
  }

  get outcome(): ClockOutcome | null {
    return this.#outbox.clockOutcome(identity);
  }

  /** What the device shows now. */
  get shows(): LocalDateTime {
    const elapsed = (this.now - this.#setAt) * (1 + this.gainsPerDay / day);
    return new Date(this.#shown + elapsed).toISOString().slice(0, 19);
  }

  /** Somebody, or a battery change, sets the device's clock. */
  setDevice(shows: LocalDateTime): void {
    this.#shown = Date.parse(`${shows}Z`);
    this.#setAt = this.now;
  }

  /** Puts the device's clock ahead (or behind, with a negative time). */
  wrong(aheadMs: number): this {
    this.#shown += aheadMs;
    return this;
  }

  pass(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }

  /** The patient measures; the device keeps it. */
  measure(): void {
    this.#count += 1;
    this.#memory.push({
      octet: this.#count,
      truth: this.now,
      deviceTime: this.hasClock ? this.shows : null,
      sequence: this.numbered ? this.#count : null,
    });
  }

  /** The gateway meets the device and reads its whole memory; `during` happens after so many records. */
  async meet(during?: { readonly after: number; readonly what: () => void }): Promise<void> {
    const told =
      this.access === 'none' || !this.hasClock
        ? null
        : { shown: this.shows, monotonicMs: this.clock.monotonicMs() };
    if (this.access === 'set' && this.hasClock) await this.#keepClock();
    for (const [i, record] of this.#memory.entries()) {
      if (during?.after === i) during.what();
      await this.pass(100);
      this.#take(record, told);
    }
    if (!this.hasClock) this.#memory = [];
    this.#intake.endSession(identity);
  }

  /** The gateway's machine starts anew, with this wall clock, after being off for a while. */
  async reboot(offMs: number, wallMs: number): Promise<void> {
    const truth = this.now + offMs;
    this.#halt();
    this.#boots += 1;
    this.clock = new ManualClock(wallMs);
    this.clock.bootId = `boot-${this.#boots}`;
    this.clock.trust = 'unknown';
    this.#truthOffset = truth - this.clock.monotonicMs();
    this.#open();
    await this.pass(1);
  }

  /** The program starts anew, the machine does not; a receipt's time is forgotten with the process. */
  async restart(): Promise<void> {
    this.#halt();
    this.clock.trust = 'unknown';
    this.clock.jumpWall(-400 * day);
    this.#open();
    await this.pass(1);
  }

  /** The gateway hears what time it is. */
  async sync(): Promise<void> {
    this.clock.setReference(this.now);
    await this.pass(11_000);
  }

  /** Every record that was dated, in the order in which it was sent. */
  dated(): readonly DatedRecord[] {
    const text = this.#outbox.frame('gw-test', 0)?.text;
    if (text === undefined) return [];
    return parseEnvelope(Buffer.from(text)).rows.map((row) => {
      const measurement = measurementSchema.parse(JSON.parse(row.text));
      return { truth: this.#truths.get(measurement.octets) ?? 0, measurement };
    });
  }

  get held(): number {
    return this.#outbox.held.count;
  }

  #halt(): void {
    this.#upkeep.stop();
    this.#outbox.stop();
  }

  #open(): void {
    const { clock } = this;
    const log = createLog('test', 'silent');
    const outbox = new Outbox({ file: this.#file, clock, log });
    const owners = new Owners({ outbox, clock, log, ownershipOf: () => null });
    const intake = new Intake({ outbox, owners, clock, log, timeZone });
    const timeSyncedFile = `${this.#file}.none`;
    const upkeep = new Upkeep({ outbox, intake, owners, clock, log, timeSyncedFile });
    outbox.start();
    upkeep.start();
    onTestFinished(() => {
      upkeep.stop();
      outbox.stop();
    });
    this.#outbox = outbox;
    this.#intake = intake;
    this.#upkeep = upkeep;
  }

  #take(record: Stored, told: { shown: LocalDateTime; monotonicMs: number } | null): void {
    const octets = Uint8Array.of(record.octet);
    this.#truths.set(Buffer.from(octets).toString('hex'), record.truth);
    const { deviceTime, sequence } = record;
    this.#intake.takeNow(
      {
        ...{ kind: 'blood_pressure', failure: null, flags: [], userSlot: null, context: {} },
        values: [
          { code: 'systolic_bp', value: 128 },
          { code: 'diastolic_bp', value: 82 },
        ],
        ...{ deviceTime, sequence, octets, companionOctets: new Uint8Array(0) },
      },
      {
        ...{ model, identity, patient: 'p-00000001', clock: told },
        capturedMonotonicMs: this.clock.monotonicMs(),
      },
    );
  }

  /** As a profile does it: only when the gateway knows the time and the clock is off. */
  async #keepClock(): Promise<void> {
    const { ms, trust } = this.clock.wall();
    const note = (outcome: ClockOutcome, shows: LocalDateTime | null): void =>
      this.#intake.noteClock(identity, { outcome, shows, monotonicMs: this.clock.monotonicMs() });
    if (trust !== 'synced') {
      note('time-unknown', null);
      return;
    }
    const now = wallTime(ms, timeZone);
    const off = Math.abs(Date.parse(`${this.shows}Z`) - Date.parse(`${now}Z`));
    if (off <= 5_000) {
      note('right', this.shows);
      return;
    }
    this.setDevice(now);
    await this.pass(50);
    note('set', this.shows);
  }
}
