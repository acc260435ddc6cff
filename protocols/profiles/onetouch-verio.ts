/**
 * LifeScan OneTouch Verio Flex and Reflect over Bluetooth LE: clock, then the number of the newest
 * result and how many there are, then one result after the other, newest first. Sources: Tidepool
 * uploader, LivecareBluetoothSDK.
 */
import { fromHex, OctetReader, OctetWriter, toHex } from '../bytes.js';
import { CodecRefusal } from '../codec.js';
import type { GattConversation, GattProfile } from '../device.js';
import { CodedError } from '../errors.js';
import type { LocalDateTime, Reading } from '../reading.js';
import { refuseUnless } from '../serial/fields.js';
import {
  verioClock,
  verioFrame,
  verioRecordPayload,
  verioStream,
  type VerioFrame,
} from '../vendor/onetouch-verio.js';
import { Frames } from './common/frames.js';
import { greet } from './common/greeting.js';
import { keepClock } from './common/keep-clock.js';
import { lifescanRange, meterResultOf, readMeter } from './common/meter-reading.js';
import { timeFor } from './common/pressures.js';

export const verioServiceUuid = 'af9df7a1e59511e396b40002a5d5c51b';
export const verioCommandsUuid = 'af9df7a2e59511e396b40002a5d5c51b';
export const verioAnswersUuid = 'af9df7a3e59511e396b40002a5d5c51b';

/** What the prefix says: from an app of the maker, which is the way that gives records. */
const prefix = 3;
/** The largest meter of the series keeps 500 results; four times as many is no memory. */
const maxRecords = 2_000;

/** Payloads of the commands, hexadecimal. */
export const verioCommands = {
  readClock: '2002',
  setClock: '2001',
  newest: '0a0206',
  count: '2700',
  record: 'b3',
} as const;
/** Octets of the answers, `06` included. */
const answerOctets = { done: 1, count: 3, word: 5, record: 12 } as const;

function read(octets: Uint8Array): Reading {
  const frame = verioFrame.decode(octets);
  if (!('record' in frame)) throw new CodecRefusal('format', 'no result');
  const { glucoseMgPerDl, timestamp, controlSolution } = frame;
  const result = {
    mgPerDl: glucoseMgPerDl,
    deviceTime: timestamp,
    isControl: controlSolution,
    meal: null,
  };
  return readMeter(result, lifescanRange, octets);
}

function write(reading: Reading): Uint8Array {
  const { mgPerDl, isControl } = meterResultOf(reading, lifescanRange);
  const record = { timestamp: timeFor(reading), glucoseMgPerDl: mgPerDl };
  const payload = verioRecordPayload({ ...record, controlSolution: isControl });
  return verioFrame.encode({ prefix, payload });
}

/** An answer with its frame: that of a result is the reading's octets. */
interface Answer {
  readonly frame: Uint8Array;
  readonly payload: Uint8Array;
}

/** Asks and acknowledges. A packet that comes twice is heard once. */
class Meter {
  readonly #frames: Frames;
  #last = '';

  constructor(frames: Frames) {
    this.#frames = frames;
  }

  /** The answer of this many octets. */
  async ask(command: string, octets: number): Promise<Answer> {
    const answer = await this.#frames.ask(
      verioFrame.encode({ prefix, payload: command }),
      (frame) => this.#heard(frame, octets),
    );
    if (octets > answerOctets.done) await this.#frames.send(verioFrame.encode({ ack: true }));
    return answer;
  }

  /** The clock is set; meters answer that with an acknowledgement alone, or with one octet more. */
  async set(command: string): Promise<void> {
    await this.#frames.ask(verioFrame.encode({ prefix, payload: command }), (frame) =>
      'ack' in verioFrame.decode(frame) ? true : null,
    );
  }

  #heard(frame: Uint8Array, octets: number): Answer | null {
    const decoded: VerioFrame = verioFrame.decode(frame);
    const text = toHex(frame);
    if ('ack' in decoded || text === this.#last) return null;
    const payload = fromHex(decoded.payload);
    if (payload.length !== octets) return null;
    this.#last = text;
    return { frame, payload };
  }
}

function wordOf({ payload }: Answer): number {
  return new OctetReader(payload.subarray(1)).uint32();
}

async function putRight(conversation: GattConversation, meter: Meter): Promise<void> {
  const readClock = async (): Promise<LocalDateTime> =>
    verioClock.decode(
      (await meter.ask(verioCommands.readClock, answerOctets.word)).payload.subarray(1),
    );
  const shown = await readClock();
  conversation.deviceClock(shown);
  await keepClock(conversation, shown, {
    read: readClock,
    set: (now) => meter.set(`${verioCommands.setClock}${toHex(verioClock.encode(now))}`),
  });
}

/** The numbers of the results that are not known yet, newest first. */
async function newNumbers(conversation: GattConversation, meter: Meter): Promise<number[]> {
  const newest = wordOf(await meter.ask(verioCommands.newest, answerOctets.word));
  const counted = await meter.ask(verioCommands.count, answerOctets.count);
  const count = new OctetReader(counted.payload.subarray(1)).uint16();
  if (count > maxRecords || count > newest + 1) throw new CodedError('device_rubbish', 'count');
  const last = conversation.lastSequence();
  // A number behind the newest one is from before the meter began to count anew.
  const known = last === null || last > newest ? -1 : last;
  return Array.from({ length: count }, (_, place) => newest - place).filter((one) => one > known);
}

/** One result; the meter's mark for "no valid reading" is refused and kept for the trace. */
async function takeRecord(conversation: GattConversation, meter: Meter, number: number) {
  const place = toHex(new OctetWriter().uint16(number).octets());
  const { frame } = await meter.ask(`${verioCommands.record}${place}`, answerOctets.record);
  try {
    const reading = read(frame);
    refuseUnless(reading.deviceTime !== null, 'format');
    await conversation.take({ ...reading, sequence: number });
  } catch (error) {
    if (!(error instanceof CodecRefusal)) throw error;
    conversation.refuse(verioAnswersUuid, frame, error.message);
  }
}

/** A OneTouch meter with Bluetooth LE. */
export function onetouchVerio(): GattProfile {
  return {
    name: 'onetouch-verio',
    services: [verioServiceUuid],
    clock: 'set',
    read,
    write,
    async converse(conversation) {
      await greet(conversation);
      const frames = new Frames(conversation, {
        commands: verioCommandsUuid,
        answers: verioAnswersUuid,
        rule: verioStream,
      });
      await conversation.subscribe(verioAnswersUuid);
      const meter = new Meter(frames);
      await putRight(conversation, meter);
      for (const number of await newNumbers(conversation, meter)) {
        await takeRecord(conversation, meter, number);
      }
    },
  };
}
