/**
 * LifeScan OneTouch UltraEasy on its cable: serial number, clock, then one result after the other.
 * Nothing is ever deleted (`05 1A` would). Source: glucometerutils otultraeasy.
 */
import { CodecRefusal } from '../codec.js';
import type { SerialConversation, SerialProfile } from '../device.js';
import type { LocalDateTime, Reading } from '../reading.js';
import { ascii } from '../serial/fields.js';
import {
  ultraEasyClock,
  ultraEasyCommands,
  ultraEasyCount,
  ultraEasyRecord,
  ultraEasyText,
} from '../serial/onetouch-ultra-easy.js';
import { takeResult } from './common/asking.js';
import { keepClock } from './common/keep-clock.js';
import { LifescanLink } from './common/lifescan-link.js';
import { lifescanRange, meterResultOf, readMeter } from './common/meter-reading.js';
import { timeFor } from './common/pressures.js';

function read(octets: Uint8Array): Reading {
  const { timestamp, glucoseMgPerDl } = ultraEasyRecord.decode(octets);
  const result = { mgPerDl: glucoseMgPerDl, deviceTime: timestamp, isControl: false, meal: null };
  return readMeter(result, lifescanRange, octets);
}

/** Refuses `range` for control solution: no mark for it is known. */
function write(reading: Reading): Uint8Array {
  const { mgPerDl, isControl } = meterResultOf(reading, lifescanRange);
  if (isControl) throw new CodecRefusal('range');
  return ultraEasyRecord.encode({ timestamp: timeFor(reading), glucoseMgPerDl: mgPerDl });
}

async function putRight(conversation: SerialConversation, link: LifescanLink): Promise<void> {
  const ask = async (command: string): Promise<LocalDateTime> =>
    ultraEasyClock.decode(await link.ask(command));
  const readClock = (): Promise<LocalDateTime> => ask(ultraEasyCommands.readClock);
  const shown = await readClock();
  conversation.deviceClock(shown);
  await keepClock(conversation, shown, {
    read: readClock,
    set: (now) => ask(ultraEasyCommands.setClock(now)),
  });
}

/** A OneTouch UltraEasy. */
export function onetouchUltraEasy(): SerialProfile {
  return {
    name: 'onetouch-ultra-easy',
    clock: 'set',
    read,
    write,
    async converse(conversation) {
      const link = new LifescanLink(conversation);
      await link.open();
      const serial = ultraEasyText.decode(await link.ask(ultraEasyCommands.serialNumber));
      conversation.information('serialNumber', ascii(serial));
      await putRight(conversation, link);
      const count = ultraEasyCount.decode(await link.ask(ultraEasyCommands.count));
      for (let index = 0; index < count; index += 1) {
        await takeResult(conversation, await link.ask(ultraEasyCommands.record(index)), read);
      }
      await link.rest();
    },
  };
}
