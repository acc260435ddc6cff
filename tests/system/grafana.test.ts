import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InfluxTrends } from '@hemma/cloud/trends/influx.js';
import { generatedFiles } from '@hemma/dashboards/grafana/generate.js';
import type { QuantityCode, ReadingKind } from '@hemma/protocols/reading.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { aMeasurement, someMorning } from '../../tooling/testkit/measurements.js';
import { startInfluxd } from '../../tooling/testkit/influxd.js';
import type { Influxd } from '../../tooling/testkit/influxd.js';
import { requires } from '../../tooling/testkit/requires.js';

/** The board as Grafana loads it, asked of a real InfluxDB the way Grafana asks. */

const root = join(import.meta.dirname, '../..');
const database = 'hemma';
const day = 86_400_000;
const period = { from: someMorning - 60 * day, to: someMorning };

interface Board {
  readonly templating: { readonly list: readonly { name: string; query: string }[] };
  readonly panels: readonly { title: string; targets?: readonly Target[] }[];
}
interface Target {
  readonly query: string;
  readonly rawQuery: boolean;
  readonly alias: string;
}

const text = readFileSync(join(root, 'dashboards/grafana/boards/patient.generated.json'), 'utf8');
const board = JSON.parse(text) as Board; // compared with its source below

/** What Grafana's InfluxDB data source does to a query before it is sent. */
function asGrafanaAsks(query: string, patient: string): string {
  const escaped = patient.replaceAll(/[\\^$*+?.()|[\]{}/]/g, String.raw`\$&`);
  const text = query
    .replaceAll(/\$(?:patient\b|\{patient(?::[a-z]+)?\}|\[\[patient\]\])/g, escaped)
    .replaceAll('$timeFilter', `time >= ${period.from}ms and time <= ${period.to}ms`)
    .replaceAll('$__interval_ms', '3600000')
    .replaceAll('$__interval', '1h');
  expect(text).not.toContain('$');
  return text;
}

interface Answer {
  readonly results: readonly { error?: string; series?: readonly { values: unknown[][] }[] }[];
}

async function ask(url: string, query: string): Promise<unknown[][]> {
  const parameters = new URLSearchParams({ db: database, epoch: 'ms', q: query });
  const response = await fetch(`${url}/query`, { method: 'POST', body: parameters });
  const { results } = (await response.json()) as Answer; // what InfluxDB answers to a query
  expect(results.map((result) => result.error)).toEqual([undefined]);
  return results.flatMap((result) => result.series ?? []).flatMap((series) => series.values);
}

const kinds: Partial<Record<QuantityCode, ReadingKind>> = {
  systolic_bp: 'blood_pressure',
  body_weight: 'body_weight',
  spo2: 'spo2',
  glucose: 'glucose',
};

/** 70 days of one quantity, twice a day; the first ten are before the period. */
function curve(patient: string, code: QuantityCode, first: number): Measurement[] {
  return Array.from({ length: 140 }, (_, i) =>
    aMeasurement({
      patient,
      at: period.from - 10 * day + i * (day / 2) + 7_123,
      values: code === 'systolic_bp' ? pressure(first + (i % 9)) : { [code]: first + (i % 9) / 10 },
      kind: kinds[code]!,
    }),
  );
}

const pressure = (systolic: number) => ({ systolic_bp: systolic, diastolic_bp: systolic - 45 });

function written(measurements: readonly Measurement[], code: QuantityCode): unknown[][] {
  return measurements
    .filter((m) => m.time.measuredAt >= period.from && m.time.measuredAt <= period.to)
    .filter((m) => !m.flags.includes('control_solution'))
    .flatMap((m) =>
      m.values.filter((v) => v.code === code).map((v) => [m.time.measuredAt, v.value]),
    );
}

