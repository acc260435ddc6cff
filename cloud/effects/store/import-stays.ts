import { CodedError } from '@hemma/protocols/errors.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '../../database/schema.js';
import { groupBy } from '../../plans/group.js';
import { problem } from '../../plans/problems.js';
import { Refused } from '../../plans/refused.js';
import { readInpatientDays } from '../inpatient-import.js';
import type { RowOutcome } from '../inpatient-import.js';
import type { InpatientStay } from '../log.js';
import { calendar, chunksOf } from './sources.js';

/** Reasons that are told of one file: whoever reads more mends the export and not the rows. */
export const maxToldRows = 200;
/** Rows of one statement: both databases take several thousand values. */
const rowsAtOnce = 200;

/** Local days, both included. */
export interface Cover {
  readonly fromDay: number;
  readonly toDay: number;
}

export interface Imported {
  readonly cover: Cover;
  /** Stays that were not known, that are known with another discharge now, and that were known so. */
  readonly added: number;
  readonly changed: number;
  readonly known: number;
  /** Rows that say again what an earlier row of the file says. */
  readonly repeated: number;
}

interface ImportParts {
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
}

/**
 * Stores a file of inpatient days, all of it or nothing; the same file again changes nothing. `cover`
 * is the time that the file knows all stays of; without it, from its first date to its last. Throws
 * {@link Refused} `import_refused` with the code of each row that cannot be used, and what
 * {@link readInpatientDays} throws.
 */
export async function importInpatientDays(
  { db, clock }: ImportParts,
  octets: Uint8Array,
  cover: Cover | null,
): Promise<Imported> {
  const now = clock.wall().ms;
  return db.transaction().execute(async (trx) => {
    const patients = await trx.selectFrom('patients').select('ref').execute();
    const refs = new Set(patients.map((it) => it.ref));
    const context = { isPatient: (ref: string) => refs.has(ref), today: calendar.dayOf(now) };
    const outcomes = readInpatientDays(octets, context);
    mustBeUsable(outcomes);
    const stays = stayed(outcomes);
    const covered = cover ?? coverOf(stays);
    const written = await writeStays(trx, stays);
    await trx
      .insertInto('inpatient_covers')
      .values({ from_day: covered.fromDay, to_day: covered.toDay, imported_at: now })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const repeated = outcomes.filter((it) => it.outcome === 'refused').length;
    return { cover: covered, ...written, repeated };
  });
}

/** A row that is there twice is no fault of the others. */
function mustBeUsable(outcomes: readonly RowOutcome[]): void {
  const refused = outcomes.flatMap((it) =>
    it.outcome === 'refused' && it.code !== 'stay_repeated' ? [it] : [],
  );
  if (refused.length === 0) return;
  const told = refused.slice(0, maxToldRows).map(({ line, code, column }) => {
    const path = column === null ? `line ${line}` : `line ${line}, ${column}`;
    return problem(code, path);
  });
  const rows = refused.length === 1 ? '1 row' : `${refused.length} rows`;
  throw new Refused(
    'import_refused',
    told,
    `${rows} of ${outcomes.length} cannot be used: nothing of the file was stored.`,
  );
}

/** Of two stays for the same from the same day on, the longer one: it holds the days of the other. */
function stayed(outcomes: readonly RowOutcome[]): readonly InpatientStay[] {
  const stays = outcomes.flatMap((it) => (it.outcome === 'accepted' ? [it.stay] : []));
  return [...groupBy(stays, keyOf).values()].flatMap((same) =>
    same.toSorted((a, b) => (b.toDay ?? Infinity) - (a.toDay ?? Infinity)).slice(0, 1),
  );
}

function keyOf({ patient, fromDay, mainDiagnosis }: InpatientStay): string {
  return `${patient} ${fromDay} ${mainDiagnosis}`;
}

function coverOf(stays: readonly InpatientStay[]): Cover {
  if (stays.length === 0)
    throw new CodedError(
      'request_invalid',
      'The file has no stays: say from when to when it knows that there were none.',
    );
  return stays.reduce<Cover>(
    (all, { fromDay, toDay }) => ({
      fromDay: Math.min(all.fromDay, fromDay),
      toDay: Math.max(all.toDay, toDay ?? fromDay),
    }),
    { fromDay: Infinity, toDay: -Infinity },
  );
}

async function writeStays(trx: Transaction<Tables>, stays: readonly InpatientStay[]) {
  const counts = { added: 0, changed: 0, known: 0 };
  for (const chunk of chunksOf(stays, rowsAtOnce)) {
    const known = await knownStays(trx, chunk);
    for (const stay of chunk) {
      const before = known.get(keyOf(stay));
      if (before === undefined) counts.added += 1;
      else if (before.toDay === stay.toDay) counts.known += 1;
      else counts.changed += 1;
    }
    await trx
      .insertInto('inpatient_stays')
      .values(
        chunk.map((it) => ({
          ...{ patient: it.patient, from_day: it.fromDay, to_day: it.toDay },
          diagnosis: it.mainDiagnosis,
        })),
      )
      .onConflict((conflict) =>
        conflict
          .columns(['patient', 'from_day', 'diagnosis'])
          .doUpdateSet((eb) => ({ to_day: eb.ref('excluded.to_day') })),
      )
      .execute();
  }
  return counts;
}

async function knownStays(
  trx: Transaction<Tables>,
  stays: readonly InpatientStay[],
): Promise<ReadonlyMap<string, InpatientStay>> {
  const rows = await trx
    .selectFrom('inpatient_stays')
    .selectAll()
    .where('patient', 'in', [...new Set(stays.map((it) => it.patient))])
    .execute();
  const known = rows.map((it) => ({
    ...{ patient: it.patient, fromDay: it.from_day, toDay: it.to_day },
    mainDiagnosis: it.diagnosis,
  }));
  return new Map(known.map((it) => [keyOf(it), it]));
}
