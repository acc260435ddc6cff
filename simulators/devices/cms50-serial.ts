import {
  cms50CommandType,
  cms50Commands,
  cms50SamplesPerSecond,
  isCms50Serial,
} from '@hemma/protocols/profiles/cms50-serial.js';
import type { Reading } from '@hemma/protocols/reading.js';
import { bit } from '@hemma/protocols/serial/fields.js';
import { fixedFrames, StreamFramer } from '@hemma/protocols/serial/framer.js';
import type { SerialSend } from '../serial/device.js';
import { stamped } from './common/model.js';
import type { SerialBehaviour, SerialBehaviourFactory, SerialHost } from './common/model.js';

const commandLength = 9;
const commands = fixedFrames(commandLength, (octet, place) =>
  place === 0 ? octet === cms50CommandType : bit(octet, 7),
);
const secondMs = 1_000;
/** "Once per second or the stream stops": half a second is left for the line. */
const patienceMs = 1_500;
/** Seconds of a run. */
const run = { searching: 3, measuring: 40, out: 4 } as const;

class Cms50OnALine implements SerialBehaviour {
  readonly #host: SerialHost;
  readonly #isAsked: boolean;
  #framer = new StreamFramer(commands);
  #send: SerialSend | null = null;
  #isStarted = false;
  /** Counts signs of life, so that the one that is too late is told from the last. */
  #signs = 0;

  constructor(host: SerialHost) {
    const { profile } = host.device;
    if (!isCms50Serial(profile)) throw new TypeError('not a CMS50');
    this.#host = host;
    this.#isAsked = profile.version === 7;
  }

  readonly onOpened = (send: SerialSend): void => {
    this.#send = send;
    this.#isStarted = !this.#isAsked;
    this.#framer = new StreamFramer(commands);
  };

  readonly onClosed = (): void => {
    this.#send = null;
    this.#isStarted = false;
  };

  readonly onOctets = (octets: Uint8Array): void => {
    for (const [, , code = 0] of this.#framer.push(octets)) {
      if (code === cms50Commands.start) this.#isStarted = true;
      if (code === cms50Commands.start || code === cms50Commands.alive) this.#listenOn();
    }
  };

  readonly take: SerialBehaviour['take'] = (taken, { past }) => {
    const { profile } = this.#host.device;
    const reading = stamped(taken, profile, { deviceTime: null, sequence: null });
    if (!past) void this.#run(reading);
    return reading;
  };

  #listenOn(): void {
    this.#signs += 1;
    const mine = this.#signs;
    this.#host.timers.after(patienceMs, () => {
      if (mine === this.#signs) this.#isStarted = false;
    });
  }

  async #run(reading: Reading): Promise<void> {
    const out: Reading = { ...reading, values: [], failure: 'sensor_off' };
    const searching: Reading = { ...out, failure: 'not_a_number' };
    await this.#seconds(run.searching, searching);
    await this.#seconds(run.measuring, reading);
    await this.#seconds(run.out, out);
  }

  async #seconds(seconds: number, reading: Reading): Promise<void> {
    const octets = this.#host.device.profile.write(reading);
    for (let second = 0; second < seconds; second += 1) {
      await this.#host.timers.sleep(secondMs);
      if (!this.#isStarted) continue;
      for (let sample = 0; sample < cms50SamplesPerSecond; sample += 1) this.#send?.(octets);
    }
  }
}

/** A CMS50 on its cable. */
export const cms50Serial: SerialBehaviourFactory = (host) => new Cms50OnALine(host);
