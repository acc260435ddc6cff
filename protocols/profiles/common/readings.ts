/** Building readings out of what codecs decode: medical floats, device times, catalogue units. */
import type { DateTime } from '../../gatt/date-time.js';
import type { MedFloat } from '../../medfloat.js';
import type {
  FailureReason,
  LocalDateTime,
  Quantity,
  QuantityCode,
  Reading,
  ReadingFlag,
  ReadingKind,
} from '../../reading.js';

const noOctets = new Uint8Array(0);

/** What a profile knows beside the kind; everything left out is unknown or empty. */
export type Known = Partial<Omit<Reading, 'kind' | 'octets'>>;

/** A reading with its octets copied: a transport may reuse its buffer. */
export function readingOf(kind: ReadingKind, octets: Uint8Array, known: Known): Reading {
  const failure = known.failure ?? null;
  return {
    kind,
    values: failure === null ? (known.values ?? []) : [],
    failure,
    flags: known.flags ?? [],
    deviceTime: known.deviceTime ?? null,
    sequence: known.sequence ?? null,
    userSlot: known.userSlot ?? null,
    context: known.context ?? {},
    octets: octets.slice(),
    companionOctets: known.companionOctets ?? noOctets,
  };
}

/** Values and failure of a reading: the numbers, or the reason why there are none. */
export type Outcome = Pick<Reading, 'values' | 'failure'>;

/** An outcome without numbers. */
export function failed(failure: FailureReason): Outcome {
  return { values: [], failure };
}

/** Required numbers first; any of them missing or not a number makes the run a failed one. */
export function outcomeOf(
  required: Readonly<Partial<Record<QuantityCode, MedFloat | null>>>,
  optional: Readonly<Partial<Record<QuantityCode, MedFloat | null>>> = {},
): Outcome {
  const values = numbersOf(required);
  if (values.length < Object.keys(required).length) return failed('not_a_number');
  return { values: [...values, ...numbersOf(optional)], failure: null };
}

/** The entries that are numbers, in their order. Special medical floats and nulls are left out. */
export function numbersOf(
  quantities: Readonly<Partial<Record<QuantityCode, MedFloat | null>>>,
): Quantity[] {
  // `Object.entries` loses the key type; the keys are exactly those of the parameter.
  const entries = Object.entries(quantities) as [QuantityCode, MedFloat | null][];
  return entries.flatMap(([code, value]) => (typeof value === 'number' ? [{ code, value }] : []));
}

/** The quantity's number; null when the reading has none. */
export function valueOf(reading: Pick<Reading, 'values'>, code: QuantityCode): number | null {
  return reading.values.find((quantity) => quantity.code === code)?.value ?? null;
}

/** A complete device time; null for none and for one with unknown parts. */
export function timeOf(time: DateTime | null): LocalDateTime | null {
  return typeof time === 'string' ? time : null;
}

/** A time with unknown parts comes from a clock that nobody has set. */
export function clockFlags(time: DateTime | null): readonly ReadingFlag[] {
  return time !== null && typeof time !== 'string' ? ['device_clock_unset'] : [];
}

/** The flags whose condition holds, in the order given. */
export function flagsWhere(
  conditions: Readonly<Partial<Record<ReadingFlag, boolean | undefined>>>,
): ReadingFlag[] {
  // `Object.entries` loses the key type; the keys are exactly those of the parameter.
  const entries = Object.entries(conditions) as [ReadingFlag, boolean | undefined][];
  return entries.flatMap(([flag, holds]) => (holds === true ? [flag] : []));
}

/** Null for the 0 with which many layouts say that a value was not measured, and for none. */
export function measured(value: number | null): number | null {
  return value === 0 ? null : value;
}
