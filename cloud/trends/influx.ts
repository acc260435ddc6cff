import { InfluxDB } from 'influx';
import { CodedError } from '@hemma/protocols/errors.js';
import type { QuantityCode } from '@hemma/protocols/reading.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { failedAttempt, influxSchema, toInfluxPoints } from './influx-points.js';
import { boundNewest, inParts, toFailure, toPoint } from './rows.js';
import type { Bounded, FailedAttempt, TrendPoint, TrendQuery, Trends } from './trends.js';

export interface InfluxSettings {
  /** `http://host:port`. */
  readonly url: string;
  readonly database: string;
  readonly username?: string;
  readonly password?: string;
}

/** InfluxDB's own advice for one write; far below its limit of 25 MB a request. */
const maxPointsPerWrite = 5_000;
/** A slow answer is an outage: the follower tries again, the page says so. */
const requestTimeoutMs = 10_000;

/** The caller decides when to try again (it knows the backoff of the system), never the client. */
const once = {
  maxRetries: 0,
  requestTimeout: requestTimeoutMs,
  backoff: { getDelay: () => 0, next: () => once.backoff, reset: () => once.backoff },
};

/** Time series in InfluxDB 1.x, which Grafana reads as well. */
export class InfluxTrends implements Trends {
  readonly #client: InfluxDB;
  readonly #database: string;
  /** Whether the database is known to exist: it is made on first use, and again after a 404. */
  #ready = false;

  constructor(settings: InfluxSettings) {
    const url = new URL(settings.url);
    this.#database = settings.database;
    this.#client = new InfluxDB({
      host: url.hostname,
      port: Number(url.port === '' ? 8086 : url.port),
      protocol: url.protocol === 'https:' ? 'https' : 'http',
      database: settings.database,
      username: settings.username ?? '',
      password: settings.password ?? '',
      schema: influxSchema(settings.database),
      pool: once,
    });
  }

  async write(measurements: readonly Measurement[]): Promise<void> {
    const points = measurements.flatMap(toInfluxPoints);
    for (const part of inParts(points, maxPointsPerWrite))
      await this.#ask(() => this.#client.writePoints([...part], { precision: 'n' }));
  }

  async read(query: TrendQuery & { code: QuantityCode }): Promise<Bounded<TrendPoint>> {
    const rows = await this.#select(query.code, 'id, value, uncertainty_ms, flags', query);
    return boundNewest(rows.map(toPoint), query.limit);
  }

  async readFailures(query: TrendQuery): Promise<Bounded<FailedAttempt>> {
    const fields = 'id, kind, reason, uncertainty_ms, flags';
    const rows = await this.#select(failedAttempt, fields, query);
    return boundNewest(rows.map(toFailure), query.limit);
  }

  async clear(): Promise<void> {
    await this.#ask(() =>
      this.#client.dropSeries({ measurement: '/.*/', database: this.#database }),
    );
  }

  async count(): Promise<number> {
    const rows = await this.#ask(() =>
      this.#client.query<{ count: number }>('SELECT count("id") AS "count" FROM /.*/'),
    );
    return rows.reduce((sum, row) => sum + row.count, 0);
  }

  /** Rows newest first, one more than the limit: whether there are more is then known. */
  async #select(from: string, fields: string, query: TrendQuery): Promise<unknown[]> {
    const names = fields.split(', ').map((name) => `"${name}"`);
    const text = `SELECT ${names.join(', ')} FROM "${from}" WHERE "patient" = $patient
      AND time >= ${nanoseconds(query.fromMs)} AND time < ${nanoseconds(query.toMs + 1)}
      ORDER BY time DESC LIMIT ${Math.trunc(query.limit) + 1}`;
    const options = { precision: 'ms', placeholders: { patient: query.patient } } as const;
    const rows = await this.#ask(() => this.#client.query<{ time: Date }>(text, options));
    return rows.map((row) => ({ ...row, at: row.time.getTime() }));
  }

  async #ask<T>(request: () => Promise<T>): Promise<T> {
    try {
      if (!this.#ready) await this.#client.createDatabase(this.#database);
      this.#ready = true;
      return await request();
    } catch (error) {
      if (isDatabaseMissing(error)) this.#ready = false;
      throw toCodedError(error);
    }
  }
}

/** InfluxDB's time ends in 2262 (64 bits); a literal beyond it is an error there. */
const lastNanosecond = 9_223_372_036_854_775_806n;

/** A literal of InfluxQL for a moment; those outside of what InfluxDB knows become its ends. */
function nanoseconds(ms: number): string {
  const wanted = BigInt(Math.trunc(ms)) * 1_000_000n;
  return String(wanted < 0n ? 0n : wanted > lastNanosecond ? lastNanosecond : wanted);
}

/**
 * 400 and 413 are about what was sent, hence permanent. All else may pass: 401 and 403 once somebody
 * repairs the account, 404 once the database is made again, 5xx and network faults by themselves.
 * What InfluxDB says about a refused line quotes it, values included: that text is not passed on.
 */
function toCodedError(error: unknown): CodedError {
  const status = statusOf(error);
  if (status === 400 || status === 413)
    return new CodedError('trends_refused', `InfluxDB answered ${status}.`);
  return new CodedError('trends_unavailable', undefined, { cause: error });
}

/** A write says it by the status 404, a query by a text inside an answer with status 200. */
function isDatabaseMissing(error: unknown): boolean {
  const text = error instanceof Error ? error.message : '';
  return statusOf(error) === 404 || text.includes('database not found');
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error && 'res' in error)) return undefined;
  const { res } = error;
  const holds = typeof res === 'object' && res !== null && 'statusCode' in res;
  return holds && typeof res.statusCode === 'number' ? res.statusCode : undefined;
}
