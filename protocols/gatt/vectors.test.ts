import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../bytes.js';
import { CodecRefusal, type Codec } from '../codec.js';
import { gattCodecs, gattDecoders } from './decoders.js';

interface VectorCase {
  readonly name: string;
  readonly hex: string;
  readonly expect: object;
}

const vectors = new URL('../vectors/', import.meta.url);

function casesOf(file: string): VectorCase[] {
  // The files are checked data of this repository; their form is described in vectors/README.md.
  const { cases } = JSON.parse(readFileSync(new URL(file, vectors), 'utf8')) as {
    cases: VectorCase[];
  };
  return cases;
}

function uuidOf(file: string): string {
  return (JSON.parse(readFileSync(new URL(file, vectors), 'utf8')) as { uuid: string }).uuid;
}

/** Vector files of characteristics that the SIG has assigned, and of the values inside them. */
const gattFiles = readdirSync(vectors).filter(
  (file) => file.endsWith('.json') && /^(2[ab]..$|medfloat|crc$|23434101)/.test(uuidOf(file)),
);

/** Every number in a decoded value, however deep. */
function* numbersIn(value: unknown): Generator<number> {
  if (typeof value === 'number') yield value;
  if (typeof value !== 'object' || value === null) return;
  for (const inner of Object.values(value)) yield* numbersIn(inner);
}

// Each codec is only given what it has itself decoded.
const codecs = Object.entries(gattCodecs) as [string, Codec<unknown>][];

function decoded(codec: Codec<unknown>, octets: Uint8Array): { value: unknown } | null {
  try {
    return { value: codec.decode(octets) };
  } catch (error) {
    if (error instanceof CodecRefusal) return null;
    throw error;
  }
}

describe('vectors', () => {
  it.each(gattFiles)('%s has a decoder', (file) => {
    expect(gattDecoders).toHaveProperty(file.replace('.json', ''));
  });

  for (const [name, decode] of Object.entries(gattDecoders)) {
    it.each(casesOf(`${name}.json`))(`${name}: $name`, ({ hex, expect: expected }) => {
      const octets = fromHex(hex);
      if ('error' in expected) expect(() => decode(octets)).toThrow(CodecRefusal);
      else expect(decode(octets)).toStrictEqual(expected);
    });
  }
});

describe('encoding what was decoded', () => {
  for (const [name, codec] of codecs) {
    const good = casesOf(`${name}.json`).filter(({ expect: expected }) => !('error' in expected));
    it.each(good)(`${name}: $name`, ({ hex }) => {
      const value = codec.decode(fromHex(hex));
      expect(codec.decode(codec.encode(value))).toStrictEqual(value);
    });
  }
});

describe('any octets', () => {
  const octets = fc.uint8Array({ maxLength: 64 });

  for (const [name, codec] of codecs) {
    const samples = casesOf(`${name}.json`).map(({ hex }) => fromHex(hex));
    /** Octets near the sample ones: pure noise seldom gets past the first field. */
    const nearSamples = fc
      .tuple(fc.constantFrom(...samples), octets, fc.nat(32), fc.nat(3))
      .map(([sample, noise, at, removed]) =>
        Uint8Array.of(
          ...sample.subarray(0, at),
          ...noise.subarray(0, 3),
          ...sample.subarray(at + removed),
        ),
      );

    it(`${name}: a value that can be sent again, or a refusal`, () => {
      fc.assert(
        fc.property(fc.oneof(octets, nearSamples), (input) => {
          const result = decoded(codec, input);
          if (result === null) return;
          for (const number of numbersIn(result.value)) expect(number).not.toBeNaN();
          expect(codec.decode(codec.encode(result.value))).toStrictEqual(result.value);
        }),
        { numRuns: 1000 },
      );
    });
  }
});
