import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { z } from 'zod';
import { fromHex } from '@hemma/protocols/bytes.js';
import { CodecRefusal } from '@hemma/protocols/codec.js';
import type { Decode } from '@hemma/protocols/codec.js';
import { gattDecoders } from '@hemma/protocols/gatt/decoders.js';
import { serialDecoders } from '@hemma/protocols/serial/decoders.js';
import { count, mebibytes, perSecond, timed } from '../figures.js';
import type { Bench, Figure, Section } from '../section.js';

/** Every test vector that decodes, again and again: how fast, and whether anything stays behind. */

const vectorsFolder = resolve('protocols/vectors');
const warmUpMs = 20;
/** The best of some short windows: in the others something else had the processor. */
const windows = 4;
const windowMs = 10;
/** Decodes between two looks at the clock. */
const burst = 64;
const slowestShown = 10;
const longDecodes = 10_000_000;

const fileSchema = z.object({
  cases: z.array(z.object({ name: z.string(), hex: z.string() })).default([]),
});

interface Sample {
  readonly codec: string;
  readonly name: string;
  readonly octets: Uint8Array;
  readonly decode: Decode<unknown>;
}

interface Rate {
  readonly sample: Sample;
  readonly perSecond: number;
}

export const codecs: Section = {
  name: 'codecs',
  title: 'decoding of every test vector that decodes',
  async run(bench) {
    const samples = allSamples();
    const rates = slowestOfEach(samples.map(rateOf));
    const slowest = rates[0];
    if (slowest === undefined) throw new Error(`There are no vectors in ${vectorsFolder}.`);
    const figures: Figure[] = [
      {
        what: `${samples.length} vectors of ${rates.length} codecs: slowest vector of each`,
        value: '',
      },
      ...rates.slice(0, slowestShown).map(figureOf),
    ];
    if (bench.long) figures.push(await growth(bench, slowest.sample));
    else bench.say(`memory over ${count(longDecodes)} decodes is left out (--long)`);
    return figures;
  },
};

function allSamples(): readonly Sample[] {
  const decoders = { ...gattDecoders, ...serialDecoders };
  return readdirSync(vectorsFolder)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => {
      const decode = decoders[basename(file, '.json')];
      return decode === undefined ? [] : samplesOf(file, decode);
    });
}

function samplesOf(file: string, decode: Decode<unknown>): readonly Sample[] {
  const { cases } = fileSchema.parse(JSON.parse(readFileSync(join(vectorsFolder, file), 'utf8')));
  return cases
    .map(({ name, hex }) => ({
      codec: basename(file, '.json'),
      name,
      octets: fromHex(hex),
      decode,
    }))
    .filter(decodes);
}

function decodes({ decode, octets }: Sample): boolean {
  try {
    decode(octets);
    return true;
  } catch (error) {
    if (error instanceof CodecRefusal) return false;
    throw error;
  }
}

function rateOf(sample: Sample): Rate {
  decodeFor(sample, warmUpMs);
  const rates = Array.from({ length: windows }, () => decodeFor(sample, windowMs));
  return { sample, perSecond: Math.max(...rates) };
}

/** Decodes for so long; gives how many a second. */
function decodeFor({ decode, octets }: Sample, ms: number): number {
  const from = performance.now();
  let decoded = 0;
  let elapsed = 0;
  while (elapsed < ms) {
    for (let i = 0; i < burst; i += 1) decode(octets);
    decoded += burst;
    elapsed = performance.now() - from;
  }
  return (decoded / elapsed) * 1_000;
}

/** One rate for each codec, slowest first. */
function slowestOfEach(rates: readonly Rate[]): readonly Rate[] {
  const fastestFirst = rates.toSorted((a, b) => b.perSecond - a.perSecond);
  // The last one of equal keys stays.
  const byCodec = new Map(fastestFirst.map((rate) => [rate.sample.codec, rate]));
  return [...byCodec.values()].sort((a, b) => a.perSecond - b.perSecond);
}

function figureOf({ sample, perSecond: rate }: Rate): Figure {
  return {
    what: `  ${sample.codec}`,
    value: perSecond(rate),
    beside: `${sample.octets.length} octets, ${perSecond(rate * sample.octets.length, 'octets')}`,
  };
}

/** Memory that is still held after very many decodes of one vector. */
async function growth(bench: Bench, { codec, decode, octets }: Sample): Promise<Figure> {
  bench.say(`${count(longDecodes)} decodes of ${codec}: some minutes`);
  const collect = collector();
  collect();
  const before = process.memoryUsage().heapUsed;
  const { seconds } = await timed(() => {
    for (let i = 0; i < longDecodes; i += 1) decode(octets);
  });
  collect();
  const grown = process.memoryUsage().heapUsed - before;
  return {
    what: `  heap kept after ${count(longDecodes)} decodes of ${codec}`,
    value: mebibytes(grown),
    beside: `took ${count(seconds)} s`,
    aim: '0 MiB',
  };
}

/** V8's own collection, which a process must be allowed to ask for. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return z.custom<() => void>((value) => typeof value === 'function').parse(runInNewContext('gc'));
}
