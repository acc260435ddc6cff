import { toHex } from '@hemma/protocols/bytes.js';
import type { Reading } from '@hemma/protocols/reading.js';
import { measurementSchema } from '@hemma/protocols/wire/measurement.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { stamped } from '@hemma/simulators/devices/common/model.js';
import type { Taken } from '@hemma/simulators/devices/common/model.js';
import type { JournalRow } from './cloud-process.js';
import type { PlacedDevice } from './radio.js';

/** What the devices recorded, and whether the journal says the same. */

/** Two readings of one device are never closer: the limit of the house for "stay two". */
const apartMs = 40_000;

/** The n-th reading of a device; every third one equals the one before it. */
function taken(model: string, n: number): Taken {
  const step = n - (n % 3 === 2 ? 1 : 0);
  switch (true) {
    case model.includes('glucose'):
      return {
        kind: 'glucose',
        values: [{ code: 'glucose', value: 4 + (step % 80) / 10 }],
        context: n % 4 === 1 ? { glucose_meal: 'fasting' } : {},
      };
    case model.includes('scale'):
      return {
        kind: 'body_weight',
        values: [{ code: 'body_weight', value: 70 + (step % 90) / 10 }],
      };
    case model.includes('thermometer'):
      return {
        kind: 'body_temperature',
        values: [{ code: 'body_temperature', value: 36 + (step % 20) / 10 }],
      };
    case model.includes('pressure'):
      return {
        kind: 'blood_pressure',
        values: [
          { code: 'systolic_bp', value: 110 + (step % 30) },
          { code: 'diastolic_bp', value: 70 + (step % 10) },
          { code: 'mean_arterial_pressure', value: 85 + (step % 20) },
          { code: 'pulse_rate', value: 60 + (step % 20) },
        ],
      };
    default:
      return {
        kind: 'spo2',
        values: [
          { code: 'spo2', value: 92 + (step % 8) },
          { code: 'pulse_rate', value: 60 + (step % 20) },
        ],
      };
  }
}

/** A record of one device, in the words that its identity is made of. */
export interface RecordedReading {
  readonly device: string;
  readonly sequence: number | null;
  readonly deviceTime: string | null;
  readonly octets: string;
  /** What the octets mean: values, or the reason why there are none. */
  readonly values: string;
  readonly context: string;
}

/** Somebody measures with virtual devices; keeps the book of what the devices recorded. */
export class Patient {
  readonly recorded: RecordedReading[] = [];
  readonly #counts = new Map<PlacedDevice, number>();
  readonly #startMs = Date.now() - 30 * 86_400_000;

  /** One more reading, dated well apart from the one before. */
  measure(device: PlacedDevice): void {
    const n = this.#counts.get(device) ?? 0;
    this.#counts.set(device, n + 1);
    this.note(device, record(device, taken(device.model, n), this.#startMs + n * apartMs));
  }

  /** One more reading, at this very moment by the right time. */
  measureNow(device: PlacedDevice): void {
    this.note(device, record(device, taken(device.model, this.recorded.length), Date.now()));
  }

  /** Enters a reading that the device gave back into the book. */
  note({ address }: PlacedDevice, reading: Reading): void {
    const { sequence, deviceTime, octets, context } = reading;
    this.recorded.push({
      device: `ble:${address}`,
      sequence,
      deviceTime,
      octets: toHex(octets),
      values: valuesText(reading),
      context: JSON.stringify(context),
    });
  }
}

function valuesText({ values, failure }: Pick<Reading, 'values' | 'failure'>): string {
  return failure ?? values.map(({ code, value }) => `${code} ${value}`).join(', ');
}

/** Oximeters get their spot checks straight into the memory: a run would take half a minute. */
function record({ virtual }: PlacedDevice, taken: Taken, atMs: number): Reading {
  const { profile, kind } = virtual.device;
  if (kind !== 'pulse_oximeter') {
    const reading = virtual.record(taken, atMs);
    return { ...reading, context: taken.context ?? {} };
  }
  const stamp = { deviceTime: virtual.deviceClock.at(atMs), sequence: null };
  const reading = stamped(taken, profile, stamp);
  virtual.store.add(reading);
  virtual.wake();
  return reading;
}

export function measurementOf({ text }: JournalRow): Measurement {
  return measurementSchema.parse(JSON.parse(text));
}

/** The records as the journal has them. */
export function journalled(rows: readonly JournalRow[]): readonly RecordedReading[] {
  return rows.map((row) => {
    const measurement = measurementOf(row);
    const { device, time, octets, context } = measurement;
    return {
      device: device.identity,
      sequence: device.sequence,
      deviceTime: time.device,
      octets,
      values: valuesText(measurement),
      context: JSON.stringify(context),
    };
  });
}

/** In an order of their own, so that lists can be compared. */
export function sorted(readings: readonly RecordedReading[]): readonly RecordedReading[] {
  const key = (one: RecordedReading): string =>
    [one.device, one.sequence ?? '', one.deviceTime ?? '', one.octets].join(' ');
  return readings.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
