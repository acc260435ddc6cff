/**
 * One reading from each time a finger is in an oximeter that streams values: the value that the
 * oximeter marks as settled (Nonin: SmartPoint), or the last one after the time it needs.
 */
import type { Reading } from '../../reading.js';
import { readingOf } from './readings.js';

/** One sample of the stream. */
export interface FingerSample {
  /** A finger is in, and the oximeter does not say that it has lost the pulse. */
  readonly attached: boolean;
  /** The sample as a reading; failed while there is no value. */
  readonly reading: Reading;
  /** The oximeter itself says that this value is settled. */
  readonly settled: boolean;
}

export interface EpisodeRules {
  readonly samplesPerSecond: number;
  /** After so many seconds with a finger the last value counts although it is not marked. */
  readonly settleSeconds: number;
}

/** Movement makes an oximeter lose the pulse for a moment; only a longer loss is a finger out. */
const lossSeconds = 3;
/** A finger that was in for less is not an attempt to measure. */
const attemptSeconds = 3;

/** Follows one stream of samples. Gives at most one reading for each time the finger is in. */
export class FingerEpisode {
  readonly #rules: EpisodeRules;
  #attachedSamples = 0;
  #lostSamples = 0;
  #last: Reading | null = null;
  #given = false;

  constructor(rules: EpisodeRules) {
    this.#rules = rules;
  }

  /** Whether the finger that is in has given its reading. */
  get given(): boolean {
    return this.#given;
  }

  /** The next sample; gives the reading of this finger once it is there. */
  add(sample: FingerSample): Reading | null {
    if (!sample.attached) return this.#lose(sample.reading.octets);
    this.#lostSamples = 0;
    this.#attachedSamples += 1;
    if (sample.reading.failure === null) this.#last = sample.reading;
    if (this.#given) return null;
    if (sample.settled && sample.reading.failure === null) return this.#give(sample.reading);
    const patience = this.#rules.settleSeconds * this.#rules.samplesPerSecond;
    if (this.#attachedSamples < patience || this.#last === null) return null;
    return this.#give(this.#last);
  }

  /**
   * The stream has ended; gives a failed attempt when a finger was in and no reading came of it.
   */
  end(octets: Uint8Array): Reading | null {
    const attempt = attemptSeconds * this.#rules.samplesPerSecond;
    const failed = !this.#given && this.#attachedSamples >= attempt;
    this.#attachedSamples = 0;
    this.#lostSamples = 0;
    this.#last = null;
    this.#given = false;
    return failed ? readingOf('spo2', octets, { failure: 'sensor_off' }) : null;
  }

  #give(reading: Reading): Reading {
    this.#given = true;
    return reading;
  }

  #lose(octets: Uint8Array): Reading | null {
    this.#lostSamples += 1;
    const loss = lossSeconds * this.#rules.samplesPerSecond;
    return this.#lostSamples >= loss ? this.end(octets) : null;
  }
}
