/** What the values of one connection mean together: records, attempts, a weighing. */
import { fromHex, toHex } from '../bytes.js';
import { CodecRefusal } from '../codec.js';
import type { MedFloat } from '../medfloat.js';
import {
  bloodPressureMeasurement,
  type BloodPressureMeasurement,
} from './blood-pressure-measurement.js';
import {
  bodyCompositionMeasurement,
  type BodyCompositionMeasurement,
} from './body-composition-measurement.js';
import type { DateTime } from './date-time.js';
import { glucoseMeasurement, type GlucoseMeasurement } from './glucose-measurement.js';
import { plxSpotCheckMeasurement } from './plx-spot-check-measurement.js';
import { recordAccessControlPoint } from './record-access-control-point.js';
import { RecordTransfer } from './record-transfer.js';
import { temperatureMeasurement } from './temperature-measurement.js';
import { weightMeasurement, type WeightMeasurement } from './weight-measurement.js';

/** One value in the order of the connection; `write` is what the gateway sends. */
export interface SequenceStep {
  readonly uuid: string;
  readonly op: string;
  readonly hex: string;
}

/** A weighing: the weight, and what a composition in the same connection adds to it. */
interface Weighing {
  weightKg: number | null;
  userId: number | null;
  timestamp: DateTime | null;
  bodyFatPercentage: number | null;
}

const kgPerLb = 0.45359237;
/** Two decimals say more than the 0.01 lb that a scale sends. */
const weightScale = 100;

function kilograms({ weight, unit }: WeightMeasurement): number | null {
  if (weight === null || unit === 'kg') return weight;
  return Math.round(weight * kgPerLb * weightScale) / weightScale;
}

function sameUser(one: number | null, other: number | null): boolean {
  return one === null || other === null || one === other;
}

/** A number that can be a measurement: not a reserved code, not the zero of an empty field. */
function measured(value: MedFloat | null): number | null {
  return typeof value === 'number' && value > 0 ? value : null;
}

/** An assigned characteristic in full, as many tools log it. */
const assignedUuid = /^0000([0-9a-f]{4})-0000-1000-8000-00805f9b34fb$/;

/** The four digits of an assigned UUID, however it is written; any other UUID in lower case. */
function shortUuid(uuid: string): string {
  const lower = uuid.toLowerCase();
  return assignedUuid.exec(lower)?.[1] ?? lower;
}

class Connection {
  readonly #transfer = new RecordTransfer();
  readonly #seen = new Set<string>();
  readonly #records: object[] = [];
  readonly #valid: object[] = [];
  readonly #weighings: Weighing[] = [];
  #failedAttempts = 0;
  #refused = 0;
  #usesRecordAccess = false;
  #hasAttempts = false;

  step(step: SequenceStep): void {
    try {
      this.#take(step);
    } catch (error) {
      if (!(error instanceof CodecRefusal)) throw error;
      this.#refused += 1;
    }
  }

