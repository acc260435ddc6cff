/**
 * Contec CMS50D-BT over Bluetooth LE: started by a command, it then notifies its values, of which
 * every finger gives one reading. Source: OxiVis issue 2.
 */
import type { GattConversation, GattProfile } from '../device.js';
import { CodecRefusal } from '../codec.js';
import { CodedError } from '../errors.js';
import type { Reading } from '../reading.js';
import {
  contecCommand,
  decodeContecFrame,
  encodeContecSpo2,
  type ContecFrame,
  type ContecSpo2,
} from '../vendor/contec-seven-bit.js';
import { maxRefusals } from './common/collect.js';
import { FingerEpisode } from './common/finger-episode.js';
import { greet } from './common/greeting.js';
import { failed, measured, outcomeOf, readingOf, valueOf } from './common/readings.js';

export const contecLiveServiceUuid = 'ff12';
export const contecLiveCommandsUuid = 'ff01';
export const contecLiveAnswersUuid = 'ff02';

/** `9B 01 1C`, as it was logged. */
export const contecStartStream = contecCommand(0x9b, 0x01);

/**
 * How many values come in a second is not known: the last one of each second counts, so that the
 * times below are those of the clock.
 */
const secondMs = 1_000;
/** It never says that a value is settled; half a minute is what users are told to wait. */
const settleSeconds = 30;
/** A spot check takes up to a minute, and somebody may still be putting the finger in. */
const maxSeconds = 120;
/** Without a value for so long nothing more comes. */
const quietSeconds = 10;
/** Values within one second: three times the sixty samples of the model with a cable. */
const maxValuesPerSecond = 180;

function toReading({ finger, spo2, pulseRate }: ContecSpo2, octets: Uint8Array): Reading {
  // With the finger out the last values still stand in the frame: they are none.
  const outcome =
    finger === 'out'
      ? failed('sensor_off')
      : outcomeOf({ spo2: measured(spo2), pulse_rate: measured(pulseRate) });
  return readingOf('spo2', octets, outcome);
}

function isSpo2(frame: ContecFrame): frame is ContecSpo2 {
  return 'kind' in frame && frame.kind === 'spo2';
}

function read(octets: Uint8Array): Reading {
  const frame = decodeContecFrame(octets);
  if (!isSpo2(frame)) throw new CodecRefusal('format', 'no value');
  return toReading(frame, octets);
}

function write(reading: Reading): Uint8Array {
  return encodeContecSpo2({
    command: 235,
    kind: 'spo2',
    finger: reading.failure === 'sensor_off' ? 'out' : 'in',
    pulseRate: valueOf(reading, 'pulse_rate'),
    spo2: valueOf(reading, 'spo2'),
  });
}

/** The stream of one conversation, second by second. */
class Seconds {
  readonly #conversation: GattConversation;
  #refusals = 0;
  #silent = 0;

  constructor(conversation: GattConversation) {
    this.#conversation = conversation;
  }

  get isOver(): boolean {
    return this.#silent >= quietSeconds;
  }

  /** The last value of the next second; null when none came. Throws `device_rubbish` at the limits. */
  async next(): Promise<Reading | null> {
    await this.#conversation.wait(secondMs);
    let last: Reading | null = null;
    let heard = 0;
    for (let value = await this.#conversation.next(0); value !== null; heard += 1) {
      if (heard > maxValuesPerSecond) throw new CodedError('device_rubbish', 'too many values');
      last = this.#read(value.octets) ?? last;
      value = await this.#conversation.next(0);
    }
    this.#silent = heard === 0 ? this.#silent + 1 : 0;
    return last;
  }

  /** Null for the waveform, and for what no codec accepts. */
  #read(octets: Uint8Array): Reading | null {
    try {
      const frame = decodeContecFrame(octets);
      return isSpo2(frame) ? toReading(frame, octets) : null;
    } catch (error) {
      if (!(error instanceof CodecRefusal)) throw error;
      this.#conversation.refuse(contecLiveAnswersUuid, octets, error.message);
      this.#refusals += 1;
      if (this.#refusals > maxRefusals) throw new CodedError('device_rubbish');
      return null;
    }
  }
}

/** A CMS50 with Bluetooth LE. */
export function contecLive(): GattProfile {
  return {
    name: 'contec-live',
    services: [contecLiveServiceUuid],
    clock: 'untouched',
    read,
    write,
    async converse(conversation) {
      await greet(conversation);
      await conversation.subscribe(contecLiveAnswersUuid);
      await conversation.write(contecLiveCommandsUuid, contecStartStream);
      const finger = new FingerEpisode({ samplesPerSecond: 1, settleSeconds });
      const seconds = new Seconds(conversation);
      let last: Uint8Array = new Uint8Array(0);
      for (let second = 0; second < maxSeconds && !seconds.isOver; second += 1) {
        const sample = await seconds.next();
        if (sample === null) continue;
        last = sample.octets;
        const attached = sample.failure !== 'sensor_off';
        const reading = finger.add({ attached, reading: sample, settled: false });
        if (reading === null) continue;
        await conversation.take(reading);
        if (reading.failure === null) return;
      }
      const broken = finger.end(last);
      if (broken !== null) await conversation.take(broken);
    },
  };
}
