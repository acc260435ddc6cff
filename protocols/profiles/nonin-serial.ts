/**
 * Nonin oximeters on a serial line (USB, RS-232, Serial Port Profile): the formats 2, 7 and 8
 * stream, and every finger gives one reading; format 13 sends spot checks with their time, stored
 * ones first. Source: Nonin 9560 OEM specification 6470-000-01 (2008).
 */
import type { SerialConversation, SerialProfile } from '../device.js';
import { noninCommand, type NoninCommand } from '../serial/nonin-commands.js';
import type { FrameRule } from '../serial/framer.js';
import {
  noninDf13Stream,
  noninDf2Stream,
  noninDf7Stream,
  noninDf8Stream,
} from '../serial/nonin-framing.js';
import { noninSerialNumber } from '../serial/nonin-serial-number.js';
import type { LocalDateTime, Reading } from '../reading.js';
import { FingerEpisode, type FingerSample } from './common/finger-episode.js';
import { keepClock } from './common/keep-clock.js';
import { Line } from './common/line.js';
import { optionally } from './common/optionally.js';
import {
  df2,
  df7,
  readDf13,
  readDf8,
  sampleDf8,
  writeDf13,
  writeDf8,
} from './common/nonin-samples.js';

export type NoninFormat = 2 | 7 | 8 | 13;

export interface NoninSerialOptions {
  readonly format: NoninFormat;
  /** Whether the oximeter takes commands; an Xpod's format is set in its cable. Default true. */
  readonly takesCommands?: boolean;
}

/** The profile says its options, for the virtual device of the same name. */
export interface NoninSerialProfile extends SerialProfile, Required<NoninSerialOptions> {
  readonly name: 'nonin-serial';
}

interface Format {
  readonly stream: FrameRule;
  readonly read: (octets: Uint8Array) => Reading;
  readonly write: (reading: Reading) => Uint8Array;
  /** Null where every frame is a reading of its own. */
  readonly live: {
    readonly samplesPerSecond: number;
    readonly sample: (octets: Uint8Array) => FingerSample;
  } | null;
}

const formats: Readonly<Record<NoninFormat, Format>> = {
  2: { stream: noninDf2Stream, ...df2, live: { samplesPerSecond: 3, sample: df2.sample } },
  7: { stream: noninDf7Stream, ...df7, live: { samplesPerSecond: 3, sample: df7.sample } },
  8: {
    stream: noninDf8Stream,
    read: readDf8,
    write: writeDf8,
    live: { samplesPerSecond: 1, sample: sampleDf8 },
  },
  13: { stream: noninDf13Stream, read: readDf13, write: writeDf13, live: null },
};

/** "Up to 45 s for a SmartPoint value, then take the last value" (OpenTele). */
const settleSeconds = 45;
/** ACK and NAK are sent in the first five seconds of a connection only. */
const answerSeconds = 5;
/** Spot checks that may come before an answer: ten times the memory that the maker documents. */
const maxSpotChecksBeforeAnswer = 200;
const ack = 0x06;
const nak = 0x15;
const stx = 0x02;
const timeReply = 0xf2;
const serialReply = 0xf4;
/** Bluetooth on (bit 5) and activation by command (bit 0), as OpenTele sends it. */
const formatOptions = 0x21;

const shortForm = { time: 4, format: 6, setTime: 10, longFormat: 8, serial: 6 } as const;

const isReply = (frame: Uint8Array): boolean =>
  frame[0] === ack || frame[0] === nak || (frame[0] === stx && (frame[1] ?? 0) >= 0x80);

/** The commands of one conversation. Data frames that come before an answer are kept for later. */
class Commands {
  readonly #conversation: SerialConversation;
  readonly #line: Line;
  readonly #patience: number;
  readonly early: Uint8Array[] = [];

  /** `patience`: how many data frames may come before an answer. */
  constructor(conversation: SerialConversation, line: Line, patience: number) {
    this.#conversation = conversation;
    this.#line = line;
    this.#patience = patience;
  }