describe('the Grafana board', () => {
  it('is what its source says', () => {
    for (const { path, text } of generatedFiles())
      expect(readFileSync(join(root, path), 'utf8'), 'run npm run generate').toBe(text);
  });

  it('reads the data source that is provisioned, in the database that is written to', () => {
    const read = (path: string): string => readFileSync(join(root, path), 'utf8');
    const provisioned = read('dashboards/grafana/provisioning/datasources/hemma.yaml');
    expect(provisioned).toContain('uid: hemma-influxdb');
    expect(provisioned).toContain(`dbName: ${database}`);
    const uids = read('dashboards/grafana/boards/patient.generated.json').match(/"uid": "[^"]+"/g);
    expect(new Set(uids)).toEqual(new Set(['"uid": "hemma-influxdb"', '"uid": "hemma-patient"']));
  });
});

if (requires('influxd', 'Grafana board on InfluxDB'))
  describe('the queries of the Grafana board', () => {
    const patient = 'p-0000aaaa';
    const other = 'p-0000bbbb';
    const mine = [
      ...curve(patient, 'systolic_bp', 128),
      ...curve(patient, 'body_weight', 82.3),
      ...curve(patient, 'spo2', 94),
      ...curve(patient, 'glucose', 6.1),
    ];
    const twins = [1, 2].map(() => aMeasurement({ patient, at: someMorning - day }));
    const control = aMeasurement({
      patient,
      at: someMorning - day,
      kind: 'glucose',
      values: { glucose: 21 },
      flags: ['control_solution'],
    });
    const failures = (['aborted', 'sensor_off'] as const).map((failure, i) =>
      aMeasurement({ patient, failure, kind: 'spo2', at: someMorning - (i + 1) * day }),
    );
    const all = [...mine, ...twins, control, ...failures];
    let server: Influxd;
    beforeAll(async () => {
      server = await startInfluxd();
      const trends = new InfluxTrends({ url: server.url, database });
      const foreign = [...curve(other, 'systolic_bp', 190), ...curve(other, 'glucose', 19)];
      await trends.write([
        ...all,
        ...foreign,
        aMeasurement({ patient: other, failure: 'aborted' }),
      ]);
    });
    afterAll(() => server.stop());

    it('offers the patients that have values', async () => {
      const [variable] = board.templating.list;
      expect(variable?.name).toBe('patient');
      const rows = await ask(server.url, variable?.query ?? '');
      expect(new Set(rows.map(([, value]) => value))).toEqual(new Set([patient, other]));
    });

    const codes: Record<string, QuantityCode> = {
      Systoliskt: 'systolic_bp',
      Diastoliskt: 'diastolic_bp',
      Vikt: 'body_weight',
      SpO2: 'spo2',
      Glukos: 'glucose',
    };
    const targets = board.panels.flatMap((panel) => panel.targets ?? []);
    const lines = targets.filter((target) => target.alias !== '');

    it('draw every quantity of the board, as written', () => {
      expect(targets.every((target) => target.rawQuery)).toBe(true);
      expect(lines.map((line) => line.alias).sort()).toEqual(Object.keys(codes).sort());
    });

    it.each(lines)(
      '$alias gives exactly the points that were written',
      async ({ alias, query }) => {
        const rows = await ask(server.url, asGrafanaAsks(query, patient));
        const expected = written(all, codes[alias]!);
        expect(expected.length).toBeGreaterThan(100);
        const order = (row: unknown[]): string => row.join(' ');
        expect(rows.map(order).sort()).toEqual(expected.map(order).sort());
        expect(rows.map(([at]) => at)).toEqual(rows.map(([at]) => at).toSorted());
      },
    );

    it('list the attempts without a value, newest first', async () => {
      const [table] = targets.filter((target) => target.alias === '');
      const rows = await ask(server.url, asGrafanaAsks(table?.query ?? '', patient));
      expect(rows).toEqual(failures.map((f) => [f.time.measuredAt, 'spo2', f.failure]));
    });

    it('show nothing of a patient that does not exist', async () => {
      for (const { query } of targets)
        expect(await ask(server.url, asGrafanaAsks(query, 'p-0000cccc'))).toEqual([]);
    });
  });
