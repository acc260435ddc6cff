import { z } from 'zod';
import { toHex } from '../bytes.js';
import { idSchema, versionSchema } from '../plans/text.js';
import { failureReasons, quantityUnits, readingFlags, readingKinds } from '../reading.js';
import type { QuantityCode, ReadingKind } from '../reading.js';

/**
 * A measurement on the wire: a reading that a gateway took in, version 1. It knows a random patient
 * reference and nothing else about a person. A released version stays decodable for ever.
 */

const hexText = z.string().regex(/^(?:[0-9a-f]{2})*$/);

/** Longest octets of one record that travel with a measurement; a GHS observation fits twice. */
export const maxRecordOctets = 1_024;
/** Most quantities in one measurement; the largest panel (body composition) has eight. */
export const maxQuantities = 16;

const quantityCodes = Object.keys(quantityUnits) as [QuantityCode, ...QuantityCode[]];

/** Begins with a letter: a personal number can never become the name of a gateway. */
export const gatewayIdSchema = z.string().regex(/^[a-z][a-z0-9-]{2,39}$/);
/** What stays the same for one very device: `ble:` address or `serial:` number. Printable ASCII. */
export const deviceIdentitySchema = z.string().regex(/^[\x20-\x7e]{1,80}$/);
export const patientRefSchema = z.string().regex(/^p-[0-9a-z]{8,32}$/);

/** Plans that one person follows at the same time. */
export const maxPlans = 8;

/** Whether the gateway's wall clock was known to be right: see `runtime/clock`. */
export const wallTrusts = ['synced', 'restored', 'unknown'] as const;
export type WallTrust = (typeof wallTrusts)[number];

export const timeSchema = z.strictObject({
  /** The device's own time as it said it, local and without zone; null when it said none. */
  device: z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/)
    .nullable(),
  /** Wall time minus device time, milliseconds, measured at connection; null when not measurable. */
  deviceOffsetMs: z.int().nullable(),
  /** Gateway monotonic clock at capture, milliseconds since boot. */
  monotonicMs: z.int().nonnegative(),
  bootId: z.string().max(36),
  /** Gateway wall clock at capture, milliseconds since 1970 UTC, and how far it can be trusted. */
  wallMs: z.int(),
  wallTrust: z.enum(wallTrusts),
  /** The moment of measurement that follows from the above, milliseconds since 1970 UTC. */
  measuredAt: z.int(),
  /** Half width of the interval that surely holds the true moment. */
  uncertaintyMs: z.int().nonnegative(),
});

/** The schedule in force at home when something was taken: what the patient was asked then. */
export const inForceSchema = z.strictObject({
  plan: idSchema.max(60),
  version: versionSchema,
  /** Of the schedule: changes with every setting, also within a version. */
  revision: z.string().regex(/^[0-9a-f]{16}$/),
});
export type InForce = z.infer<typeof inForceSchema>;

export const measurementSchema = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{64}$/),
  kind: z.enum(readingKinds),
  values: z
    .array(z.strictObject({ code: z.enum(quantityCodes), value: z.number() }))
    .max(maxQuantities),
  failure: z.enum(failureReasons).nullable(),
  flags: z.array(z.enum(readingFlags)).max(readingFlags.length),
  context: z.record(z.string().max(40), z.string().max(40)),
  patient: patientRefSchema,
  device: z.strictObject({
    /** Id of the device file. */
    model: z.string().max(60),
    identity: deviceIdentitySchema,
    /** The device's own record number. */
    sequence: z.int().nonnegative().nullable(),
    /** Counted by the gateway when the device gives neither record number nor time. */
    captureOrdinal: z.int().nonnegative().nullable(),
    userSlot: z.int().nullable(),
  }),
  time: timeSchema,
  /**
   * The schedules of the patient that were in force at home when it was taken; absent where there was
   * none, and from gateways that know none.
   */
  plans: z.array(inForceSchema).max(maxPlans).optional(),
  octets: hexText.max(2 * maxRecordOctets),
  companionOctets: hexText.max(2 * maxRecordOctets),
});

export type Measurement = z.infer<typeof measurementSchema>;

/** Which quantities a kind may carry. */
export const kindQuantities: Readonly<Record<ReadingKind, readonly QuantityCode[]>> = {
  blood_pressure: ['systolic_bp', 'diastolic_bp', 'mean_arterial_pressure', 'pulse_rate'],
  body_weight: ['body_weight', 'body_height', 'bmi'],
  body_composition: ['body_fat_percentage', 'body_weight', 'body_height', 'bmi'],
  spo2: ['spo2', 'pulse_rate', 'pulse_amplitude_index', 'respiration_rate'],
  glucose: ['glucose'],
  body_temperature: ['body_temperature'],
  heart_rate: ['pulse_rate'],
  spirometry: ['fev1', 'fvc', 'pef', 'fev1_fvc_ratio'],
};

/** What identifies a record: device, kind, the device's own numbering, and the octets. */
export interface IdentitySource {
  readonly kind: ReadingKind;
  readonly deviceIdentity: string;
  readonly sequence: number | null;
  readonly deviceTime: string | null;
  readonly captureOrdinal: number | null;
  readonly octets: Uint8Array;
}

/**
 * The text whose SHA-256 is the measurement id. The same stored record gives the same text however
 * often, through whichever gateway and after whichever clock change it is read; the capture ordinal
 * tells equal readings apart where the device itself gives neither record number nor time.
 */
export function identityText(source: IdentitySource): string {
  const place =
    source.sequence !== null
      ? `sequence ${source.sequence}`
      : source.deviceTime !== null
        ? `time ${source.deviceTime}`
        : `capture ${source.captureOrdinal ?? 0}`;
  return [
    'hemma-measurement-1',
    source.deviceIdentity,
    source.kind,
    place,
    toHex(source.octets),
  ].join('\n');
}
