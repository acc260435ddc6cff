import type { FrameRule } from '@hemma/protocols/serial/framer.js';
import { frameOf, StreamFramer } from '@hemma/protocols/serial/framer.js';
import { ascii } from '@hemma/protocols/serial/fields.js';
import { toLocal } from '@hemma/protocols/serial/local-time.js';
import { ultra2Line, type Ultra2Content } from '@hemma/protocols/serial/onetouch-ultra2.js';
import { storingMeter } from './common/storing-meter.js';
import type { SerialBehaviourFactory, SerialHost } from './common/model.js';

const start = 0x11;
const carriageReturn = 0x0d;
/** DMT with its time has 23 characters. */
const longestCommand = 32;

/** `11 0D`, the command, CR. */
const commands: FrameRule = {
  longest: longestCommand,
  look: (octets) => {
    if (octets[0] !== start) return 'skip';
    const end = octets.indexOf(carriageReturn, 2);
    return end < 0 ? 'more' : frameOf(end + 1);
  },
};

const serialLength = 9;
const setClockPattern = /^DMT(\d\d)\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d)$/;

/** The lines of a virtual meter: what it shows is in mmol/L, what it tells is in mg/dL. */
function line(content: Ultra2Content): Uint8Array {
  return ultra2Line.encode({ checksum: '', ...content });
}

function setClock({ deviceClock }: SerialHost, text: string): void {
  const match = setClockPattern.exec(text);
  if (match === null) return;
  const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map(Number);
  deviceClock.set(toLocal({ year: 2000 + year, month, day, hour, minute, second }));
}

/** A OneTouch Ultra2 set to mmol/L, as the meters sold in the Nordic countries are. */
export const onetouchUltra2: SerialBehaviourFactory = (host) => {
  const { store, deviceClock } = host;
  const serial = host.serialNumber.padStart(serialLength, '0').slice(-serialLength);

  function answersTo(text: string): readonly Uint8Array[] {
    const clock = (): Uint8Array[] => [line({ kind: 'dateTime', timestamp: deviceClock.now() })];
    if (text === 'DM@') return [line({ kind: 'serialNumber', serial })];
    if (text === 'DMF') return clock();
    if (text.startsWith('DMT')) {
      setClock(host, text);
      return clock();
    }
    if (text !== 'DMP') return [];
    const records = store.all();
    const head = {
      kind: 'header',
      records: records.length,
      serial,
      displayUnit: 'MMOL/L',
    } as const;
    return [line(head), ...records.map(({ reading }) => reading.octets)];
  }

  const framer = new StreamFramer(commands);
  return storingMeter(host, (octets, send) => {
    for (const frame of framer.push(octets)) {
      const text = ascii(frame.subarray(2, -1));
      for (const answer of answersTo(text)) send(answer);
    }
  });
};
