import { fitsTogether } from '@hemma/protocols/ranges.js';
import type { QuantityCode, ReadingKind } from '@hemma/protocols/reading.js';
import type { ReadingFlag } from '@hemma/protocols/reading.js';
import type { Catalogue } from '../catalogue.js';
import type { PastMeasurement } from '../journal/journal.js';
import { rounded } from '../plans/decimal.js';
import type { PatientReading } from '../plans/record.js';
import { MAX_AGE_MS } from './reach.js';

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

/** The meter was checked, or nobody knows when it was or whose: shown, but it never counts (§3.2). */
const flagsThatNeverCount: readonly ReadingFlag[] = [
  'control_solution',
  'time_uncertain',
  'owner_unconfirmed',
];

/**
 * An entry of the journal as rules look at it, values rounded as they are shown (monitoring plans
 * §3); null when nothing of it counts.
 */
export function accept(
  { id, measuredAt: at, receivedAt, measurement }: PastMeasurement,
  catalogue: Catalogue,
): PatientReading | null {
  const { failure, flags, kind, values, context } = measurement;
  if (failure !== null || receivedAt - at > MAX_AGE_MS) return null;
  if (flags.some((flag) => flagsThatNeverCount.includes(flag))) return null;
  const counting = values.flatMap(({ code, value }) => {
    const shown = shownValue(code, value, catalogue);
    return shown === null ? [] : [{ code, value: shown }];
  });
  // A gateway marks such a run as failed; one of another make, or an older one, may not.
  if (counting.length === 0 || !fitsTogether(counting)) return null;
  const shown = Object.fromEntries(counting.map(({ code, value }) => [code, value]));
  const deviceKind = flags.includes('entered_by_hand') ? null : deviceKinds[kind];
  return { id, at, receivedAt, flags, context, values: shown, deviceKind };
}

/** Rounded half up to the decimals of the catalogue; null outside the hard limits (§3.1, §3.4). */
function shownValue(code: QuantityCode, value: number, catalogue: Catalogue): number | null {
  const quantity = catalogue.quantities.get(code);
  if (quantity === undefined || value < quantity.hardMin || value > quantity.hardMax) return null;
  return rounded(value, quantity.decimals);
}
