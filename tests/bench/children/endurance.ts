import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Health } from '@hemma/gateway/health.js';
import { Intake } from '@hemma/gateway/intake.js';
import { Outbox } from '@hemma/gateway/outbox/outbox.js';
import { Owners } from '@hemma/gateway/owner/owners.js';
import { LogCue } from '@hemma/gateway/prompts/log-cue.js';
import { Prompts } from '@hemma/gateway/prompts/prompts.js';
import { Uplink } from '@hemma/gateway/uplink.js';
import { Upkeep } from '@hemma/gateway/upkeep.js';
import { device as cuff } from '@hemma/protocols/devices/generic-blood-pressure.js';
import { FingerEpisode } from '@hemma/protocols/profiles/common/finger-episode.js';
import { continuousSample, writeContinuous } from '@hemma/protocols/profiles/common/plx-reading.js';
import { readingOf } from '@hemma/protocols/profiles/common/readings.js';
import type { Reading } from '@hemma/protocols/reading.js';
import { createLog } from '@hemma/runtime/log.js';
import { ManualClock } from '../../../tooling/testkit/manual-clock.js';
import { homeOf, octetsAt } from '../readings.js';

/**
 * A gateway's lasting parts in a process of their own, on a clock that is moved: every look, commit,
 * checkpoint and housekeeping of a day happens, between them the waiting does not. Days are asked for
 * one order at a time; each is answered with what it cost.
 */

export interface Beginning {
  readonly folder: string;
  /** Nobody answers there while the home is offline. */
  readonly broker: string;
  readonly secret: string;
  readonly maxRows: number;
}

export interface DayOrder {
  readonly readings: number;
  /** Hours that an oximeter is worn at night, one value a second. */
  readonly oximeterHours: number;
  /** Whether each reading waits for its receipt, as it does with a network. */
  readonly online: boolean;
}

export interface DayDone {
  /** Octets given to the disk, and octets written to files, since the process began: proc(5). */
  readonly diskOctets: number;
  readonly fileOctets: number;
  /** After collecting garbage. */
  readonly heapOctets: number;
  readonly residentOctets: number;
  readonly rows: number;
  readonly waiting: number;
  readonly outboxOctets: number;
  readonly problems: readonly string[];
}

const { gateway, patient, address } = homeOf(0);
const dayMs = 86_400_000;
const pollMs = 2;
/** The finger slips out now and then. */
const slipEverySeconds = 7_200;
const slipSeconds = 5;
const oximeter = { samplesPerSecond: 1, settleSeconds: 10 };

class EnduringHome {
  readonly #folder: string;
  readonly #clock = new ManualClock(Date.now() - 120 * dayMs);
  readonly #outbox: Outbox;
  readonly #intake: Intake;
  readonly #uplink: Uplink;
  readonly #parts: readonly { start(): void; stop(): unknown }[];
  #isOnline = false;

  constructor({ folder, broker, secret, maxRows }: Beginning) {
    const clock = this.#clock;
    const log = createLog('endurance', 'silent');
    const outbox = new Outbox({
      file: join(folder, 'outbox.sqlite'),
      clock,
      log,
      limits: { maxRows },
    });
    const cue = new LogCue(log);
    const prompts = new Prompts({ file: join(folder, 'prompts.sqlite'), clock, log, cue });
    const onTaken = prompts.noteTaken.bind(prompts);
    const owners = new Owners({ outbox, clock, log, ownershipOf: () => null, onTaken });
    const timeZone = 'Europe/Stockholm';
    const intake = new Intake({ outbox, owners, clock, log, timeZone, onTaken });
    const upkeep = new Upkeep({ outbox, intake, owners, clock, log });
    const uplink = new Uplink({
      ...{ gateway, secret, broker, outbox, clock, log },
      report: () => health.report(),
    });
    const health: Health = new Health({
      ...{ software: 'endurance', outbox, clock, radioAvailable: () => true },
      command: () => ({ version: prompts.version, problem: null, schedules: [] }),
      publish: () => uplink.publishStatus(),
    });
    this.#folder = folder;
    this.#outbox = outbox;
    this.#intake = intake;
    this.#uplink = uplink;
    this.#parts = [outbox, prompts, upkeep, health];
  }

