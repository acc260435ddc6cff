/**
 * Blood pressure monitors with the Blood Pressure Service (1810): Blood Pressure Profile 1.1.1.
 * The monitor indicates every stored measurement once its indications are on.
 */
import type { Codec } from '../codec.js';
import type { GattConversation, GattProfile } from '../device.js';
import {
  bloodPressureMeasurement,
  bloodPressureStatus,
  type BloodPressureMeasurement,
  type BloodPressureStatus,
} from '../gatt/blood-pressure-measurement.js';
import { currentTime } from '../gatt/current-time.js';
import type { MedFloat } from '../medfloat.js';
import type { QuantityCode, Reading, ReadingFlag } from '../reading.js';
import { Collector } from './common/collect.js';
import { currentTimeUuid, greet, setClock, tellClock } from './common/greeting.js';
import { secondsBetween } from './common/keep-clock.js';
import {
  clockFlags,
  failed,
  flagsWhere,
  outcomeOf,
  readingOf,
  timeOf,
  valueOf,
  type Outcome,
} from './common/readings.js';
import { toMmHg } from './common/units.js';

export const bloodPressureServiceUuid = '1810';
export const bloodPressureMeasurementUuid = '2a35';

/** What a field holds when the monitor does not know the user. */
const unknownUser = 255;

export interface BloodPressureOptions {
  /** Of the measurement; default: as the specification says. */
  readonly codec?: Codec<BloodPressureMeasurement>;
  /** How long the monitor rests before indications are turned on. */
  readonly restMs?: number;
  /**
   * When the clock is set. `first`: before the indications are turned on. `on-first-time`: when the
   * monitor notifies its time after they are on, and only if it is far off (Omron).
   */
  readonly clock?: 'first' | 'on-first-time';
}

/** A clock that is this right need not be set where setting it is not part of the usual course. */
const toleratedClockErrorSeconds = 600;

function statusFlags(status: BloodPressureStatus | null): readonly ReadingFlag[] {
  if (status === null) return [];
  return flagsWhere({
    irregular_pulse: status.irregularPulseDetected,
    body_movement: status.bodyMovementDetected,
    cuff_loose: status.cuffTooLoose,
    improper_position: status.improperMeasurementPosition,
    pulse_out_of_range: status.pulseRateRange !== 'within',
  });
}

/** Status bits of the flags that have one; §3.1.1.6. A rate out of range is written as above it. */
const flagBits: Readonly<Partial<Record<ReadingFlag, number>>> = {
  body_movement: 0x01,
  cuff_loose: 0x02,
  irregular_pulse: 0x04,
  pulse_out_of_range: 0x08,
  improper_position: 0x20,
};

function outcome(measured: BloodPressureMeasurement): Outcome {
  const { systolic, diastolic, meanArterialPressure, unit } = measured;
  // An aborted run sets all three pressures to NaN and says nothing else.
  const all = [systolic, diastolic, meanArterialPressure];
  if (all.every((pressure) => pressure === 'NaN')) return failed('aborted');
  return outcomeOf(
    { systolic_bp: toMmHg(systolic, unit), diastolic_bp: toMmHg(diastolic, unit) },
    {
      mean_arterial_pressure: toMmHg(meanArterialPressure, unit),
      pulse_rate: measured.pulseRate,
    },
  );
}

function toReading(measured: BloodPressureMeasurement, octets: Uint8Array): Reading {
  return readingOf('blood_pressure', octets, {
    ...outcome(measured),
    flags: [...statusFlags(measured.status), ...clockFlags(measured.timestamp)],
    deviceTime: timeOf(measured.timestamp),
    userSlot: measured.userId === unknownUser ? null : measured.userId,
  });
}

function fromReading(reading: Reading): BloodPressureMeasurement {
  const field = (code: QuantityCode): MedFloat => valueOf(reading, code) ?? 'NaN';
  const unresolved = reading.failure !== null && reading.failure !== 'aborted';
  const bits = reading.flags.reduce((raw, flag) => raw | (flagBits[flag] ?? 0), 0);
  return {
    unit: 'mmHg',
    systolic: unresolved ? 'NRes' : field('systolic_bp'),
    diastolic: field('diastolic_bp'),
    meanArterialPressure: field('mean_arterial_pressure'),
    timestamp: reading.deviceTime,
    pulseRate: field('pulse_rate'),
    userId: reading.userSlot,
    status: bloodPressureStatus(bits),
  };
}

/** The clock of a monitor that wants it set in answer to its first notification of the time. */
async function answerTime(conversation: GattConversation, octets: Uint8Array): Promise<void> {
  const shown = timeOf(currentTime.decode(octets).dateTime);
  const now = conversation.localTime();
  if (now === null) return;
  const error = shown === null ? Infinity : Math.abs(secondsBetween(shown, now));
  if (error > toleratedClockErrorSeconds) await setClock(conversation, shown);
}

/** A blood pressure monitor; see {@link BloodPressureOptions} for what differs between makers. */
export function bloodPressure(options: BloodPressureOptions = {}): GattProfile {
  const { codec = bloodPressureMeasurement, restMs = 0, clock = 'first' } = options;
  const read = (octets: Uint8Array): Reading => toReading(codec.decode(octets), octets);
  return {
    name: 'blood-pressure',
    services: [bloodPressureServiceUuid],
    clock: clock === 'first' ? 'set' : 'set-when-told',
    read,
    write: (reading) => codec.encode(fromReading(reading)),
    async converse(conversation) {
      await greet(conversation);
      const shown = await tellClock(conversation);
      if (clock === 'first') await setClock(conversation, shown);
      // Once, and not after the first record: those that follow would have another clock.
      let answered = false;
      const collector = new Collector(conversation, {
        [bloodPressureMeasurementUuid]: (octets) => {
          answered = true;
          return conversation.take(read(octets));
        },
        [currentTimeUuid]: async (octets) => {
          if (!answered) await answerTime(conversation, octets);
          answered = true;
        },
      });
      if (restMs > 0) await conversation.wait(restMs);
      if (clock === 'on-first-time' && conversation.has(currentTimeUuid)) {
        await conversation.subscribe(currentTimeUuid);
      }
      await conversation.subscribe(bloodPressureMeasurementUuid);
      await collector.untilQuiet();
    },
  };
}
