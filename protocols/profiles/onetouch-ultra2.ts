/**
 * LifeScan OneTouch Ultra2 on its cable: serial number, clock, then the whole memory in one answer.
 * The command that empties the memory (DMZ) is none of these. Sources: Tidepool uploader,
 * glucometerutils otultra2.
 */
import { CodecRefusal } from '../codec.js';
import type { SerialConversation, SerialProfile } from '../device.js';
import type { LocalDateTime, Reading } from '../reading.js';
import { asciiOctets } from '../serial/fields.js';
import { fromLocal } from '../serial/local-time.js';
import { ultra2Line, ultra2Lines, type Ultra2Line } from '../serial/onetouch-ultra2.js';
import { Asking } from './common/asking.js';
import { keepClock } from './common/keep-clock.js';
import { lifescanRange, meterResultOf, readMeter } from './common/meter-reading.js';
import { timeFor } from './common/pressures.js';

/** `11 0D`, the command, CR. */
function command(text: string): Uint8Array {
  return asciiOctets(`\u0011\r${text}\r`);
}

/** DMT takes month, day and year with two digits, then the time. */
function setClockCommand(now: LocalDateTime): Uint8Array {
  const { year, month, day, hour, minute, second } = fromLocal(now);
  const two = (value: number): string => (value % 100).toString().padStart(2, '0');
  const date = [month, day, year].map(two).join('/');
  return command(`DMT${date} ${[hour, minute, second].map(two).join(':')}`);
}

/** Takes only the line of this kind. */
const only =
  <K extends Ultra2Line['kind']>(kind: K) =>
  (frame: Uint8Array): Extract<Ultra2Line, { kind: K }> | null => {
    const line = ultra2Line.decode(frame);
    // The comparison is what narrows the union; TypeScript does not follow it through K.
    return line.kind === kind ? (line as Extract<Ultra2Line, { kind: K }>) : null;
  };

const meals = { N: null, B: 'preprandial', A: 'postprandial' } as const;

function read(octets: Uint8Array): Reading {
  const record = ultra2Line.decode(octets);
  if (record.kind !== 'record') throw new CodecRefusal('format', 'no result');
  const result = {
    mgPerDl: record.glucoseMgPerDl,
    deviceTime: record.timestamp,
    isControl: record.controlSolution,
    meal: meals[record.mealFlag],
  };
  return readMeter(result, lifescanRange, octets);
}

function write(reading: Reading): Uint8Array {
  const { mgPerDl, isControl, meal } = meterResultOf(reading, lifescanRange);
  const flags = { preprandial: 'B', postprandial: 'A' } as const;
  return ultra2Line.encode({
    checksum: '',
    kind: 'record',
    timestamp: timeFor(reading),
    glucoseMgPerDl: mgPerDl,
    controlSolution: isControl,
    mealFlag: meal === null ? 'N' : flags[meal],
    comment: '00',
  });
}

async function putRight(conversation: SerialConversation, asking: Asking): Promise<void> {
  const readClock = async (): Promise<LocalDateTime> =>
    (await asking.ask(command('DMF'), only('dateTime'))).timestamp;
  const shown = await readClock();
  conversation.deviceClock(shown);
  await keepClock(conversation, shown, {
    read: readClock,
    set: (now) => asking.ask(setClockCommand(now), only('dateTime')),
  });
}

/** A OneTouch Ultra2. */
export function onetouchUltra2(): SerialProfile {
  return {
    name: 'onetouch-ultra2',
    clock: 'set',
    read,
    write,
    async converse(conversation) {
      const asking = new Asking(conversation, ultra2Lines);
      const { serial } = await asking.ask(command('DM@'), only('serialNumber'));
      conversation.information('serialNumber', serial);
      await putRight(conversation, asking);
      const { records } = await asking.ask(command('DMP'), only('header'));
      await asking.each(records, (line) => conversation.take(read(line)));
      await asking.rest();
    },
  };
}
