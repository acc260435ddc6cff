import { readFileSync } from 'node:fs';
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

function casesOf(name: string): readonly VectorCase[] {
  const file = new URL(`../vectors/${name}.json`, import.meta.url);
  // The vector files are ours and have this form (protocols/vectors/README.md).
  return (JSON.parse(readFileSync(file, 'utf8')) as { cases: readonly VectorCase[] }).cases;
}

function isRefused(expected: unknown): boolean {
  return (
    typeof expected === 'object' &&
    expected !== null &&
    'error' in expected &&
    !('nextFrame' in expected)
  );
}

/** The decoded value; undefined when the codec refuses; any other exception is thrown on. */
function valueOf(decode: (octets: Uint8Array) => unknown, octets: Uint8Array): unknown {
  try {
    return decode(octets);
  } catch (refusal) {
    if (refusal instanceof CodecRefusal) return undefined;
    throw refusal;
  }
}

describe.each(Object.entries(serialDecoders))('%s', (name, decode) => {
  const cases = casesOf(name);

  it.each(cases.filter((one) => !isRefused(one.expect)))('$name', (one) => {
    expect(decode(fromHex(one.hex))).toEqual(one.expect);
  });

  it.each(cases.filter((one) => isRefused(one.expect)))('refuses $name', (one) => {
    expect(() => decode(fromHex(one.hex))).toThrow(CodecRefusal);
  });

  it('gives a value or a refusal for any octets and for any damage', () => {
    const damaged = fc
      .tuple(
        fc.constantFrom(...cases.map((one) => fromHex(one.hex))),
        fc.nat(),
        fc.nat(255),
        fc.nat(9),
      )
      .map(([octets, at, octet, cut]) => {
        const copy = octets.slice(0, Math.max(0, octets.length - Math.max(0, cut - 5)));
        if (copy.length > 0) copy[at % copy.length] = octet;
        return copy;
      });
    const octets = fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged);
    fc.assert(
      fc.property(octets, (any) => {
        expect(() => valueOf(decode, any)).not.toThrow();
      }),
    );
  });
});

/** Codecs whose decoded form keeps every octet of a well-formed frame: encoding gives the octets back. */
const lossless = [
  'and-serial-weight',
  'nonin-memory-playback',
  'nonin-serial-commands',
  'nonin-serial-df13',
  'nonin-serial-df2-frame',
  'nonin-serial-df7',
  'nonin-serial-df8',
  'nonin-serial-number-response',
];

describe.each(Object.entries(serialCodecs))('%s encodes', (name, codec) => {
  const cases = casesOf(name).filter((one) => !isRefused(one.expect));
  // Every case is of the codec's own value type, as its decoding above shows.
  const encode = codec.encode as (value: unknown) => Uint8Array;

  it.each(cases)('$name and decodes it again', (one) => {
    expect(codec.decode(encode(one.expect))).toEqual(one.expect);
  });
});

describe.each(lossless)('%s encodes without loss', (name) => {
  const codec = serialCodecs[name];
  const cases = casesOf(name).filter((one) => !isRefused(one.expect));

  it.each(cases)('$name', (one) => {
    // See above.
    const encode = codec?.encode as (value: unknown) => Uint8Array;
    expect(toHex(encode(one.expect))).toBe(one.hex);
  });
});
