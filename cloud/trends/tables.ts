import type { Statements } from '../database/columns.js';

/** One row per value of a measurement. */
interface TrendPointTable {
  /** Measurement id. */
  id: string;
  /** Quantity code of the measurement catalogue. */
  code: string;
  patient: string;
  /** Milliseconds since 1970 UTC. */
  at: number;
  value: number;
  uncertainty_ms: number;
  /** Codes, separated by commas. */
  flags: string;
}

/** One row per attempt that gave no value. */
interface TrendFailureTable {
  id: string;
  patient: string;
  at: number;
  kind: string;
  reason: string;
  uncertainty_ms: number;
  flags: string;
}

export interface TrendTables {
  trend_points: TrendPointTable;
  trend_failures: TrendFailureTable;
}

/**
 * The keys are in the order in which charts are read: newest first, ids break ties. A record never
 * changes its moment, so that they tell records apart as well as the id alone, and a chart lies
 * together on few pages.
 */
export const trendMigrations: Readonly<Record<string, Statements>> = {
  '005-trends': ({ int64, clustered }) => [
    `create table trend_points (
      patient text not null,
      code text not null,
      at ${int64} not null,
      id text not null,
      value double precision not null,
      uncertainty_ms ${int64} not null,
      flags text not null,
      primary key (patient, code, at, id)
    ) ${clustered}`,
    `create table trend_failures (
      patient text not null,
      at ${int64} not null,
      id text not null,
      kind text not null,
      reason text not null,
      uncertainty_ms ${int64} not null,
      flags text not null,
      primary key (patient, at, id)
    ) ${clustered}`,
  ],
};
