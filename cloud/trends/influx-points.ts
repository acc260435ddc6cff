import { createHash } from 'node:crypto';
import { FieldType } from 'influx';
import type { IPoint, ISchemaOptions } from 'influx';
import { quantityUnits } from '@hemma/protocols/reading.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { flagsToText } from './rows.js';

/**
 * How a measurement lies in InfluxDB: one measurement name per quantity code, and `failed_attempt`.
 * Points with equal name, tags and time overwrite each other there, by design; the time below the
 * millisecond comes from the record's id, so that only the same record does.
 */

export const failedAttempt = 'failed_attempt';
const tags = ['patient', 'model', 'device'];

export function influxSchema(database: string): ISchemaOptions[] {
  const common = {
    id: FieldType.STRING,
    uncertainty_ms: FieldType.INTEGER,
    flags: FieldType.STRING,
  };
  const quantities = Object.keys(quantityUnits).map((measurement) => ({
    database,
    measurement,
    tags,
    fields: { ...common, value: FieldType.FLOAT },
  }));
  const failures = {
    database,
    measurement: failedAttempt,
    tags: [...tags, 'kind'],
    fields: { ...common, reason: FieldType.STRING },
  };
  return [...quantities, failures];
}

/** Every value of a measurement as a point; a failed attempt gives exactly one. */
export function toInfluxPoints(measurement: Measurement): IPoint[] {
  const timestamp = influxTime(measurement.time.measuredAt, measurement.id);
  const tags = {
    patient: tagValue(measurement.patient),
    model: tagValue(measurement.device.model),
    device: deviceDigest(measurement.device.identity),
  };
  const common = {
    id: measurement.id,
    uncertainty_ms: measurement.time.uncertaintyMs,
    flags: flagsToText(measurement.flags),
  };
  if (measurement.failure !== null) {
    const fields = { ...common, reason: measurement.failure };
    return [
      {
        measurement: failedAttempt,
        tags: { ...tags, kind: measurement.kind },
        fields,
        timestamp,
      },
    ];
  }
  return measurement.values.map(({ code, value }) => ({
    measurement: code,
    tags,
    fields: { ...common, value },
    timestamp,
  }));
}

/** Hex digits of an id that place it within its millisecond: more than a million places. */
const placeDigits = 8;

/**
 * Nanoseconds since 1970 as InfluxDB wants them: the millisecond, then a place within it that follows
 * from the id and keeps the order of ids.
 */
export function influxTime(ms: number, id: string): string {
  const place = (BigInt(`0x${id.slice(0, placeDigits)}`) * 1_000_000n) >> 32n;
  return String(BigInt(ms) * 1_000_000n + place);
}

/** A device's address may point at a person: only a digest of it leaves the journal. */
export function deviceDigest(identity: string): string {
  return createHash('sha256').update(identity).digest('hex').slice(0, 16);
}

/**
 * The client escapes comma, space and equals sign. The line protocol has no way to write a control
 * character, a backslash before a separator, or nothing at all: those become an underscore.
 */
function tagValue(text: string): string {
  return text === '' ? '_' : text.replaceAll(/[\p{Cc}\\]/gu, '_');
}
