import { CodedError } from '@hemma/protocols/errors.js';
import type { Kysely } from 'kysely';
import type { Tables } from '../../database/schema.js';
import type { Heartbeat, Inpatient } from '../log.js';
import type { Span } from '../period.js';
import { chunksOf } from './sources.js';

/** Ten minutes a week in the views of 4,000 patients for a year. */
export const maxHeartbeats = 2_000_000;
/** Patients in one statement. */
const patientsAtOnce = 500;
/** Imports of a week each for forty years. */
const maxCovers = 2_000;

/**
 * All signs of life of the period, whoever it is about: work with one patient ends where that with
 * another begins. Null as long as no page has ever told of one. Index: primary key.
 */
export async function readHeartbeats(
  db: Kysely<Tables>,
  { fromAt, untilAt }: Span,
  limit = maxHeartbeats,
): Promise<readonly Heartbeat[] | null> {
  const rows = await db
    .selectFrom('heartbeats')
    .select(['staff', 'patient', 'at'])
    .where('at', '>=', fromAt)
    .where('at', '<', untilAt)
    .orderBy('at')
    .limit(limit + 1)
    .execute();
  if (rows.length > limit)
    throw new CodedError(
      'request_invalid',
      'There is too much timed work: ask for a shorter time.',
    );
  if (rows.length > 0) return rows;
  const ever = await db.selectFrom('heartbeats').select('at').limit(1).executeTakeFirst();
  return ever === undefined ? null : [];
}

/** The stays of these patients; null before the first import. */
export async function readInpatient(
  db: Kysely<Tables>,
  patients: readonly string[],
): Promise<Inpatient | null> {
  const covers = await db
    .selectFrom('inpatient_covers')
    .select(['from_day', 'to_day'])
    .orderBy('to_day', 'desc')
    .limit(maxCovers)
    .execute();
  const covered = newestWhole(covers);
  if (covered === null) return null;
  const stays: Inpatient['stays'][] = [];
  for (const chunk of chunksOf(patients, patientsAtOnce)) {
    const rows = await db
      .selectFrom('inpatient_stays')
      .selectAll()
      .where('patient', 'in', chunk)
      .execute();
    stays.push(
      rows.map((it) => ({
        ...{ patient: it.patient, fromDay: it.from_day, toDay: it.to_day },
        mainDiagnosis: it.diagnosis,
      })),
    );
  }
  return { ...covered, stays: stays.flat() };
}

interface Cover {
  readonly from_day: number;
  readonly to_day: number;
}

/** The newest time without a hole; what is before a hole is not known as a whole. */
function newestWhole(covers: readonly Cover[]) {
  const [newest, ...older] = covers.toSorted((a, b) => b.to_day - a.to_day);
  if (newest === undefined) return null;
  let coversFrom = newest.from_day;
  for (const { from_day, to_day } of older)
    if (to_day >= coversFrom - 1) coversFrom = Math.min(coversFrom, from_day);
  return { coversFrom, coversTo: newest.to_day };
}
