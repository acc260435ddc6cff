import type { Transaction } from 'kysely';
import type { Tables } from '../database/schema.js';
import type { JournalEntry } from '../journal/journal.js';

/**
 * Keeps when each patient last measured; an older reading that comes late changes nothing. An attempt
 * without a value and a check of the meter are no measurements of the patient.
 */
export async function saveLatest(
  trx: Transaction<Tables>,
  entries: readonly JournalEntry[],
): Promise<void> {
  const latest = new Map<string, number>();
  for (const { patient, measuredAt, measurement } of entries)
    if (measurement.failure === null && !measurement.flags.includes('control_solution'))
      latest.set(patient, Math.max(measuredAt, latest.get(patient) ?? 0));
  if (latest.size === 0) return;
  const rows = [...latest].map(([patient, measured_at]) => ({ patient, measured_at }));
  await trx
    .insertInto('latest_measurements')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .column('patient')
        .doUpdateSet((eb) => ({ measured_at: eb.ref('excluded.measured_at') }))
        .whereRef('latest_measurements.measured_at', '<', 'excluded.measured_at'),
    )
    .execute();
}
