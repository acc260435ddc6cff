import { z } from 'zod';
import { failedAttempt, influxTime } from '@hemma/cloud/trends/influx-points.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';

/** Every point of an InfluxDB database, and what the journal says that it should hold. */

export interface Point {
  readonly name: string;
  readonly id: string;
  /** Nanoseconds since 1970, as text: they do not fit a number. */
  readonly time: string;
  /** The value, or the reason of a failed attempt. */
  readonly says: number | string;
}

const answerSchema = z.object({
  results: z.array(
    z.object({
      error: z.string().optional(),
      series: z
        .array(
          z.object({
            name: z.string(),
            columns: z.array(z.string()),
            values: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
          }),
        )
        .default([]),
    }),
  ),
});

/** Nanoseconds are larger than a double holds: they are made texts before JSON is parsed. */
function parseExactly(body: string): unknown {
  return JSON.parse(body.replaceAll(/\[(\d{17,20}),/g, '["$1",'));
}

async function ask(url: string, database: string, query: string) {
  const body = new URLSearchParams({ db: database, epoch: 'ns', q: query });
  const response = await fetch(`${url}/query`, { method: 'POST', body });
  return answerSchema
    .parse(parseExactly(await response.text()))
    .results.flatMap(({ series, error }) => {
      if (error !== undefined) throw new Error(`InfluxDB: ${error}`);
      return series;
    });
}

/** All points, in a fixed order. Throws when InfluxDB does not answer. */
export async function pointsIn(url: string, database: string): Promise<readonly Point[]> {
  const series = await ask(url, database, 'SELECT * FROM /.*/');
  return inOrder(
    series.flatMap(({ name, columns, values }) =>
      values.map((row) => {
        const cell = (column: string): string | number => row[columns.indexOf(column)] ?? '';
        const says = cell(name === failedAttempt ? 'reason' : 'value');
        return { name, id: String(cell('id')), time: String(cell('time')), says };
      }),
    ),
  );
}

/** Empties the store behind the cloud's back. */
export async function dropDatabase(url: string, database: string): Promise<void> {
  await ask(url, database, `DROP DATABASE "${database}"`);
}

/** The points that these measurements are, in the same order. */
export function pointsOf(measurements: readonly Measurement[]): readonly Point[] {
  return inOrder(
    measurements.flatMap(({ id, failure, values, time }): Point[] => {
      const common = { id, time: influxTime(time.measuredAt, id) };
      if (failure !== null) return [{ ...common, name: failedAttempt, says: failure }];
      return values.map(({ code, value }) => ({ ...common, name: code, says: value }));
    }),
  );
}

function inOrder(points: readonly Point[]): readonly Point[] {
  const key = ({ name, id }: Point): string => `${name} ${id}`;
  return points.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
