/**
 * Continuous glucose sensors with the standard service (181F): CGM Profile 1.0.2. The records of the
 * session are asked for; each says how many minutes after the session's start it was measured.
 * Nothing is deleted, and no session is started or stopped.
 */
import { CodecRefusal } from '../codec.js';
import type { GattConversation, GattProfile } from '../device.js';
import { cgmFeature, type CgmFeature } from '../gatt/cgm-feature.js';
import { cgmMeasurement, cgmRecordsIn, type CgmRecord } from '../gatt/cgm-measurement.js';
import { cgmSessionStartTime } from '../gatt/cgm-session-start-time.js';
import { cgmStatus, type CgmStatusFlag } from '../gatt/cgm-status.js';
import { plusMinutes, type DateTime } from '../gatt/date-time.js';
import type { FailureReason, Reading } from '../reading.js';
import { Collector } from './common/collect.js';
import { greet } from './common/greeting.js';
import { optionally } from './common/optionally.js';
import {
  clockFlags,
  failed,
  flagsWhere,
  outcomeOf,
  readingOf,
  timeOf,
  valueOf,
} from './common/readings.js';
import { RecordAccess, recordAccessUuid } from './common/record-access.js';
import { mgPerDlToMmolPerL, mmolPerLToMgPerDl } from './common/units.js';

export const cgmServiceUuid = '181f';
export const cgmMeasurementUuid = '2aa7';
export const cgmFeatureUuid = '2aa8';
export const cgmStatusUuid = '2aa9';
export const cgmSessionStartUuid = '2aaa';

/** Sensor Status Annunciation: what leaves no result that could be used. */
const failures: Readonly<Partial<Record<CgmStatusFlag, FailureReason>>> = {
  sessionStopped: 'aborted',
  sensorMalfunction: 'device_fault',
  sensorTypeIncorrect: 'device_fault',
  generalDeviceFault: 'device_fault',
  resultBelowDeviceRange: 'out_of_device_range',
  resultAboveDeviceRange: 'out_of_device_range',
};
/** The bit of the octet Warning for a virtual sensor. */
const aboveDeviceRange = 1 << 23;

/** Code of control solution among the fluids (CGM Feature, type). */
const controlSolution = 10;

/** What the sensor says once for all its records. */
interface Session {
  readonly feature: CgmFeature | null;
  readonly start: DateTime | null;
}

const unknownSession: Session = { feature: null, start: null };

function outcome({ status, glucoseMgPerDl }: CgmRecord) {
  const reason = (status?.flags ?? [])
    .map((flag) => failures[flag])
    .find((failure) => failure !== undefined);
  if (reason !== undefined) return failed(reason);
  const glucose = mgPerDlToMmolPerL(glucoseMgPerDl);
  if (typeof glucose === 'number' && glucose <= 0) return failed('implausible');
  return outcomeOf({ glucose });
}

function toReading(octets: Uint8Array, { feature, start }: Session): Reading {
  const [record] = cgmMeasurement.decode(octets).records;
  if (record === undefined) throw new CodecRefusal('empty');
  // A sensor that checks its records checks all: one without a check was damaged in its flags.
  if (feature?.e2eCrc === 'valid' && record.e2eCrc !== 'valid') throw new CodecRefusal('crc');
  const { timeOffsetMinutes, status } = record;
  const startTime = timeOf(start);
  return readingOf('glucose', octets, {
    ...outcome(record),
    flags: [
      ...flagsWhere({
        control_solution: feature?.type === controlSolution,
        device_battery_low: status?.flags.includes('deviceBatteryLow'),
        time_uncertain: status?.flags.includes('timeSynchronizationRequired'),
      }),
      ...clockFlags(start),
    ],
    deviceTime: startTime === null ? null : plusMinutes(startTime, timeOffsetMinutes),
    sequence: timeOffsetMinutes,
  });
}

/** Octets of one record with this content; its number is the minutes since the session's start. */
function write(reading: Reading): Uint8Array {
  const mmolPerL = valueOf(reading, 'glucose');
  const isOutside = reading.failure === 'out_of_device_range';
  return cgmMeasurement.encode({
    records: [
      {
        glucoseMgPerDl: mmolPerL === null ? 'NaN' : mmolPerLToMgPerDl(mmolPerL),
        timeOffsetMinutes: reading.sequence ?? 0,
        status: isOutside ? { raw: aboveDeviceRange, flags: [] } : null,
        trendMgPerDlPerMin: null,
        qualityPercent: null,
        e2eCrc: 'absent',
      },
    ],
  });
}

async function sessionOf(conversation: GattConversation): Promise<Session> {
  const feature = await optionally(async () =>
    cgmFeature.decode(await conversation.read(cgmFeatureUuid)),
  );
  const start = await optionally(
    async () =>
      cgmSessionStartTime.decode(await conversation.read(cgmSessionStartUuid)).sessionStart,
  );
  return { feature, start };
}

/** The clock of the sensor: the minutes that its session has run, counted from its start. */
async function tellSessionClock(conversation: GattConversation, { start }: Session): Promise<void> {
  const startTime = timeOf(start);
  if (startTime === null || !conversation.has(cgmStatusUuid)) return;
  await optionally(async () => {
    const { timeOffsetMinutes } = cgmStatus.decode(await conversation.read(cgmStatusUuid));
    conversation.deviceClock(plusMinutes(startTime, timeOffsetMinutes));
  });
}

/** A continuous glucose sensor. */
export function cgm(): GattProfile {
  return {
    name: 'cgm',
    services: [cgmServiceUuid],
    clock: 'read',
    read: (octets) => toReading(octets, unknownSession),
    write,
    async converse(conversation) {
      await greet(conversation);
      const session = await sessionOf(conversation);
      await tellSessionClock(conversation, session);
      const store = new RecordAccess(conversation);
      const collector = new Collector(conversation, {
        [cgmMeasurementUuid]: async (octets) => {
          for (const record of [...cgmRecordsIn(octets)]) {
            await conversation.take(toReading(record, session));
          }
        },
        [recordAccessUuid]: store.handler,
      });
      store.waitWith(collector);
      await conversation.subscribe(cgmMeasurementUuid);
      await conversation.subscribe(recordAccessUuid);
      // All of them: an offset that was seen before may belong to an earlier session.
      if ((await store.count()) !== 0) await store.report();
    },
  };
}