  /** The answer that fits; null when none came. */
  async ask(
    command: NoninCommand,
    fits: (frame: Uint8Array) => boolean,
  ): Promise<Uint8Array | null> {
    await this.#conversation.write(noninCommand.encode(command));
    for (let heard = 0; heard < this.#patience; heard += 1) {
      const frame = await this.#line.next(answerSeconds * 1_000);
      if (frame === null) return null;
      if (isReply(frame) && fits(frame)) return frame;
      if (!isReply(frame)) this.early.push(frame);
    }
    return null;
  }

  async tell(command: NoninCommand): Promise<void> {
    await this.#conversation.write(noninCommand.encode(command));
  }
}

async function askSerialNumber(conversation: SerialConversation, commands: Commands) {
  const command: NoninCommand = { octets: shortForm.serial, meaning: 'getSerialNumber' };
  const answer = await commands.ask(command, (frame) => frame[1] === serialReply);
  if (answer === null) return;
  await optionally(() => {
    conversation.information('serialNumber', noninSerialNumber.decode(answer).serialNumber);
  });
}

/** What the clock shows; undefined when the oximeter does not answer. */
async function readClock(commands: Commands): Promise<LocalDateTime | null | undefined> {
  const command: NoninCommand = { octets: shortForm.time, meaning: 'getDateTime' };
  const answer = await commands.ask(command, (frame) => frame[1] === timeReply);
  if (answer === null) return undefined;
  return optionally(() => {
    const shown = noninCommand.decode(answer);
    return shown.meaning === 'dateTimeResponse' ? shown.dateTime : null;
  });
}

/** The clock is read, told, and set; there is no answer to its being set, so it is read again. */
async function putRight(conversation: SerialConversation, commands: Commands): Promise<void> {
  const shown = await readClock(commands);
  if (shown === undefined) return;
  if (shown !== null) conversation.deviceClock(shown);
  await keepClock(conversation, shown, {
    read: async () => (await readClock(commands)) ?? null,
    set: (now) =>
      commands.tell({ octets: shortForm.setTime, meaning: 'setDateTime', dateTime: now }),
  });
}

/** Asks for the format; an oximeter that does not know the short form gets the long one. */
async function setFormat(commands: Commands, dataFormat: NoninFormat): Promise<void> {
  const body = { meaning: 'setDataFormat', dataFormat } as const;
  const fits = (frame: Uint8Array): boolean => frame[0] === ack || frame[0] === nak;
  const answer = await commands.ask({ octets: shortForm.format, ...body }, fits);
  if (answer?.[0] !== nak) return;
  await commands.ask({ octets: shortForm.longFormat, ...body, options: formatOptions }, fits);
}

/** An oximeter on a serial line; see {@link NoninSerialOptions}. */
export function noninSerial(options: NoninSerialOptions): NoninSerialProfile {
  const { format, takesCommands = true } = options;
  const { stream, read, write, live } = formats[format];
  return {
    name: 'nonin-serial',
    clock: takesCommands && live === null ? 'set' : 'untouched',
    format,
    takesCommands,
    read,
    write,
    async converse(conversation) {
      const line = new Line(conversation, stream);
      const patience =
        live === null ? maxSpotChecksBeforeAnswer : answerSeconds * live.samplesPerSecond;
      const commands = new Commands(conversation, line, patience);
      if (takesCommands) {
        await askSerialNumber(conversation, commands);
        if (live === null) await putRight(conversation, commands);
        await setFormat(commands, format);
      }
      const finger = live === null ? null : new FingerEpisode({ ...live, settleSeconds });
      let last: Uint8Array = new Uint8Array(0);
      const take = async (frame: Uint8Array): Promise<void> => {
        last = frame;
        if (isReply(frame)) return;
        const reading =
          live === null || finger === null ? read(frame) : finger.add(live.sample(frame));
        if (reading !== null) await conversation.take(reading);
      };
      for (const frame of commands.early) await line.give(frame, take);
      for (let frame = await line.next(); frame !== null; frame = await line.next()) {
        await line.give(frame, take);
      }
      const broken = finger?.end(last) ?? null;
      if (broken !== null) await conversation.take(broken);
    },
  };
}

/** Whether the profile is one of these. */
export function isNoninSerial(profile: SerialProfile): profile is NoninSerialProfile {
  return profile.name === 'nonin-serial';
}
