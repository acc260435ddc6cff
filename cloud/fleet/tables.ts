import type { ErrorCode } from '@hemma/protocols/errors.js';
import type { Statements } from '../database/columns.js';

interface GatewayTable {
  id: string;
  /** See `secret.ts`; the secret itself is kept nowhere. */
  secret_hash: string;
  created_at: number;
}

/** Which patient's home a gateway is (or was) lent to; a household may have several patients. */
interface LoanTable {
  gateway: string;
  patient: string;
  /** Measurements dated from here on belong to the loan; 0 when nobody had the gateway before. */
  from_at: number;
  /** Null as long as it is lent. */
  to_at: number | null;
}

/** A device that goes with a gateway. */
interface KitDeviceTable {
  /** As in its measurements. */
  identity: string;
  gateway: string;
  added_at: number;
}

/** What each gateway last said of itself. */
interface StatusTable {
  gateway: string;
  state: 'online' | 'offline';
  software: string | null;
  waiting: number | null;
  held: number | null;
  /** Readings of which somebody at home is asked whose they are. */
  doubtful: number | null;
  /** JSON list of error codes. */
  problems: string;
  /** The newest command that it has applied; null when it told of none. */
  command_version: number | null;
  /** JSON list of the revisions of the schedules that it has; null when it told of none. */
  schedules: string | null;
  /** The gateway's own clock when it spoke. */
  said_at: number;
  last_seen_at: number;
  /** Completeness mark: all that it had taken in up to here is in the journal; null: it never said. */
  complete_to: number | null;
}

/** Envelopes that could not be used as a whole, counted by gateway and code. */
interface MalformedTable {
  gateway: string;
  code: ErrorCode;
  count: number;
  first_at: number;
  last_at: number;
  /** The beginning of the newest one, for inspection. */
  sample: string;
}

export interface FleetTables {
  gateways: GatewayTable;
  loans: LoanTable;
  kit_devices: KitDeviceTable;
  gateway_status: StatusTable;
  malformed: MalformedTable;
}

export const fleetMigrations: Readonly<Record<string, Statements>> = {
  '004-fleet': ({ int64 }) => [
    `create table gateways (
      id text primary key,
      secret_hash text not null,
      created_at ${int64} not null
    )`,
    `create table loans (
      gateway text not null references gateways (id),
      patient text not null references patients (ref),
      from_at ${int64} not null,
      to_at ${int64},
      primary key (gateway, patient, from_at)
    )`,
    `create table gateway_status (
      gateway text primary key references gateways (id),
      state text not null,
      software text,
      waiting ${int64},
      held ${int64},
      problems text not null,
      said_at ${int64} not null,
      last_seen_at ${int64} not null
    )`,
    `create table malformed (
      gateway text not null,
      code text not null,
      count ${int64} not null,
      first_at ${int64} not null,
      last_at ${int64} not null,
      sample text not null,
      primary key (gateway, code)
    )`,
  ],
  '050-doubtful': ({ int64 }) => [`alter table gateway_status add column doubtful ${int64}`],
  '051-kit-devices': ({ int64 }) => [
    `create table kit_devices (
      identity text primary key,
      gateway text not null references gateways (id),
      added_at ${int64} not null
    )`,
  ],
};
