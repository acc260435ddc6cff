import { toHex } from '@hemma/protocols/bytes.js';
import { CodedError } from '@hemma/protocols/errors.js';
import { judgePlausibility } from '@hemma/protocols/ranges.js';
import type { Reading, ReadingFlag } from '@hemma/protocols/reading.js';
import {
  identityText,
  maxRecordOctets,
  measurementSchema,
} from '@hemma/protocols/wire/measurement.js';
import type { InForce, Measurement } from '@hemma/protocols/wire/measurement.js';
import { sha256 } from './outbox/chain.js';
import type { SessionSource } from './session/source.js';

/** What a reading says once it was held against what is possible at all. */
function judged(reading: Reading): Pick<Measurement, 'values' | 'failure' | 'flags'> {
  if (reading.failure !== null)
    return { values: [], failure: reading.failure, flags: unique(reading.flags) };
  const found = judgePlausibility(reading.kind, reading.values);
  if (!found.plausible) return { values: [], failure: 'implausible', flags: unique(reading.flags) };
  const flags: readonly ReadingFlag[] = [
    ...reading.flags,
    ...(found.questionable ? (['questionable'] as const) : []),
    ...(found.unusual ? (['unusual'] as const) : []),
  ];
  return { values: [...found.values], failure: null, flags: unique(flags) };
}

/** A flag once, however many say so. */
export const unique = (flags: readonly ReadingFlag[]): ReadingFlag[] => [...new Set(flags)];

/** Whether a device gives its records neither number nor time, so that the gateway has to count. */
export function needsCaptureOrdinal(reading: Reading): boolean {
  return reading.sequence === null && reading.deviceTime === null;
}

/** What the gateway adds to a reading that it takes in. */
export interface Taking {
  readonly time: Measurement['time'];
  /** The schedules of the patient that are in force. */
  readonly plans: readonly InForce[];
}

/**
 * The measurement that a reading becomes. The identity follows from the device and its record alone,
 * never from what the gateway adds. Throws {@link CodedError} `row_malformed` for a reading that the
 * wire format cannot carry.
 */
export function measurementOf(
  reading: Reading,
  source: SessionSource,
  captureOrdinal: number | null,
  { time, plans }: Taking,
): Measurement {
  const { kind, sequence, deviceTime } = reading;
  const octets = reading.octets.subarray(0, maxRecordOctets);
  const identity = { deviceIdentity: source.identity, sequence, deviceTime, captureOrdinal };
  const measurement = {
    id: sha256(identityText({ kind, ...identity, octets })),
    kind,
    ...judged(reading),
    context: { ...reading.context },
    patient: source.patient,
    device: {
      model: source.model,
      identity: source.identity,
      sequence,
      captureOrdinal,
      userSlot: reading.userSlot,
    },
    time,
    ...(plans.length === 0 ? {} : { plans: [...plans] }),
    octets: toHex(octets),
    companionOctets: toHex(reading.companionOctets.subarray(0, maxRecordOctets)),
  } satisfies Measurement;
  const checked = measurementSchema.safeParse(measurement);
  if (!checked.success) throw new CodedError('row_malformed', undefined, { cause: checked.error });
  return measurement;
}
