import type { Insertable, Kysely } from 'kysely';
import { CodedError } from '@hemma/protocols/errors.js';
import type { QuantityCode } from '@hemma/protocols/reading.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { isUnavailable } from '../database/faults.js';
import { RowStatement } from '../database/row-statement.js';
import type { Tables } from '../database/schema.js';
import { boundNewest, flagsToText, toFailure, toPoint } from './rows.js';
import type { Bounded, FailedAttempt, TrendPoint, TrendQuery, Trends } from './trends.js';

type PointRow = Insertable<Tables['trend_points']>;
type FailureRow = Insertable<Tables['trend_failures']>;

/** Time series in the SQL store: the default, nothing else to run. */
export class SqlTrends implements Trends {
  readonly #db: Kysely<Tables>;
  readonly #statements: ReturnType<typeof statements>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
    this.#statements = statements(db);
  }

  async write(measurements: readonly Measurement[]): Promise<void> {
    const points = unique(measurements.flatMap(toPointRows), (row) => `${row.id} ${row.code}`);
    const failures = unique(measurements.flatMap(toFailureRows), (row) => row.id);
    await asking(() =>
      this.#db.transaction().execute(async (trx) => {
        await this.#statements.points.run(trx, points);
        await this.#statements.failures.run(trx, failures);
      }),
    );
  }

  async read(query: TrendQuery & { code: QuantityCode }): Promise<Bounded<TrendPoint>> {
    const rows = await asking(() => pointsNewestFirst(this.#db, query).execute());
    return boundNewest(rows.map(toPoint), query.limit);
  }

  async readFailures(query: TrendQuery): Promise<Bounded<FailedAttempt>> {
    const rows = await asking(() => failuresNewestFirst(this.#db, query).execute());
    return boundNewest(rows.map(toFailure), query.limit);
  }

  async clear(): Promise<void> {
    await asking(async () => {
      await this.#db.deleteFrom('trend_points').execute();
      await this.#db.deleteFrom('trend_failures').execute();
    });
  }

  async count(): Promise<number> {
    const { points, failures } = await asking(() =>
      this.#db
        .selectNoFrom((eb) => [
          eb.selectFrom('trend_points').select(eb.fn.countAll<number>().as('n')).as('points'),
          eb.selectFrom('trend_failures').select(eb.fn.countAll<number>().as('n')).as('failures'),
        ])
        .executeTakeFirstOrThrow(),
    );
    return (points ?? 0) + (failures ?? 0);
  }
}

/** Walks the primary key backwards, one row further than the limit. */
export function pointsNewestFirst(db: Kysely<Tables>, query: TrendQuery & { code: QuantityCode }) {
  return db
    .selectFrom('trend_points')
    .select(['id', 'at', 'value', 'uncertainty_ms', 'flags'])
    .where('patient', '=', query.patient)
    .where('code', '=', query.code)
    .where('at', '>=', query.fromMs)
    .where('at', '<=', query.toMs)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit + 1);
}

/** Walks the primary key backwards, one row further than the limit. */
export function failuresNewestFirst(db: Kysely<Tables>, query: TrendQuery) {
  return db
    .selectFrom('trend_failures')
    .select(['id', 'at', 'kind', 'reason', 'uncertainty_ms', 'flags'])
    .where('patient', '=', query.patient)
    .where('at', '>=', query.fromMs)
    .where('at', '<=', query.toMs)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit + 1);
}

function statements(db: Kysely<Tables>) {
  return {
    points: new RowStatement<PointRow>((rows) => upsertPoints(db, rows), Object.values),
    failures: new RowStatement<FailureRow>((rows) => upsertFailures(db, rows), Object.values),
  };
}

function upsertPoints(db: Kysely<Tables>, rows: readonly PointRow[]) {
  return db
    .insertInto('trend_points')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['patient', 'code', 'at', 'id']).doUpdateSet((eb) => ({
        value: eb.ref('excluded.value'),
        uncertainty_ms: eb.ref('excluded.uncertainty_ms'),
        flags: eb.ref('excluded.flags'),
      })),
    );
}

function upsertFailures(db: Kysely<Tables>, rows: readonly FailureRow[]) {
  return db
    .insertInto('trend_failures')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['patient', 'at', 'id']).doUpdateSet((eb) => ({
        reason: eb.ref('excluded.reason'),
        uncertainty_ms: eb.ref('excluded.uncertainty_ms'),
        flags: eb.ref('excluded.flags'),
      })),
    );
}

function commonColumns(measurement: Measurement) {
  return {
    id: measurement.id,
    patient: measurement.patient,
    at: measurement.time.measuredAt,
    uncertainty_ms: measurement.time.uncertaintyMs,
    flags: flagsToText(measurement.flags),
  };
}

function toPointRows(measurement: Measurement): PointRow[] {
  if (measurement.failure !== null) return [];
  const common = commonColumns(measurement);
  return measurement.values.map(({ code, value }) => ({ ...common, code, value }));
}

function toFailureRows(measurement: Measurement): FailureRow[] {
  if (measurement.failure === null) return [];
  const { kind, failure: reason } = measurement;
  return [{ ...commonColumns(measurement), kind, reason }];
}

/** The last of equal rows: PostgreSQL does not update a row twice in one statement. */
function unique<T>(rows: readonly T[], key: (row: T) => string): T[] {
  return [...new Map(rows.map((row) => [key(row), row])).values()];
}

async function asking<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    throw new CodedError('trends_unavailable', undefined, { cause: error });
  }
}
