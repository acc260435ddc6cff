import type {
  FailureReason,
  QuantityCode,
  ReadingFlag,
  ReadingKind,
} from '@hemma/protocols/reading.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';

/**
 * The time series of every patient: what charts are drawn from. A projection of the journal, so it
 * can be emptied and filled again; it knows random patient references only.
 *
 * Every method throws {@link CodedError} `trends_unavailable` (transient) when the store cannot be
 * reached, and `trends_refused` (permanent) when it will never take or answer this request.
 */
export interface Trends {
  /**
   * Stores measurements; a failed attempt is kept apart from the values. Idempotent: the same record
   * written again replaces itself, another record of the same moment never does.
   */
  write(measurements: readonly Measurement[]): Promise<void>;
  /** The points of one quantity, oldest first. When there are more than `limit`, the newest. */
  read(query: TrendQuery & { readonly code: QuantityCode }): Promise<Bounded<TrendPoint>>;
  /** Attempts of a patient that gave no value, oldest first. When there are too many, the newest. */
  readFailures(query: TrendQuery): Promise<Bounded<FailedAttempt>>;
  /** Removes everything: the first step of a rebuild. */
  clear(): Promise<void>;
  /** Points and failed attempts in store. */
  count(): Promise<number>;
}

/** Both ends of the period are included; milliseconds since 1970 UTC. */
export interface TrendQuery {
  readonly patient: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly limit: number;
}

export interface Bounded<T> {
  readonly items: readonly T[];
  /** True when the period holds more than was asked for. */
  readonly truncated: boolean;
}

export interface TrendPoint {
  readonly id: string;
  readonly at: number;
  readonly value: number;
  /** Half width of the interval that surely holds the true moment. */
  readonly uncertaintyMs: number;
  readonly flags: readonly ReadingFlag[];
}

export interface FailedAttempt extends Omit<TrendPoint, 'value'> {
  readonly kind: ReadingKind;
  readonly reason: FailureReason;
}
