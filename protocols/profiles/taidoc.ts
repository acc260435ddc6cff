/**
 * TaiDoc TD-42xx and FORA meters on a cable: model, clock, then time and value of each result.
 * Nothing is ever deleted (command 52 would). Source: glucometerutils td42xx.
 */
import { fromHex, OctetReader, OctetWriter, toHex } from '../bytes.js';
import { CodecRefusal } from '../codec.js';
import type { SerialConversation, SerialProfile } from '../device.js';
import { CodedError } from '../errors.js';
import type { LocalDateTime, Reading } from '../reading.js';
import { refuseUnless } from '../serial/fields.js';
import { taidocFrame, taidocStream, taidocTime } from '../serial/taidoc.js';
import { Asking, takeResult } from './common/asking.js';
import { keepClock } from './common/keep-clock.js';
import {
  meterResultOf,
  readMeter,
  type MeterRange,
  type MeterResult,
} from './common/meter-reading.js';
import { onTheMinute, timeFor } from './common/pressures.js';

/** Command octets. */
export const taidocCommand = {
  connect: 0x22,
  readClock: 0x23,
  model: 0x24,
  recordTime: 0x25,
  recordValue: 0x26,
  count: 0x2b,
  setClock: 0x33,
} as const;

/** To {@link taidocCommand.connect} models answer differently. */
const connectAnswers: readonly number[] = [0x22, 0x24, 0x54];
const noData: Uint8Array = new Uint8Array(4);
/** The marks that are known. Any other may be that of control solution. */
const meals: ReadonlyMap<number, MeterResult['meal']> = new Map([
  [0x00, null],
  [0x40, 'preprandial'],
  [0x80, 'postprandial'],
]);
/** What the meters of the series show as figures (FORA manuals); beyond it they show Lo and Hi. */
const range: MeterRange = { lowest: 20, highest: 600 };
/** The largest meters of the series keep a thousand results. */
const maxRecords = 2_000;
const recordOctets = 8;

/** A result: the four octets of its time, then the four of its value. */
function read(octets: Uint8Array): Reading {
  refuseUnless(octets.length === recordOctets, 'length');
  const deviceTime = onTheMinute(taidocTime.decode(octets.subarray(0, 4)).dateTime);
  const reader = new OctetReader(octets.subarray(4));
  const mgPerDl = reader.uint16();
  reader.uint8();
  const meal = meals.get(reader.uint8());
  if (meal === undefined) throw new CodecRefusal('format', 'unknown mark');
  return readMeter({ mgPerDl, deviceTime, isControl: false, meal }, range, octets);
}

/** Refuses `range` for control solution: its mark is not known. */
function write(reading: Reading): Uint8Array {
  const { mgPerDl, isControl, meal } = meterResultOf(reading, range);
  if (isControl) throw new CodecRefusal('range');
  const mark = [...meals].find(([, known]) => known === meal)?.[0] ?? 0;
  const time = taidocTime.encode({ dateTime: timeFor(reading) });
  return new OctetWriter().put(time).uint16(mgPerDl).uint8(0).uint8(mark).octets();
}

/** One conversation in frames of eight octets. */
class Meter {
  readonly #asking: Asking;

  constructor(asking: Asking) {
    this.#asking = asking;
  }

  /** The four data octets of the answer to this command. */
  ask(command: number, data = noData, answers: readonly number[] = [command]): Promise<Uint8Array> {
    const frame = taidocFrame.encode({ command, data: toHex(data), direction: 'toDevice' });
    return this.#asking.ask(frame, (octets) => {
      const answer = taidocFrame.decode(octets);
      return answers.includes(answer.command) ? fromHex(answer.data) : null;
    });
  }

  async record(index: number): Promise<Uint8Array> {
    const place = new OctetWriter().uint16(index).uint16(0).octets();
    const time = await this.ask(taidocCommand.recordTime, place);
    return Uint8Array.of(...time, ...(await this.ask(taidocCommand.recordValue, place)));
  }
}

/** The model number is in BCD, its low octet first. */
function modelOf(data: Uint8Array): string {
  return `TD-${new OctetReader(data).uint16().toString(16)}`;
}

/** Its clock shows no seconds. */
const wholeMinuteSeconds = 60;

async function putRight(conversation: SerialConversation, meter: Meter): Promise<void> {
  const readClock = async (): Promise<LocalDateTime | null> =>
    onTheMinute(taidocTime.decode(await meter.ask(taidocCommand.readClock)).dateTime);
  const shown = await readClock();
  conversation.deviceClock(shown);
  await keepClock(conversation, shown, {
    read: readClock,
    set: (now) => meter.ask(taidocCommand.setClock, taidocTime.encode({ dateTime: now })),
    leftAloneSeconds: wholeMinuteSeconds,
  });
}

async function countOf(meter: Meter): Promise<number> {
  const count = new OctetReader(await meter.ask(taidocCommand.count)).uint16();
  if (count > maxRecords) throw new CodedError('device_rubbish', 'too many records');
  return count;
}

/** A meter of the TD-42xx series. */
export function taidoc(): SerialProfile {
  return {
    name: 'taidoc',
    clock: 'set',
    read,
    write,
    async converse(conversation) {
      const asking = new Asking(conversation, taidocStream);
      const meter = new Meter(asking);
      await meter.ask(taidocCommand.connect, noData, connectAnswers);
      conversation.information('model', modelOf(await meter.ask(taidocCommand.model)));
      await putRight(conversation, meter);
      const count = await countOf(meter);
      for (let index = 0; index < count; index += 1) {
        // A result with an unknown mark is none that can be counted.
        await takeResult(conversation, await meter.record(index), read);
      }
      await asking.rest();
    },
  };
}
