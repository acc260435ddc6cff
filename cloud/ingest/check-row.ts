import { hash } from 'node:crypto';
import type { ErrorCode } from '@hemma/protocols/errors.js';
import { readingKinds } from '@hemma/protocols/reading.js';
import { answersSchema } from '@hemma/protocols/wire/answers.js';
import type { Answers } from '@hemma/protocols/wire/answers.js';
import {
  identityText,
  kindQuantities,
  measurementSchema,
} from '@hemma/protocols/wire/measurement.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { isLent } from '../fleet/fleet.js';
import type { Loan } from '../fleet/fleet.js';

/** Nothing of this system was measured before; a device with an unset clock says 1970 or 2000. */
const earliestMs = Date.UTC(2020, 0, 1);
/** Clocks of a gateway and of the cloud may differ by this much before a date counts as future. */
const futureToleranceMs = 5 * 60_000;

export interface RowContext {
  readonly receivedAt: number;
  /** The loans of the gateway that sent the row. */
  readonly loans: readonly Loan[];
  /** The loans of the gateway whose kit a device belongs to; null where it is that same gateway, or none. */
  readonly kitLoans: (identity: string) => readonly Loan[] | null;
}

/** Whether a parsed line says that it is no measurement but answers to a questionnaire. */
export function isAnswersRow(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && 'record' in value && value.record === 'answers'
  );
}

/** The answers of a parsed line, or the code for which they are refused. */
export function checkAnswersRow(
  value: unknown,
  context: Omit<RowContext, 'kitLoans'>,
): Answers | ErrorCode {
  const parsed = answersSchema.safeParse(value);
  if (!parsed.success) return 'row_malformed';
  const { patient, time } = parsed.data;
  if (!isLent(context.loans, patient, time.measuredAt)) return 'patient_mismatch';
  return timeFault(parsed.data, context.receivedAt) ?? parsed.data;
}

/** The measurement of a parsed line, or the code for which it is refused. */
export function checkRow(value: unknown, context: RowContext): Measurement | ErrorCode {
  const parsed = measurementSchema.safeParse(value);
  if (!parsed.success) return hasUnknownKind(value) ? 'unknown_kind' : 'row_malformed';
  const measurement = parsed.data;
  return (
    contentFault(measurement) ??
    timeFault(measurement, context.receivedAt) ??
    originFault(measurement, context) ??
    measurement
  );
}

const kinds = new Set<unknown>(readingKinds);

function hasUnknownKind(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    typeof value.kind === 'string' &&
    !kinds.has(value.kind)
  );
}

function contentFault({ kind, values, failure }: Measurement): ErrorCode | null {
  // A failed attempt has no values, and whatever has none is a failed attempt.
  if ((failure === null) === (values.length === 0)) return 'row_malformed';
  const codes = values.map((value) => value.code);
  if (new Set(codes).size !== codes.length) return 'row_malformed';
  return codes.every((code) => kindQuantities[kind].includes(code)) ? null : 'unit_mismatch';
}

function timeFault({ time }: Pick<Measurement, 'time'>, receivedAt: number): ErrorCode | null {
  if (time.measuredAt < earliestMs) return 'measured_too_early';
  return time.measuredAt > receivedAt + futureToleranceMs ? 'measured_in_future' : null;
}

function originFault(measurement: Measurement, { loans, kitLoans }: RowContext): ErrorCode | null {
  if (measurement.id !== identityOf(measurement)) return 'identity_mismatch';
  const { patient, time, device } = measurement;
  const elsewhere = kitLoans(device.identity);
  if (elsewhere !== null && !elsewhere.some((it) => it.patient === patient))
    return 'device_elsewhere';
  if (isLent(loans, patient, time.measuredAt)) return null;
  const isBefore = loans.some((it) => it.patient === patient && time.measuredAt < it.fromAt);
  return isBefore ? 'before_loan' : 'patient_mismatch';
}

function identityOf({ kind, device, time, octets }: Measurement): string {
  const text = identityText({
    kind,
    deviceIdentity: device.identity,
    sequence: device.sequence,
    deviceTime: time.device,
    captureOrdinal: device.captureOrdinal,
    octets: Buffer.from(octets, 'hex'),
  });
  return hash('sha256', text);
}
