import type { QuantityCode, ReadingFlag, ReadingKind } from '@hemma/protocols/reading.js';
import type { Catalogue } from '../catalogue.js';
import type { JournalEntry } from '../journal/journal.js';
import type { Calendar } from '../plans/calendar.js';
import { decimal, roundHalfUp } from '../plans/decimal.js';

/** A measurement as rules look at it: values rounded as they are shown (monitoring plans §3). */
export interface JudgedReading {
  readonly id: string;
  /** When it was measured and when the cloud had it, milliseconds since 1970 UTC. */
  readonly at: number;
  readonly receivedAt: number;
  /** Local calendar day, and minutes after local midnight. */
  readonly day: number;
  readonly minute: number;
  readonly values: Readonly<Partial<Record<QuantityCode, number>>>;
  /** Catalogue id; tells the pulse of a cuff from that of an oximeter. */
  readonly deviceKind: string;
}

const deviceKinds: Readonly<Record<ReadingKind, string>> = {
  blood_pressure: 'bp_monitor',
  body_weight: 'scale',
  body_composition: 'body_composition',
  spo2: 'pulse_oximeter',
  glucose: 'glucose_meter',
  body_temperature: 'thermometer',
  heart_rate: 'activity_tracker',
  spirometry: 'spirometer',
};

/** The meter was checked, or nobody knows when it was: shown, but it never counts (§3.2). */
const flagsThatNeverCount: readonly ReadingFlag[] = ['control_solution', 'time_uncertain'];

/** What counts of an entry of the journal; null when nothing does. */
export function accept(
  entry: JournalEntry,
  catalogue: Catalogue,
  calendar: Calendar,
): JudgedReading | null {
  const { failure, flags, kind, values } = entry.measurement;
  if (failure !== null || flags.some((flag) => flagsThatNeverCount.includes(flag))) return null;
  const counting = values.flatMap(({ code, value }) => {
    const shown = shownValue(code, value, catalogue);
    return shown === null ? [] : [[code, shown] as const];
  });
  if (counting.length === 0) return null;
  return {
    id: entry.id,
    at: entry.measuredAt,
    receivedAt: entry.receivedAt,
    day: calendar.dayOf(entry.measuredAt),
    minute: calendar.minuteOf(entry.measuredAt),
    values: Object.fromEntries(counting),
    deviceKind: deviceKinds[kind],
  };
}

/** Rounded half up to the decimals of the catalogue; null outside the hard limits (§3.1, §3.4). */
function shownValue(code: QuantityCode, value: number, catalogue: Catalogue): number | null {
  const quantity = catalogue.quantities.get(code);
  if (quantity === undefined || value < quantity.hardMin || value > quantity.hardMax) return null;
  return roundHalfUp(decimal(value), quantity.decimals).toNumber();
}
