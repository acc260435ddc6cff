import { createHash } from 'node:crypto';
import { identityText } from '@hemma/protocols/wire/measurement.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import type { Journal, JournalEntry } from '@hemma/cloud/journal/journal.js';
import type { QuantityCode } from '@hemma/protocols/reading.js';

type Values = Partial<Record<QuantityCode, number>>;
type Changes = Omit<Partial<Measurement>, 'values' | 'id' | 'time' | 'device'> & {
  readonly at?: number;
  readonly values?: Values;
  readonly time?: Partial<Measurement['time']>;
  readonly device?: Partial<Measurement['device']>;
};

/** 2026-01-15 08:00 UTC, when the manual clock starts. */
export const someMorning = Date.UTC(2026, 0, 15, 8, 0, 0);

/** Numbers of the devices' own records: two calls never give the same record by accident. */
let record = 0;

/** A measurement as a gateway sends it, with an identity that follows from its content. */
export function aMeasurement(changes: Changes = {}): Measurement {
  const { at = someMorning, values = { systolic_bp: 128, diastolic_bp: 82 }, ...rest } = changes;
  const kind = changes.kind ?? 'blood_pressure';
  const device = {
    model: 'and-ua-651ble',
    identity: 'ble:00:09:1f:00:00:01',
    sequence: (record += 1),
    captureOrdinal: null,
    userSlot: null,
    ...changes.device,
  };
  const octets = changes.octets ?? '0680004e00';
  const time = {
    device: null,
    deviceOffsetMs: null,
    monotonicMs: 1_000,
    bootId: 'boot-1',
    wallMs: at,
    wallTrust: 'synced' as const,
    measuredAt: at,
    uncertaintyMs: 1_000,
    ...changes.time,
  };
  return {
    failure: null,
    flags: [],
    context: {},
    patient: 'p-00000001',
    companionOctets: '',
    ...rest,
    id: idOf(kind, device, time.device, octets),
    kind,
    values: valuesOf(changes.failure == null ? values : {}),
    device,
    time,
    octets,
  };
}

function valuesOf(values: Values): Measurement['values'] {
  const codes = Object.keys(values) as QuantityCode[]; // keys of a record whose keys are codes
  return codes.map((code) => ({ code, value: values[code] ?? 0 }));
}

function idOf(
  kind: Measurement['kind'],
  device: Measurement['device'],
  deviceTime: string | null,
  octets: string,
): string {
  const { identity, sequence, captureOrdinal } = device;
  const source = { kind, deviceIdentity: identity, sequence, deviceTime, captureOrdinal };
  const text = identityText({ ...source, octets: Buffer.from(octets, 'hex') });
  return createHash('sha256').update(text).digest('hex');
}

/** Measurements as a follower gets them: numbered from 1, received when they were measured. */
export function journalEntries(
  measurements: readonly Measurement[],
  receivedAt?: number,
): JournalEntry[] {
  return measurements.map((measurement, i) => ({
    position: i + 1,
    gateway: 'gw-test',
    ledger: '0'.repeat(32),
    seq: i + 1,
    id: measurement.id,
    patient: measurement.patient,
    kind: measurement.kind,
    measuredAt: measurement.time.measuredAt,
    receivedAt: receivedAt ?? measurement.time.measuredAt,
    measurement,
    text: JSON.stringify(measurement),
  }));
}

/** Puts measurements into a journal, received when they were measured, and gives their entries. */
export async function journalled(
  journal: Journal,
  measurements: readonly Measurement[],
  receivedAt?: number,
): Promise<readonly JournalEntry[]> {
  const before = await journal.head();
  for (const entry of journalEntries(measurements, receivedAt)) {
    const seq = (await journal.head()) + 1;
    const batch = { receivedAt: entry.receivedAt, entries: [{ ...entry, seq }] };
    await journal.append([], () => ({ ...batch, gaps: [], refusals: [], marks: [] }));
  }
  return journal.readFrom(before, measurements.length);
}
