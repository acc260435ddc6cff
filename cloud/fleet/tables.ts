import type { ErrorCode } from '@hemma/protocols/errors.js';
import type { HealingOutcome, HealingStep } from '@hemma/protocols/wire/healing.js';
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
  /** JSON: the last step for its radio, and the steps of a day; null when it told of none. */
  healing: string | null;
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

/** What gateways did for their radios: one row for each healing, see `healings.ts`. */
interface HealingTable {
  gateway: string;
  /** By the gateway. */
  id: string;
  /** In the order in which they began, within one gateway. */
  place: number;
  cause: ErrorCode;
  /** The hardest step. */
  highest: HealingStep;
  steps: number;
  outcome: HealingOutcome;
  /** From when the radio was ill: by the gateway's clock, or when it was told where that cannot be. */
  since_at: number;
  recovery_ms: number | null;
  first_told_at: number;
  /** When its present outcome was told first. */
  told_at: number;
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
  healings: HealingTable;
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
  '056-healings': ({ int64 }) => [
    'alter table gateway_status add column healing text',
    `create table healings (
      gateway text not null references gateways (id),
      id text not null,
      place ${int64} not null,
      cause text not null,
      highest text not null,
      steps ${int64} not null,
      outcome text not null,
      since_at ${int64} not null,
      recovery_ms ${int64},
      first_told_at ${int64} not null,
      told_at ${int64} not null,
      primary key (gateway, id)
    )`,
    'create unique index healings_by_place on healings (gateway, place)',
  ],
};
