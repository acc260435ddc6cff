/**
 * Nonin oximeters over Bluetooth LE (3230): stored spot checks come through the standard Pulse
 * Oximeter Service, the running measurement through Nonin's own service, one frame a second.
 * Sources: Isansys patient gateway, nonin-3230-ble.
 */
import type { GattConversation, GattProfile, Uuid } from '../device.js';
import type { Reading } from '../reading.js';
import { noninCommand } from '../serial/nonin-commands.js';
import { noninContinuous } from '../vendor/nonin-ble-oximetry.js';
import { Collector } from './common/collect.js';
import { FingerEpisode, type FingerSample } from './common/finger-episode.js';
import { greet, setClock, tellClock } from './common/greeting.js';
import { optionally } from './common/optionally.js';
import { readSpotCheck, writeSpotCheck } from './common/plx-reading.js';
import { failed, flagsWhere, outcomeOf, readingOf, valueOf } from './common/readings.js';
import { RecordAccess, recordAccessUuid } from './common/record-access.js';
import { measuringMs, pulseOximeterServiceUuid, spotCheckUuid } from './pulse-oximeter.js';

export const noninServiceUuid: Uuid = '46a970e00d5f11e28b5e0002a5d5c51b';
export const noninContinuousUuid: Uuid = '0aad7ea00d6011e28e3c0002a5d5c51b';
export const noninControlUuid: Uuid = '1447af800d6011e288b60002a5d5c51b';

/** "Up to 45 s for a SmartPoint value, then take the last value" (OpenTele, for the 9560). */
const rules = { samplesPerSecond: 1, settleSeconds: 45 } as const;
/**
 * A spot check of the running measurement is indicated with the SmartPoint value or just after it.
 * It carries the oximeter's own time and is taken instead.
 */
const spotCheckDelayFrames = 3;

/** Measurement complete: the oximeter ends the session. */
const measurementComplete = noninCommand.encode({ octets: 4, meaning: 'measurementComplete' });

/** What a frame has while no amplitude is known: a pulse with none would not have been seen. */
const unknownAmplitude = 0;

/** A frame of the running measurement as a reading. */
export function readNoninContinuous(octets: Uint8Array): Reading {
  const frame = noninContinuous.decode(octets);
  const attached = frame.correctCheck && !frame.searching;
  const amplitude = frame.pulseAmplitudeIndexPercent;
  return readingOf('spo2', octets, {
    ...(attached
      ? outcomeOf(
          { spo2: frame.spo2, pulse_rate: frame.pulseRate },
          { pulse_amplitude_index: amplitude === unknownAmplitude ? null : amplitude },
        )
      : failed('sensor_off')),
    flags: flagsWhere({
      device_battery_low: frame.lowBattery,
      low_perfusion: frame.weakSignal,
      questionable: attached && !frame.smartPoint,
    }),
  });
}

function sample(octets: Uint8Array): FingerSample {
  const reading = readNoninContinuous(octets);
  const { smartPoint } = noninContinuous.decode(octets);
  return { attached: reading.failure !== 'sensor_off', reading, settled: smartPoint };
}

/** Battery voltage of two fresh cells, for the frames of a virtual oximeter. */
const freshBatteryVolt = 3;

/** A frame of the running measurement with this content, for virtual oximeters. */
export function writeNoninContinuous(reading: Reading, counter: number): Uint8Array {
  const off = reading.failure !== null;
  return noninContinuous.encode({
    encrypted: true,
    lowBattery: reading.flags.includes('device_battery_low'),
    correctCheck: !off,
    searching: false,
    smartPoint: !off && !reading.flags.includes('questionable'),
    weakSignal: reading.flags.includes('low_perfusion'),
    batteryVolt: freshBatteryVolt,
    pulseAmplitudeIndexPercent: valueOf(reading, 'pulse_amplitude_index') ?? unknownAmplitude,
    counter: counter & 0xffff,
    spo2: valueOf(reading, 'spo2'),
    pulseRate: valueOf(reading, 'pulse_rate'),
  });
}

/** The running measurement of one conversation. */
class Running {
  readonly #conversation: GattConversation;
  readonly #finger = new FingerEpisode(rules);
  #held: Reading | null = null;
  #heldFrames = 0;
  #last: Uint8Array = new Uint8Array(0);
  #complete = false;

  constructor(conversation: GattConversation) {
    this.#conversation = conversation;
  }

  /** The reading of this finger is durable, and the oximeter may go. */
  get complete(): boolean {
    return this.#complete;
  }

  readonly frame = async (octets: Uint8Array): Promise<void> => {
    const frame = sample(octets);
    this.#last = octets.slice();
    const reading = this.#finger.add(frame);
    if (reading !== null) {
      await this.release();
      this.#held = reading;
      this.#heldFrames = 0;
      return;
    }
    this.#heldFrames += 1;
    if (this.#heldFrames >= spotCheckDelayFrames || !frame.attached) await this.release();
  };

  readonly spotCheck = async (octets: Uint8Array): Promise<void> => {
    const reading = readSpotCheck(octets);
    await this.#conversation.take(reading);
    if (this.#held === null) return;
    this.#held = null;
    this.#complete = true;
  };

  /** Takes the value that was held back for a spot check that did not come. */
  async release(): Promise<void> {
    const held = this.#held;
    this.#held = null;
    if (held === null) return;
    await this.#conversation.take(held);
    this.#complete = held.failure === null;
  }

  async end(): Promise<void> {
    await this.release();
    const broken = this.#finger.end(this.#last);
    if (broken !== null) await this.#conversation.take(broken);
  }
}

async function readStore(conversation: GattConversation, store: RecordAccess): Promise<void> {
  if (!conversation.has(recordAccessUuid)) return;
  await conversation.subscribe(recordAccessUuid);
  if ((await store.count()) !== 0) await optionally(() => store.report());
}

async function converse(conversation: GattConversation): Promise<void> {
  await greet(conversation);
  await setClock(conversation, await tellClock(conversation));
  const running = new Running(conversation);
  const store = new RecordAccess(conversation);
  const collector = new Collector(conversation, {
    [spotCheckUuid]: running.spotCheck,
    [recordAccessUuid]: store.handler,
    [noninContinuousUuid]: running.frame,
  });
  store.waitWith(collector);
  await conversation.subscribe(spotCheckUuid);
  await readStore(conversation, store);
  if (conversation.has(noninContinuousUuid)) await conversation.subscribe(noninContinuousUuid);
  const complete = await collector.until(() => running.complete, measuringMs);
  await running.end();
  if (complete && conversation.has(noninControlUuid)) {
    await optionally(() => conversation.write(noninControlUuid, measurementComplete));
  }
}

/**
 * A frame begins with its length, a spot check with its flags; no flags announce as many octets as
 * their own number says, so that one look tells them apart.
 */
function read(octets: Uint8Array): Reading {
  const isFrame = octets[0] === octets.length;
  return isFrame ? readNoninContinuous(octets) : readSpotCheck(octets);
}

/** A Nonin oximeter of the 3230's generation. */
export function noninBle(): GattProfile {
  return {
    name: 'nonin-ble',
    services: [pulseOximeterServiceUuid, noninServiceUuid],
    clock: 'set',
    read,
    write: writeSpotCheck,
    converse,
  };
}
