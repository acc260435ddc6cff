/**
 * Readings in the scan reports of IEEE 11073-20601 agents (Bluetooth Health Device Profile): blood
 * pressure monitors (11073-10407) and scales (11073-10415). Pressures and pulse rates may come in
 * separate reports and belong together by their time; the order of a list is not that of time.
 * Sources: OpenTele, Antidote.
 */
import { CodecRefusal } from '../codec.js';
import type { RecordProfile } from '../device.js';
import type { MedFloat } from '../medfloat.js';
import type { LocalDateTime, Reading } from '../reading.js';
import type { Observation } from '../serial/ieee11073-observation.js';
import { scanReport, type ScanReport } from '../serial/ieee11073-report.js';
import { failed, outcomeOf, readingOf, valueOf, type Outcome } from './common/readings.js';
import { toKg } from './common/units.js';

/** Objects of the agents' configuration: the first is what it measures, the second the pulse. */
const handle = { main: 1, pulse: 2 } as const;
/** Dimension codes of ISO/IEEE 11073-10101. */
const units: ReadonlyMap<number, 'kg' | 'lb'> = new Map([
  [0x06c3, 'kg'],
  [0x06e0, 'lb'],
]);
const kilogram = 0x06c3;
const eventTypes = { fixed: '0d1d', variable: '0d1e' } as const;
const secondsLength = 'YYYY-MM-DDTHH:MM:SS'.length;

/** The kinds of agent that are read. */
export type HdpKind = 'blood_pressure' | 'body_weight';

function timeOf({ timestamp }: Observation): LocalDateTime | null {
  return timestamp?.slice(0, secondsLength) ?? null;
}

/** Who and when: what observations that belong together have in common. */
function momentOf({ personId, timestamp }: Observation): string {
  return `${personId ?? ''} ${timestamp ?? ''}`;
}

function pressureOutcome({ values = [] }: Observation, pulse: MedFloat | null): Outcome {
  const [systolic = null, diastolic = null, mean = null] = values;
  if ([systolic, diastolic, mean].every((value) => value === 'NaN')) return failed('aborted');
  return outcomeOf(
    { systolic_bp: systolic, diastolic_bp: diastolic },
    { mean_arterial_pressure: mean, pulse_rate: pulse },
  );
}

function weightOutcome({ value, unitCode }: Observation): Outcome {
  const unit = units.get(unitCode ?? 0);
  // Without its unit a weight is none.
  if (unit === undefined) throw new CodecRefusal('unit');
  const isNumber = typeof value === 'number';
  return isNumber ? outcomeOf({ body_weight: toKg(value, unit) }) : failed('not_a_number');
}

/**
 * The readings of these reports together, in the order of their times. Refuses `unit` for a weight
 * without one that is known.
 */
export function hdpReadings(
  kind: HdpKind,
  reports: readonly { readonly report: ScanReport; readonly octets: Uint8Array }[],
): readonly Reading[] {
  const all = reports.flatMap(({ report, octets }) =>
    report.observations.map((observation) => ({ observation, octets })),
  );
  const pulses = new Map(
    all.flatMap(({ observation }) =>
      observation.handle === handle.pulse && observation.value !== undefined
        ? [[momentOf(observation), observation.value] as const]
        : [],
    ),
  );
  return all
    .filter(({ observation }) => observation.handle === handle.main)
    .map(({ observation, octets }) => {
      const pulse = pulses.get(momentOf(observation)) ?? null;
      const outcome =
        kind === 'blood_pressure'
          ? pressureOutcome(observation, pulse)
          : weightOutcome(observation);
      return readingOf(kind, octets, { ...outcome, deviceTime: timeOf(observation) });
    })
    .sort((one, other) => (one.deviceTime ?? '').localeCompare(other.deviceTime ?? ''));
}

function observationsOf(kind: HdpKind, reading: Reading): Observation[] {
  if (reading.deviceTime === null) throw new CodecRefusal('range');
  const timestamp = `${reading.deviceTime}.00`;
  if (kind === 'body_weight') {
    const value = valueOf(reading, 'body_weight') ?? 'NaN';
    return [{ handle: handle.main, value, timestamp, unitCode: kilogram }];
  }
  const pressures = ['systolic_bp', 'diastolic_bp', 'mean_arterial_pressure'] as const;
  const values = pressures.map((code): MedFloat => valueOf(reading, code) ?? 'NaN');
  const pulse = valueOf(reading, 'pulse_rate');
  return [
    { handle: handle.main, values, timestamp },
    ...(pulse === null ? [] : [{ handle: handle.pulse, value: pulse, timestamp }]),
  ];
}

/** Reports with one reading; refuses `format` for more. */
export function hdpRecords(kind: HdpKind): RecordProfile {
  return {
    name: 'hdp-records',
    clock: 'untouched',
    read: (octets) => {
      const [reading, another] = hdpReadings(kind, [{ report: scanReport.decode(octets), octets }]);
      if (reading === undefined || another !== undefined) throw new CodecRefusal('format');
      return reading;
    },
    write: (reading) =>
      scanReport.encode({
        invokeId: 0,
        confirmed: true,
        eventType: kind === 'body_weight' ? eventTypes.variable : eventTypes.fixed,
        scanReportNo: 0,
        multiPerson: false,
        observations: observationsOf(kind, reading),
      }),
  };
}
