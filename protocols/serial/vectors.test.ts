import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../bytes.js';
import { CodecRefusal } from '../codec.js';
import { serialCodecs, serialDecoders } from './decoders.js';

interface VectorCase {
  readonly name: string;
  readonly hex: string;
  readonly expect: unknown;
}

interface VectorFile {
  readonly uuid: string;
  readonly cases: readonly VectorCase[];
}

const folder = new URL('../vectors/', import.meta.url);

function vectorFile(name: string): VectorFile {
  // The vector files are ours and have this form (protocols/vectors/README.md).
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as VectorFile;
}

/** Why the case must be refused; null for a value. A repeat carries both an error and a value. */
function refusal(expected: unknown): string | null {
  if (typeof expected !== 'object' || expected === null) return null;
  if (!('error' in expected) || 'nextFrame' in expected) return null;
  return String(expected.error);
}

const valuesOf = (name: string): readonly VectorCase[] =>
  vectorFile(name).cases.filter((one) => refusal(one.expect) === null);

/** Lets a refusal pass and throws any other exception on. */
function tolerate(decode: (octets: Uint8Array) => unknown, octets: Uint8Array): void {
  try {
    decode(octets);
  } catch (thrown) {
    if (!(thrown instanceof CodecRefusal)) throw thrown;
  }
}

it('has a decoder for every vector file that is not of a GATT characteristic', () => {
  const names = readdirSync(folder).filter((file) => file.endsWith('.json'));
  /** Vendor variants of SIG characteristics, parts of them, and conversations: protocols/gatt. */
  const gatt = ['and-ble-weight', 'e2e-crc', 'float', 'sequences', 'sfloat'];
  const ours = names
    .map((file) => file.replace('.json', ''))
    .filter((name) => !gatt.includes(name) && !/^2[ab]/.test(vectorFile(name).uuid));
  expect(Object.keys(serialDecoders).sort()).toEqual(ours.sort());
});

describe.each(Object.entries(serialDecoders))('%s', (name, decode) => {
  const { cases } = vectorFile(name);
  const refused = cases.filter((one) => refusal(one.expect) !== null);

  it.each(valuesOf(name))('$name', (one) => {
    expect(decode(fromHex(one.hex))).toStrictEqual(one.expect);
  });

  it.each(refused)('refuses $name', (one) => {
    const reason = refusal(one.expect);
    // "checksumMissing" of one source is our "checksum".
    const wanted = reason === 'checksumMissing' ? 'checksum' : reason;
    expect(() => decode(fromHex(one.hex))).toThrow(expect.objectContaining({ reason: wanted }));
  });

  it('gives a value or a refusal for any octets and for any damage', () => {
    const samples = cases.map((one) => fromHex(one.hex));
    const damaged = fc
      .tuple(fc.constantFrom(...samples), fc.nat(), fc.nat(255), fc.nat(5))
      .map(([octets, at, octet, cut]) => {
        const copy = octets.slice(0, Math.max(0, octets.length - cut));
        if (copy.length > 0) copy[at % copy.length] = octet;
        return copy;
      });
    const octets = fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged);
    fc.assert(
      fc.property(octets, (any) => {
        expect(() => tolerate(decode, any)).not.toThrow();
      }),
    );
  });
});

describe.each(Object.entries(serialCodecs))('%s encodes', (name, codec) => {
  // Every case is of the codec's own value type, as its decoding above shows.
  const encode = codec.encode as (value: unknown) => Uint8Array;
  const single = valuesOf(name).filter((one) => !JSON.stringify(one.expect).includes('nextFrame'));

  it.each(single)('$name and decodes it again', (one) => {
    expect(codec.decode(encode(one.expect))).toStrictEqual(one.expect);
  });
});

/** Codecs whose value keeps every octet: encoding gives back the octets of the case. */
const lossless = [
  'and-pbt-blood-pressure',
  'and-serial-weight',
  'contec-cms50-v5-live',
  'contec-cms50-v5-recorded',
  'contec-cms50-v7',
  'ieee11073-20601-association',
  'ihealth-kn550bt-record',
  'lifescan-binary-frame',
  'microlife-frame',
  'microlife-records',
  'nonin-ble-continuous-oximetry',
  'nonin-memory-playback',
  'nonin-serial-commands',
  'nonin-serial-df13',
  'nonin-serial-df2-frame',
  'nonin-serial-df7',
  'nonin-serial-df8',
  'nonin-serial-number-response',
  'omron-transfer-frame',
  'onetouch-ultra2-ascii',
  'onetouch-verio-ble-frame',
  'taidoc-td42xx',
  'taidoc-td42xx-datetime',
  'vitalograph-lung-monitor',
  'yonker-bp',
];

describe.each(lossless)('%s encodes without loss', (name) => {
  it.each(valuesOf(name))('$name', (one) => {
    // See above.
    const encode = serialCodecs[name]?.encode as (value: unknown) => Uint8Array;
    expect(toHex(encode(one.expect))).toBe(one.hex);
  });
});
