/**
 * One ASCII line of an A&D scale over RS-232 or Bluetooth SPP: two-letter header, comma, sign,
 * value, unit, CR LF (UC-321PBT: `ST,+125.10kg`). Headers: ST stable, US unstable, OL out of the
 * weighing range (the figure then is a row of nines and no weight). Sources: A&D standard format
 * (EK-L manual, 9-2), A&D PBT series Bluetooth specification.
 */
import { CodecRefusal, type Codec } from '../codec.js';
import { ascii, asciiOctets } from './fields.js';
import { asciiLines, type FrameRule } from './framer.js';

export type AndHeader = 'ST' | 'US' | 'OL';

export interface AndSerialWeight {
  /** Only a stable weight may be stored. */
  readonly stable: boolean;
  readonly header: AndHeader;
  /** Null when the load is out of the weighing range. */
  readonly value: number | null;
  readonly unit: 'kg' | 'lb';
}

/** The standard format is 17 octets; room for a longer figure or unit. */
const longestLine = 32;

/** Where the lines are in what the scale sends. */
export const andWeightLines: FrameRule = asciiLines(['ST,', 'US,', 'OL,'], longestLine);

const linePattern = /^(ST|US|OL),([+-] *\d+(?:\.\d+)?) *([A-Za-z%]+)\r\n$/;

function unitOf(text: string): 'kg' | 'lb' {
  if (text === 'kg' || text === 'lb') return text;
  throw new CodecRefusal('unit');
}

/** The figure's width is constant: six characters, two decimals in kg and one in lb. */
const decimals = { kg: 2, lb: 1 } as const;
const figureWidth = 6;
const outOfRange = '999999';

function figure({ value, unit, header }: AndSerialWeight): string {
  if (header === 'OL') return `+${outOfRange}`;
  if (value === null) throw new CodecRefusal('range');
  const digits = Math.abs(value).toFixed(decimals[unit]).padStart(figureWidth, '0');
  const exact = Number(digits) === Math.abs(value) && digits.length === figureWidth;
  if (!exact) throw new CodecRefusal('range');
  return `${value < 0 ? '-' : '+'}${digits}`;
}

/** Refuses `format` for anything but a whole line, `unit` for another unit than kg and lb. */
export const andSerialWeight: Codec<AndSerialWeight> = {
  decode: (octets) => {
    const match = linePattern.exec(ascii(octets));
    if (match === null) throw new CodecRefusal('format');
    const [, header, digits = '', unit = ''] = match;
    const out = header === 'OL';
    return {
      stable: header === 'ST',
      header: out ? 'OL' : header === 'ST' ? 'ST' : 'US',
      value: out ? null : Number(digits.replaceAll(' ', '')),
      unit: unitOf(unit),
    };
  },
  encode: (weight) => asciiOctets(`${weight.header},${figure(weight)}${weight.unit}\r\n`),
};