  start(): void {
    for (const part of this.#parts) part.start();
  }

  async stop(): Promise<void> {
    if (this.#isOnline) await this.#uplink.stop();
    for (const part of [...this.#parts].reverse()) await part.stop();
  }

  /** The network is there; resolves when everything that waited has its receipt. */
  async comeBack(): Promise<void> {
    if (!this.#isOnline) this.#uplink.start();
    this.#isOnline = true;
    while (this.#outbox.waiting > 0) {
      await this.#clock.advance(pollMs);
      await sleep(pollMs);
    }
  }

  async live(order: DayOrder): Promise<void> {
    if (order.online) await this.comeBack();
    for (let n = 0; n < order.readings; n += 1) {
      await this.#clock.advance(dayMs / order.readings);
      this.#take(cuff.id, cuff.profile.read(octetsAt(this.#shown(), n)));
      if (order.online) await this.comeBack();
      this.#settle(order);
    }
    this.#wearOximeter(order.oximeterHours);
  }

  /**
   * Between two readings of a real day everything that was written gets to the disk; without this a page
   * that is changed twice would be counted once. Offline many readings are made: there it is not asked.
   */
  #settle({ online }: DayOrder): void {
    if (online) spawnSync('sync', ['-f', this.#folder]);
  }

  /** One value a second through the profile's own rule: a finger that is in gives one reading. */
  #wearOximeter(hours: number): void {
    const episode = new FingerEpisode(oximeter);
    for (let second = 0; second < hours * 3_600; second += 1) {
      const isOut = second % slipEverySeconds < slipSeconds;
      const values = { spo2: 91 + (second % 5), pulse_rate: 58 + (second % 9) };
      const octets = writeContinuous(
        readingOf('spo2', new Uint8Array(), { values: valuesOf(values) }),
      );
      const sample = continuousSample(octets);
      const reading = episode.add(isOut ? { ...sample, attached: false } : sample);
      if (reading !== null) this.#take('generic-pulse-oximeter', reading);
    }
  }

  #shown(): string {
    return new Date(this.#clock.wall().ms).toISOString().slice(0, 19);
  }

  #take(model: string, reading: Reading): void {
    const monotonicMs = this.#clock.monotonicMs();
    this.#intake.takeNow(reading, {
      ...{ model, identity: `ble:${address}`, patient, capturedMonotonicMs: monotonicMs },
      clock: { shown: this.#shown(), monotonicMs },
    });
  }

  done(): DayDone {
    globalThis.gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    const io = readFileSync('/proc/self/io', 'utf8');
    const octets = (name: string): number =>
      Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(io)?.[1]);
    return {
      diskOctets: octets('write_bytes'),
      fileOctets: octets('wchar'),
      heapOctets: heapUsed,
      residentOctets: rss,
      rows: this.#outbox.last,
      waiting: this.#outbox.waiting,
      outboxOctets: statSync(join(this.#folder, 'outbox.sqlite')).size,
      problems: this.#outbox.problems,
    };
  }
}

function valuesOf(values: Readonly<Record<'spo2' | 'pulse_rate', number>>): Reading['values'] {
  return [
    { code: 'spo2', value: values.spo2 },
    { code: 'pulse_rate', value: values.pulse_rate },
  ];
}

let home: EnduringHome | null = null;

async function obey(order: Beginning | DayOrder | 'flush'): Promise<DayDone> {
  if (typeof order === 'object' && 'folder' in order) {
    home = new EnduringHome(order);
    home.start();
  }
  if (home === null) throw new Error('The first order names the folder.');
  if (order === 'flush') await home.comeBack();
  else if ('readings' in order) await home.live(order);
  return home.done();
}

process.on('message', (order: Beginning | DayOrder | 'flush' | 'stop') => {
  if (order === 'stop') void home?.stop().then(() => process.disconnect());
  else void obey(order).then((done) => process.send?.(done));
});
