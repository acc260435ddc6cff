import { describe, expect, it } from 'vitest';
import { FingerEpisode, type FingerSample } from './finger-episode.js';
import { readingOf } from './readings.js';
import type { Reading } from '../../reading.js';

const octets = Uint8Array.of(1);
const rules = { samplesPerSecond: 1, settleSeconds: 10 };
const value = (spo2: number): Reading =>
  readingOf('spo2', octets, { values: [{ code: 'spo2', value: spo2 }] });
const missing = readingOf('spo2', octets, { failure: 'not_a_number' });
const off = readingOf('spo2', octets, { failure: 'sensor_off' });

const sample = (spo2: number, settled = false): FingerSample => ({
  attached: true,
  reading: value(spo2),
  settled,
});
const searching: FingerSample = { attached: true, reading: missing, settled: false };
const out: FingerSample = { attached: false, reading: off, settled: false };

function play(samples: readonly FingerSample[]): (number | string)[] {
  const episode = new FingerEpisode(rules);
  const readings = samples.map((one) => episode.add(one)).concat(episode.end(octets));
  return readings.flatMap((reading) =>
    reading === null ? [] : [reading.failure ?? reading.values[0]?.value ?? 'nothing'],
  );
}

const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

describe('a finger in a streaming oximeter', () => {
  it.each([
    [
      'the settled value',
      [...times(4, sample(90)), sample(95, true), ...times(9, sample(96))],
      [95],
    ],
    ['the last value after the time', [...times(9, sample(90)), sample(94), sample(80)], [94]],
    ['a mark without a value is none', [{ ...searching, settled: true }, sample(93, true)], [93]],
    ['nothing of an empty oximeter', times(100, out), []],
    ['nothing of a short touch', [sample(97), sample(97), ...times(5, out)], []],
    [
      'a failed attempt of a finger out early',
      [...times(6, sample(97)), ...times(5, out)],
      ['sensor_off'],
    ],
    [
      'a failed attempt of a finger without a pulse',
      [...times(30, searching), ...times(5, out)],
      ['sensor_off'],
    ],
    [
      'one reading over a short loss',
      [...times(6, sample(97)), out, out, ...times(4, sample(96))],
      [96],
    ],
    [
      'two readings of two fingers',
      [sample(95, true), ...times(3, out), sample(93, true)],
      [95, 93],
    ],
    [
      'no reading of a finger that stays in',
      [sample(95, true), ...times(60, sample(91, true))],
      [95],
    ],
  ])('gives %s', (_, samples, expected) => {
    expect(play(samples)).toEqual(expected);
  });
});
