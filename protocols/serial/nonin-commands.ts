/**
 * What a host sends to a Nonin oximeter, and the oximeter's time reply. Three ways of saying it:
 * level 1 binary `02 op length data… 03`; level 2 ASCII `DTM?` CR LF; and on the BLE control point
 * an op code, `NMI` and an argument, where op code 60 wraps a level 2 command with its length.
 *
 * Dates are binary here, not BCD as in data format 13. Sources: Nonin 9560 OEM specification
 * 6470-000-01 (2008), OpenTele NoninController, WristOx2 NMI client, Isansys patient gateway.
 */
import { OctetWriter } from '../bytes.js';
import { CodecRefusal, type Codec } from '../codec.js';
import type { LocalDateTime } from '../reading.js';
import { ascii, asciiOctets, exactly, octetAt, refuseUnless, sum8, whole } from './fields.js';
import { fromLocal, putShortTime, toLocal } from './local-time.js';

type PlainMeaning =
  | 'ack'
  | 'nak'
  | 'getDateTime'
  | 'getSerialNumber'
  | 'getConfiguration'
  | 'getActivationMode'
  | 'getDisplayMode'
  | 'getStorageRate'
  | 'getSecurityMode'
  | 'turnOffUponDisconnect'
  | 'memoryPlayback'
  | 'cancelMemoryPlayback'
  | 'clearMemory'
  | 'measurementComplete';

type ModeMeaning = 'setActivationMode' | 'setDisplayMode' | 'setStorageRate';

type Bonds = 'all' | 'current' | 'allExceptCurrent';

type CommandBody =
  | { readonly meaning: PlainMeaning }
  | { readonly meaning: ModeMeaning; readonly mode: number }
  | { readonly meaning: 'setDateTime' | 'dateTimeResponse'; readonly dateTime: LocalDateTime }
  | { readonly meaning: 'setDataFormat'; readonly dataFormat: number; readonly options?: number }
  | {
      readonly meaning: 'setSecurityMode';
      readonly mode: number;
      readonly successResponse: string;
    }
  | {
      readonly meaning: 'deleteBonds';
      readonly which: Bonds;
      readonly successResponse: string;
    };

/** One command; `octets` is its length, which tells the ways of saying the same thing apart. */
export type NoninCommand = { readonly octets: number } & CommandBody;

const stx = 0x02;
const etx = 0x03;
const ack = 0x06;
const nak = 0x15;

const levelOne = {
  setDataFormat: 0x70,
  dateTime: 0x72,
  serialNumber: 0x74,
  timeReply: 0xf2,
} as const;
/** The identification code in a command's data. */
const identification = 0x02;

const nmi = [0x4e, 0x4d, 0x49] as const;
const ble = { levelTwo: 0x60, deleteBonds: 0x63, setSecurityMode: 0x64 } as const;
const bleMeanings: readonly (readonly [number, PlainMeaning])[] = [
  [0x62, 'measurementComplete'],
  [0x65, 'getSecurityMode'],
  [0x71, 'memoryPlayback'],
  [0x72, 'cancelMemoryPlayback'],
];
const bonds: readonly Bonds[] = ['all', 'current', 'allExceptCurrent'];
/** A response has the highest bit of the op code set; 00 is success. */
const success = { deleteBonds: 'e300', setSecurityMode: 'e400' } as const;

