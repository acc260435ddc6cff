/**
 * Tanita professional scales (9600 8N1): one line of comma-separated keys and values, CR LF. Before
 * it comes `CS,xx`, the sum of all characters before the letters CS modulo 256. Baby scales
 * (BD-815) have no check sum and send lines of their own for weight gain and recalled weight.
 * Sources: Tanita manuals SC-240 p.24, HD-351BT p.4, WB-3000 p.10, BD-815U p.12.
 */
import { CodecRefusal, type Codec } from '../codec.js';
import type { Draft } from '../gatt/fields.js';
import { ascii, asciiOctets, refuseUnless, sum8 } from './fields.js';
import { asciiLines, type FrameRule } from './framer.js';

/** Fields are there when the scale sends them. */
export interface TanitaTelegram {
  readonly model?: string;
  readonly weightKg?: number;
  /** A scale set to pounds, or to stones and pounds (14 lb to the stone). */
  readonly weightLb?: number;
  readonly weightG?: number;
  readonly weightGainG?: number;
  /** A weight recalled from memory, not one just taken. */
  readonly memorizedWeightG?: number;
  readonly heightCm?: number;
  readonly bmi?: number;
  readonly fatPercent?: number;
  readonly fatMassKg?: number;
  readonly fatFreeMassKg?: number;
  readonly muscleMassKg?: number;
  readonly bodyWaterPercent?: number;
  readonly visceralFatRating?: number;
  readonly bmrKcal?: number;
  /** At 50 kHz. */
  readonly impedanceOhm?: number;
}

type NumberField = Exclude<keyof TanitaTelegram, 'model'>;

/** Order of output (SC-240 p.24). `Ws`, stones and pounds, is read apart. */
const numberKeys: readonly (readonly [string, NumberField])[] = [
  ['Hm', 'heightCm'],
  ['Wk', 'weightKg'],
  ['Wp', 'weightLb'],
  ['Wg', 'weightG'],
  ['Gg', 'weightGainG'],
  ['Rg', 'memorizedWeightG'],
  ['FW', 'fatPercent'],
  ['fW', 'fatMassKg'],
  ['MW', 'fatFreeMassKg'],
  ['mW', 'muscleMassKg'],
  ['ww', 'bodyWaterPercent'],
  ['MI', 'bmi'],
  ['IF', 'visceralFatRating'],
  ['rB', 'bmrKcal'],
  ['ZF', 'impedanceOhm'],
];

const fieldOfKey = new Map(numberKeys);
/** A telegram with one of these may come without a check sum. */
const babyScaleKeys: readonly string[] = ['Wg', 'Gg', 'Rg'];
const numberPattern = /^[+-]?\d+(\.\d+)?$/;
const stonePattern = /^(\d+)\.(\d+(?:\.\d+)?)$/;
const poundsPerStone = 14;
const checkPattern = /CS,[0-9A-Fa-f]{2}$/;
const checkLength = 5;
/** The SC-240 sends about 200 characters; models with segments send up to three times as much. */
const longestLine = 640;

/** Where the lines are in what the scale sends; the WB-3000 sends rubbish 0.1 s behind each. */
export const tanitaLines: FrameRule = asciiLines(['{0,', 'Gg,', 'Rg,'], longestLine, ['{0,']);

function pairs(text: string): ReadonlyMap<string, string> {
  const parts = text.split(',');
  refuseUnless(parts.length % 2 === 0, 'format');
  const found = new Map<string, string>();
  for (let at = 0; at < parts.length; at += 2) found.set(parts[at] ?? '', parts[at + 1] ?? '');
  return found;
}

/**
 * The text before the check sum, once that holds; all of it where there is none, which only baby
 * scales may leave out. Refuses `checksum`.
 */
function covered(line: string, octets: Uint8Array): string {
  const at = line.length - checkLength;
  const isChecked = line.startsWith('CS,', at) && checkPattern.test(line);
  if (!isChecked) return line;
  const sum = sum8(octets.subarray(0, at));
  refuseUnless(sum === Number.parseInt(line.slice(-2), 16), 'checksum');
  return line.slice(0, line[at - 1] === ',' ? at - 1 : at);
}

function pounds(text: string): number {
  const match = stonePattern.exec(text);
  if (match === null) throw new CodecRefusal('format');
  const tenths = poundsPerStone * 10 * Number(match[1]) + Math.round(10 * Number(match[2]));
  return tenths / 10;
}

/** Puts what a key says into the telegram; gives whether the key is known. */
function put(into: Draft<TanitaTelegram>, key: string, value: string): boolean {
  if (key === 'MO') {
    into.model = value.replaceAll('"', '');
    return true;
  }
  if (key === 'Ws') {
    into.weightLb = pounds(value);
    return true;
  }
  const field = fieldOfKey.get(key);
  if (field === undefined) return false;
  refuseUnless(numberPattern.test(value), 'format');
  into[field] = Number(value);
  return true;
}

/**
 * Refuses `format` (no line, no pairs, no number) and `checksum` (wrong, or missing from a telegram
 * of another than a baby scale).
 */
export const tanita: Codec<TanitaTelegram> = {
  decode: (octets) => {
    const line = ascii(octets);
    refuseUnless(line.endsWith('\r\n') && line.indexOf('\n') === line.length - 1, 'format');
    const said = line.slice(0, -2);
    const text = covered(said, octets);
    const found = pairs(text);
    refuseUnless(text !== said || babyScaleKeys.some((key) => found.has(key)), 'checksum');
    const telegram: Draft<TanitaTelegram> = {};
    let isAnyKnown = false;
    for (const [key, value] of found) isAnyKnown = put(telegram, key, value) || isAnyKnown;
    refuseUnless(isAnyKnown, 'format');
    return telegram;
  },
  encode: (telegram) => {
    const known = numberKeys.flatMap(([key, field]) =>
      telegram[field] === undefined ? [] : [key, telegram[field].toString()],
    );
    const { model } = telegram;
    const head = model === undefined ? [] : ['{0', '16', '~0', '1', 'MO', `"${model}"`];
    const covered = [...head, ...known].join(',');
    if (known.some((key) => babyScaleKeys.includes(key))) return asciiOctets(`${covered}\r\n`);
    const check = sum8(asciiOctets(`${covered},`))
      .toString(16)
      .toUpperCase()
      .padStart(2, '0');
    return asciiOctets(`${covered},CS,${check}\r\n`);
  },
};
