import {
  isNoninSerial,
  noninSerial,
  type NoninFormat,
} from '@hemma/protocols/profiles/nonin-serial.js';
import type { Reading } from '@hemma/protocols/reading.js';
import { CodecRefusal } from '@hemma/protocols/codec.js';
import { StreamFramer, frameOf, type FrameRule } from '@hemma/protocols/serial/framer.js';
import { noninCommand, type NoninCommand } from '@hemma/protocols/serial/nonin-commands.js';
import { noninSerialNumber } from '@hemma/protocols/serial/nonin-serial-number.js';
import type { SerialSend } from '../serial/device.js';
import { stamped } from './common/model.js';
import type { SerialBehaviour, SerialBehaviourFactory, SerialHost } from './common/model.js';

const ack = Uint8Array.of(0x06);
const nak = Uint8Array.of(0x15);
const stx = 0x02;
/** STX, op code, length and ETX around the data. */
const surroundings = 4;
/** The longest documented command sets the clock and has 10 octets; twice as many. */
const longestCommand = 20;
const shortFormatCommand = 6;
const timeReplyOctets = 10;

/** Level 1 commands: `02 op length data… 03`. */
const commands: FrameRule = {
  longest: longestCommand,
  look: (octets) => {
    if (octets[0] !== stx) return 'skip';
    const length = octets[2];
    if (length === undefined) return 'more';
    const end = length + surroundings;
    if (end > longestCommand) return 'skip';
    return octets.length < end ? 'more' : frameOf(end);
  },
};

const secondMs = 1_000;
/**
 * Seconds of a run: looking for the pulse, values that are not settled, settled ones, finger out.
 */
const run = { searching: 3, unsettled: 5, settled: 45, out: 4 } as const;
/** Samples that formats 2 and 7 send in a second; format 8 sends one. */
const packetsPerSecond = 3;
/** Between two stored spot checks; 22 octets take 23 ms at 9600 baud. */
const spotCheckPauseMs = 100;
/** The maker documents at least so many spot checks; then the oldest makes room. */
const maxStored = 20;
/** What the nine digits of a serial number are filled up with. */
const serialDigits = 9;

/** What an oximeter does with a command. */
function answerTo(command: NoninCommand, host: SerialHost): Uint8Array | null {
  switch (command.meaning) {
    case 'getSerialNumber': {
      const digits = host.serialNumber.replace(/\D/g, '').slice(-serialDigits);
      return noninSerialNumber.encode({ serialNumber: digits.padStart(serialDigits, '0') });
    }
    case 'getDateTime':
      return noninCommand.encode({
        octets: timeReplyOctets,
        meaning: 'dateTimeResponse',
        dateTime: host.deviceClock.now(),
      });
    case 'setDateTime':
      host.deviceClock.set(command.dateTime);
      return null;
    case 'setDataFormat':
      return host.habits.longCommands && command.octets === shortFormatCommand ? nak : ack;
    default:
      return nak;
  }
}

class NoninOnALine implements SerialBehaviour {
  readonly #host: SerialHost;
  readonly #takesCommands: boolean;
  readonly #framer = new StreamFramer(commands);
  readonly #stored: Reading[] = [];
  #format: NoninFormat;
  #send: SerialSend | null = null;
  #sending = false;

  constructor(host: SerialHost) {
    const { profile } = host.device;
    if (!isNoninSerial(profile)) throw new TypeError('not a Nonin oximeter');
    this.#host = host;
    this.#takesCommands = profile.takesCommands;
    // An oximeter that takes commands begins with spot checks, whatever it was told before.
    this.#format = profile.takesCommands ? 13 : profile.format;
  }

  readonly onOpened = (send: SerialSend): void => {
    this.#send = send;
    void this.#sendStored();
  };

  readonly onClosed = (): void => {
    this.#send = null;
  };

  readonly onOctets = (octets: Uint8Array): void => {
    if (!this.#takesCommands) return;
    for (const frame of this.#framer.push(octets)) this.#obey(frame);
  };

  readonly take: SerialBehaviour['take'] = (taken, { deviceTime, past }) => {
    const mark = { deviceTime, sequence: null };
    const told = stamped(taken, this.#host.device.profile, mark);
    // Formats without a time still know it for the spot checks that they keep.
    const kept = { ...told, deviceTime };
    if (past) this.#store(kept);
    else void this.#run(kept);
    return told;
  };

  #obey(frame: Uint8Array): void {
    try {
      const command = noninCommand.decode(frame);
      const answer = answerTo(command, this.#host);
      if (answer !== null) this.#send?.(answer);
      const accepted = answer === ack && command.meaning === 'setDataFormat';
      // The codec accepts the formats that Nonin has given a number, of which 1 is not spoken here.
      if (accepted && command.dataFormat !== 1) this.#format = command.dataFormat as NoninFormat;
    } catch (error) {
      if (!(error instanceof CodecRefusal)) throw error;
      this.#send?.(nak);
    }
  }

  async #run(reading: Reading): Promise<void> {
    const out: Reading = { ...reading, values: [], failure: 'sensor_off' };
    const unsettled: Reading = { ...reading, flags: [...reading.flags, 'questionable'] };
    await this.#seconds(run.searching, out);
    await this.#seconds(run.unsettled, unsettled);
    this.#spotCheck(reading);
    await this.#seconds(run.settled, reading);
    await this.#seconds(run.out, out);
  }

  /** The format is the one that holds when the frame is sent: a command may come at any time. */
  async #seconds(seconds: number, reading: Reading): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      await this.#host.timers.sleep(secondMs);
      const format = this.#format;
      if (format === 13) continue;
      const frames = format === 8 ? 1 : packetsPerSecond;
      const octets = noninSerial({ format }).write(reading);
      for (let frame = 0; frame < frames; frame += 1) this.#send?.(octets);
    }
  }

  #spotCheck(reading: Reading): void {
    if (this.#format !== 13) return;
    if (this.#send === null) this.#store(reading);
    else this.#send(noninSerial({ format: 13 }).write(reading));
  }

  #store(reading: Reading): void {
    if (reading.deviceTime === null) return;
    this.#stored.push({ ...reading, flags: [...reading.flags, 'stored_before_connection'] });
    if (this.#stored.length > maxStored) this.#stored.shift();
  }

  /** Oldest first; removed once sent. */
  async #sendStored(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    for (let next = this.#stored[0]; next !== undefined; next = this.#stored[0]) {
      await this.#host.timers.sleep(spotCheckPauseMs);
      if (this.#send === null) break;
      this.#send(noninSerial({ format: 13 }).write(next));
      this.#stored.shift();
    }
    this.#sending = false;
  }
}

/** An oximeter on a serial line, in the format that it was told. */
export const noninOnALine: SerialBehaviourFactory = (host) => new NoninOnALine(host);
