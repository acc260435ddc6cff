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

/**
 * Every test vector that decodes, again and again: how fast, and whether anything stays behind.
 *
 * A value is a field of what is decoded: a number, a text or a yes or no. What is absent or missing
 * counts for nothing, a list or a packet for what is in it. A rate is per second of processor time,
 * that of the collection of garbage included: what one core can do, whoever else runs beside it.
 */

const vectorsFolder = resolve('protocols/vectors');
/** The best of some short windows: in the others something else had the processor. */
interface Pace {
  readonly warmUpMs: number;
  readonly windows: number;
  readonly windowMs: number;
}

const everyVector: Pace = { warmUpMs: 20, windows: 4, windowMs: 10 };
/** Once more for the slowest: V8 compiles a long decoder for good only after this time. */
const slowestAgain: Pace = { warmUpMs: 400, windows: 5, windowMs: 50 };
/** Decodes between two looks at the clock. */
const burst = 64;
const slowestShown = 12;
const longDecodes = 10_000_000;
const aimValuesPerSecond = 500_000;

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
  readonly decodesPerSecond: number;
  readonly valuesPerSecond: number;
}

export const codecs: Section = {
  name: 'codecs',
  title: 'decoding of every test vector that decodes',
  async run(bench) {
    const samples = allSamples();
    const quick = slowestOfEach(samples.map((sample) => rateOf(sample, everyVector)));
    const again = quick.slice(0, slowestShown).map(({ sample }) => rateOf(sample, slowestAgain));
    const rates = slowestOfEach([...again, ...quick.slice(slowestShown)]);
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

function rateOf(sample: Sample, { warmUpMs, windows, windowMs }: Pace): Rate {
  decodeFor(sample, warmUpMs);
  const rates = Array.from({ length: windows }, () => decodeFor(sample, windowMs));
  const decodesPerSecond = Math.max(...rates);
  const values = valuesIn(sample.decode(sample.octets));
  return { sample, decodesPerSecond, valuesPerSecond: decodesPerSecond * values };
}

/** How many fields say something. */
function valuesIn(decoded: unknown): number {
  if (decoded === null || decoded === undefined) return 0;
  if (typeof decoded !== 'object') return 1;
  return Object.values(decoded).reduce((sum: number, field) => sum + valuesIn(field), 0);
}

/** Decodes for so long; gives how many in a second of processor time. */
function decodeFor({ decode, octets }: Sample, ms: number): number {
  const from = process.cpuUsage();
  let decoded = 0;
  let elapsedMs = 0;
  while (elapsedMs < ms) {
    for (let i = 0; i < burst; i += 1) decode(octets);
    decoded += burst;
    const { user, system } = process.cpuUsage(from);
    elapsedMs = (user + system) / 1_000;
  }
  return (decoded / elapsedMs) * 1_000;
}

/** One rate for each codec, slowest first. A vector without a value has no rate of values. */
function slowestOfEach(rates: readonly Rate[]): readonly Rate[] {
  const fastestFirst = rates
    .filter(({ valuesPerSecond }) => valuesPerSecond > 0)
    .sort((a, b) => b.valuesPerSecond - a.valuesPerSecond);
  // The last one of equal keys stays.
  const byCodec = new Map(fastestFirst.map((rate) => [rate.sample.codec, rate]));
  return [...byCodec.values()].sort((a, b) => a.valuesPerSecond - b.valuesPerSecond);
}

function figureOf({ sample, decodesPerSecond, valuesPerSecond }: Rate): Figure {
  return {
    what: `  ${sample.codec}`,
    value: perSecond(valuesPerSecond, 'values'),
    beside: `${perSecond(decodesPerSecond)} of ${sample.octets.length} octets`,
    aim: perSecond(aimValuesPerSecond, 'values'),
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