const textMeanings: readonly (readonly [string, PlainMeaning])[] = [
  ['DTM?', 'getDateTime'],
  ['CFG?', 'getConfiguration'],
  ['ACT?', 'getActivationMode'],
  ['DIS?', 'getDisplayMode'],
  ['DSR?', 'getStorageRate'],
  ['TOF!', 'turnOffUponDisconnect'],
  ['MPB?', 'memoryPlayback'],
  ['CAN!', 'cancelMemoryPlayback'],
  ['MCL!', 'clearMemory'],
];
const textModes: readonly (readonly [string, ModeMeaning])[] = [
  ['ACT=', 'setActivationMode'],
  ['DIS=', 'setDisplayMode'],
  ['DSR=', 'setStorageRate'],
];
const dataFormats: readonly number[] = [1, 2, 7, 8, 13];
const timePattern = /^DTM=(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/;

function time([year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0]: readonly number[]) {
  return toLocal({ year: 2000 + year, month, day, hour, minute, second });
}

function setDataFormat(octets: Uint8Array): CommandBody {
  const data = octets.subarray(3, -1);
  refuseUnless(data.length === 2 || data.length === 4, 'length');
  const dataFormat = octetAt(data, 1);
  refuseUnless(data[0] === identification, 'format');
  refuseUnless(dataFormats.includes(dataFormat), 'range');
  if (data.length === 2) return { meaning: 'setDataFormat', dataFormat };
  refuseUnless(sum8(octets.subarray(1, 6)) === data[3], 'checksum');
  return { meaning: 'setDataFormat', dataFormat, options: octetAt(data, 2) };
}

function decodeLevelOne(octets: Uint8Array): CommandBody {
  exactly(octets, octetAt(octets, 2) + 4);
  refuseUnless(octets[octets.length - 1] === etx, 'sync');
  const data = octets.subarray(3, -1);
  switch (octets[1]) {
    case levelOne.setDataFormat:
      return setDataFormat(octets);
    case levelOne.dateTime:
      if (data.length === 0) return { meaning: 'getDateTime' };
      refuseUnless(data.length === 6, 'length');
      return { meaning: 'setDateTime', dateTime: time([...data]) };
    case levelOne.timeReply:
      refuseUnless(data.length === 6, 'length');
      return { meaning: 'dateTimeResponse', dateTime: time([...data]) };
    case levelOne.serialNumber:
      refuseUnless(data.length === 2 && data.every((octet) => octet === identification), 'format');
      return { meaning: 'getSerialNumber' };
    default:
      throw new CodecRefusal('opcode');
  }
}

function decodeLevelTwo(octets: Uint8Array): CommandBody {
  const text = ascii(octets);
  refuseUnless(text.endsWith('\r\n'), 'format');
  const command = text.slice(0, -2);
  const plain = textMeanings.find(([known]) => known === command);
  if (plain !== undefined) return { meaning: plain[1] };
  const digits = timePattern.exec(command);
  if (digits !== null) {
    return { meaning: 'setDateTime', dateTime: time(digits.slice(1).map(Number)) };
  }
  const mode = textModes.find(([known]) => command.startsWith(known));
  if (mode === undefined) throw new CodecRefusal('opcode');
  const value = command.slice(mode[0].length);
  refuseUnless(/^[1-4]$/.test(value), 'range');
  return { meaning: mode[1], mode: Number(value) };
}

function decodeBle(octets: Uint8Array): CommandBody {
  const opCode = octetAt(octets, 0);
  const plain = bleMeanings.find(([known]) => known === opCode);
  if (plain !== undefined) {
    exactly(octets, 4);
    return { meaning: plain[1] };
  }
  const argument = octetAt(octets, 4);
  if (opCode === ble.levelTwo) {
    exactly(octets, 5 + argument);
    return decodeLevelTwo(octets.subarray(5));
  }
  exactly(octets, 5);
  if (opCode === ble.deleteBonds) {
    const which = bonds[argument];
    if (which === undefined) throw new CodecRefusal('range');
    return { meaning: 'deleteBonds', which, successResponse: success.deleteBonds };
  }
  refuseUnless(opCode === ble.setSecurityMode, 'opcode');
  const mode = whole(argument, 1, 2);
  return { meaning: 'setSecurityMode', mode, successResponse: success.setSecurityMode };
}

function decodeBody(octets: Uint8Array): CommandBody {
  const first = octetAt(octets, 0);
  if (octets.length === 1 && first === ack) return { meaning: 'ack' };
  if (octets.length === 1 && first === nak) return { meaning: 'nak' };
  if (first === stx) return decodeLevelOne(octets);
  const prefixed = nmi.every((letter, place) => octets[place + 1] === letter);
  return prefixed ? decodeBle(octets) : decodeLevelTwo(octets);
}

function levelOneFrame(opCode: number, data: readonly number[]): Uint8Array {
  return Uint8Array.of(stx, opCode, data.length, ...data, etx);
}

function levelTwoForms(text: string): readonly Uint8Array[] {
  const command = asciiOctets(`${text}\r\n`);
  return [command, Uint8Array.of(ble.levelTwo, ...nmi, command.length, ...command)];
}

function dataFormatFrame(dataFormat: number, options: number | undefined): Uint8Array {
  refuseUnless(dataFormats.includes(dataFormat), 'range');
  const short = [identification, dataFormat];
  if (options === undefined) return levelOneFrame(levelOne.setDataFormat, short);
  const data = [...short, whole(options, 0, 0xff)];
  const check = sum8(Uint8Array.of(levelOne.setDataFormat, data.length + 1, ...data));
  return levelOneFrame(levelOne.setDataFormat, [...data, check]);
}

function plainForms(meaning: PlainMeaning): readonly Uint8Array[] {
  if (meaning === 'ack') return [Uint8Array.of(ack)];
  if (meaning === 'nak') return [Uint8Array.of(nak)];
  const binary =
    meaning === 'getDateTime'
      ? [levelOneFrame(levelOne.dateTime, [])]
      : meaning === 'getSerialNumber'
        ? [levelOneFrame(levelOne.serialNumber, [identification, identification])]
        : [];
  const text = textMeanings.filter(([, known]) => known === meaning);
  const control = bleMeanings.filter(([, known]) => known === meaning);
  return [
    ...binary,
    ...text.flatMap(([command]) => levelTwoForms(command)),
    ...control.map(([opCode]) => Uint8Array.of(opCode, ...nmi)),
  ];
}

function timeForms(command: CommandBody & { readonly dateTime: LocalDateTime }) {
  const data = [...putShortTime(new OctetWriter(), command.dateTime).octets()];
  if (command.meaning === 'dateTimeResponse') return [levelOneFrame(levelOne.timeReply, data)];
  const { year } = fromLocal(command.dateTime);
  const digits = [year % 100, ...data.slice(1)].map((part) => part.toString().padStart(2, '0'));
  const text = year < 2100 ? levelTwoForms(`DTM=${digits.join('')}`) : [];
  return [levelOneFrame(levelOne.dateTime, data), ...text];
}

function modeForms(meaning: ModeMeaning, mode: number): readonly Uint8Array[] {
  const names = textModes.filter(([, known]) => known === meaning);
  return names.flatMap(([name]) => levelTwoForms(`${name}${whole(mode, 1, 4)}`));
}

/** Every way of saying it. */
function forms(command: CommandBody): readonly Uint8Array[] {
  switch (command.meaning) {
    case 'setDataFormat':
      return [dataFormatFrame(command.dataFormat, command.options)];
    case 'setDateTime':
    case 'dateTimeResponse':
      return timeForms(command);
    case 'setSecurityMode':
      return [Uint8Array.of(ble.setSecurityMode, ...nmi, whole(command.mode, 1, 2))];
    case 'deleteBonds':
      return [Uint8Array.of(ble.deleteBonds, ...nmi, bonds.indexOf(command.which))];
    case 'setActivationMode':
    case 'setDisplayMode':
    case 'setStorageRate':
      return modeForms(command.meaning, command.mode);
    default:
      return plainForms(command.meaning);
  }
}

/** Refuses `truncated`, `length`, `sync`, `opcode`, `format`, `checksum` and `range`. */
export const noninCommand: Codec<NoninCommand> = {
  decode: (octets) => ({ octets: octets.length, ...decodeBody(octets) }),
  encode: (command) => {
    const said = forms(command).find((form) => form.length === command.octets);
    if (said === undefined) throw new CodecRefusal('length');
    return said;
  },
};
