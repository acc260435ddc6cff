import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { QuantityCode } from '@hemma/protocols/reading.js';

/**
 * Queries of the boards. They are InfluxQL text with what Grafana puts in: `$patient` (the board's
 * variable) and `$timeFilter` (the period shown). Every point is drawn as it was measured: no mean
 * over `$__interval` that would hide a single high value.
 */

/** Where the points are: `provisioning/datasources/hemma.yaml`. */
export const hemmaInflux = { type: 'influxdb', uid: 'hemma-influxdb' };

/** What the choice of a patient offers: random references, never names. */
export const patientsQuery = 'SHOW TAG VALUES WITH KEY = "patient"';

/**
 * All values of one quantity. A run with control solution checks the meter and says nothing about the
 * patient.
 */
export function valuesQuery(code: QuantityCode): string {
  return (
    `SELECT "value" FROM "${code}" WHERE "patient" = '$patient' AND $timeFilter` +
    ' AND "flags" !~ /control_solution/ ORDER BY time ASC'
  );
}

/** Attempts that gave no value. */
export const failuresQuery =
  `SELECT "kind", "reason" FROM "failed_attempt" WHERE "patient" = '$patient' AND $timeFilter` +
  ' ORDER BY time DESC';

interface InfluxTarget extends Dataquery {
  refId: string;
  datasource: typeof hemmaInflux;
  rawQuery: true;
  query: string;
  resultFormat: 'time_series' | 'table';
  alias: string;
}

/** One query of a panel, in the form in which Grafana's InfluxDB data source stores it. */
export class InfluxQuery implements Builder<Dataquery> {
  readonly #target: Omit<InfluxTarget, '_implementsDataqueryVariant'>;

  constructor(refId: string, query: string, shown: { alias: string; table?: boolean }) {
    this.#target = {
      refId,
      datasource: hemmaInflux,
      rawQuery: true,
      query,
      resultFormat: shown.table === true ? 'table' : 'time_series',
      alias: shown.alias,
    };
  }

  build(): Dataquery {
    const target: InfluxTarget = { ...this.#target, _implementsDataqueryVariant: () => undefined };
    return target;
  }
}
