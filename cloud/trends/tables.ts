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

/** The indexes are in the order in which charts are read: newest first, ids break ties. */
export const trendMigrations: Readonly<Record<string, Statements>> = {
  '005-trends': ({ int64 }) => [
    `create table trend_points (
      id text not null,
      code text not null,
      patient text not null,
      at ${int64} not null,
      value double precision not null,
      uncertainty_ms ${int64} not null,
      flags text not null,
      primary key (id, code)
    )`,
    `create index trend_points_by_time on trend_points (patient, code, at, id)`,
    `create table trend_failures (
      id text primary key,
      patient text not null,
      at ${int64} not null,
      kind text not null,
      reason text not null,
      uncertainty_ms ${int64} not null,
      flags text not null
    )`,
    `create index trend_failures_by_time on trend_failures (patient, at, id)`,
  ],
};