  /** The meaning of all steps so far; only the parts that the connection was about. */
  meaning(): object {
    const hasRecords = this.#records.length > 0 || (this.#usesRecordAccess && !this.#hasAttempts);
    const hasFailures = this.#hasAttempts || this.#failedAttempts > 0;
    return {
      ...(this.#usesRecordAccess && { state: this.#transfer.state }),
      ...(hasRecords && { records: this.#records }),
      ...(this.#hasAttempts && { valid: this.#valid }),
      ...(hasFailures && { failedAttempts: this.#failedAttempts }),
      ...(this.#weighings.length > 1 ? { weighings: this.#weighings } : this.#weighings[0]),
      ...(this.#refused > 0 && { refused: this.#refused }),
    };
  }

  #take({ uuid: name, op, hex }: SequenceStep): void {
    const uuid = shortUuid(name);
    const octets = fromHex(hex);
    if (uuid === '2a52') {
      this.#usesRecordAccess = true;
      this.#transfer.step(recordAccessControlPoint.decode(octets));
    } else if (op !== 'write') {
      this.#measurement(uuid, octets);
    }
  }

  #measurement(uuid: string, octets: Uint8Array): void {
    switch (uuid) {
      case '2a18':
        this.#glucose(glucoseMeasurement.decode(octets), octets);
        break;
      case '2a35':
        this.#bloodPressure(bloodPressureMeasurement.decode(octets), octets);
        break;
      case '2a5e': {
        const { spo2, pulseRate, timestamp } = plxSpotCheckMeasurement.decode(octets);
        const reading = { spo2, pulseRate: measured(pulseRate), timestamp };
        this.#attempt(timestamp, measured(spo2) === null ? null : reading, octets);
        break;
      }
      case '2a1c': {
        const { unit, temperature, timestamp } = temperatureMeasurement.decode(octets);
        const reading = { unit, temperature, timestamp };
        this.#attempt(timestamp, measured(temperature) === null ? null : reading, octets);
        break;
      }
      case '2a9d':
        this.#weight(weightMeasurement.decode(octets), octets);
        break;
      case '2a9c':
        this.#composition(bodyCompositionMeasurement.decode(octets));
    }
  }

  /** Whether the same octets came before: sent again because an acknowledgement was lost. */
  #isRepeat(octets: Uint8Array): boolean {
    const key = toHex(octets);
    if (this.#seen.has(key)) return true;
    this.#seen.add(key);
    return false;
  }

  #glucose(value: GlucoseMeasurement, octets: Uint8Array): void {
    if (this.#isRepeat(octets)) return;
    this.#transfer.record();
    const { sequenceNumber, mgPerDl = null, mmolPerL = null } = value;
    if (measured(mgPerDl) !== null) this.#records.push({ sequenceNumber, mgPerDl });
    else if (measured(mmolPerL) !== null) this.#records.push({ sequenceNumber, mmolPerL });
    else this.#failedAttempts += 1;
  }

  #bloodPressure(value: BloodPressureMeasurement, octets: Uint8Array): void {
    const { unit, systolic, diastolic, pulseRate, timestamp } = value;
    const isValid = measured(systolic) !== null && measured(diastolic) !== null;
    const reading = { systolic, diastolic, pulseRate: measured(pulseRate), timestamp };
    const inItsUnit = unit === 'kPa' ? { ...reading, unit } : reading;
    this.#attempt(timestamp, isValid ? inItsUnit : null, octets);
  }

  #attempt(timestamp: DateTime | null, valid: object | null, octets: Uint8Array): void {
    // Without a time stamp, equal octets may be two measurements.
    if (timestamp !== null && this.#isRepeat(octets)) return;
    this.#transfer.record();
    this.#hasAttempts = true;
    if (valid === null) this.#failedAttempts += 1;
    else this.#valid.push(valid);
  }

  #weight(value: WeightMeasurement, octets: Uint8Array): void {
    const { timestamp, userId } = value;
    if (timestamp !== null && this.#isRepeat(octets)) return;
    const weightKg = measured(kilograms(value));
    if (weightKg === null) this.#failedAttempts += 1;
    else this.#weighings.push({ weightKg, userId, timestamp, bodyFatPercentage: null });
  }

  /** Belongs to the weight before it, unless it names another user. Empty ones (fat 0) occur. */
  #composition(value: BodyCompositionMeasurement): void {
    const { userId, timestamp } = value;
    const bodyFatPercentage = measured(value.bodyFatPercentage);
    const last = this.#weighings.at(-1);
    if (last === undefined || !sameUser(last.userId, userId)) {
      this.#weighings.push({ weightKg: null, userId, timestamp, bodyFatPercentage });
      return;
    }
    last.bodyFatPercentage ??= bodyFatPercentage;
    last.userId ??= userId;
    last.timestamp ??= timestamp;
  }
}

/**
 * Decodes the values of one connection together. Blood pressure, oximetry and temperature give
 * `valid` and `failedAttempts`, glucose gives `records` with the `state` of their transfer, a scale
 * one weighing (or `weighings`). Values that their codec refuses are counted as `refused`.
 */
export function decodeSequence(steps: readonly SequenceStep[]): unknown {
  const connection = new Connection();
  for (const step of steps) connection.step(step);
  return connection.meaning();
}
