import type { Audience } from '@hemma/protocols/api/worklist.js';
import type { Statements } from '../database/columns.js';
import type { NotificationKind } from './message.js';

/** Who of a unit is told, and how. */
interface RecipientTable {
  id: string;
  unit: string;
  channel: ChannelName;
  /** An e-mail address, the URL of a webhook, or nothing. */
  address: string;
  /** Whose tasks they are told of. */
  audience: Audience;
}

export const channelNames = ['email', 'webhook', 'log'] as const;
export type ChannelName = (typeof channelNames)[number];

/** One message to one recipient; it is gone when it was told. */
interface NotificationTable {
  id: string;
  recipient: string;
  kind: NotificationKind;
  /** How many of the kind it tells of. */
  count: number;
  /** 1 when all of them are of test persons, for whom nobody need come. */
  test: number;
  /** 1 from just before the first attempt on: what it says never changes again under its id. */
  sealed: number;
  /** Milliseconds since 1970 UTC, as all times here. */
  queued_at: number;
  attempts: number;
  /** When it is tried next; null when it was given up. */
  next_at: number | null;
  /** Code of the last failure. */
  code: string | null;
}

export interface NotifyTables {
  recipients: RecipientTable;
  notifications: NotificationTable;
}

export const notifyMigrations: Readonly<Record<string, Statements>> = {
  '028-notify': ({ int64 }) => [
    `create table recipients (
      id text primary key,
      unit text not null references units (id),
      channel text not null,
      address text not null
    )`,
    'create unique index one_recipient on recipients (unit, channel, address)',
    `create table notifications (
      id text primary key,
      recipient text not null references recipients (id),
      kind text not null,
      count ${int64} not null,
      sealed ${int64} not null,
      queued_at ${int64} not null,
      attempts ${int64} not null,
      next_at ${int64},
      code text
    )`,
    'create unique index one_gathering on notifications (recipient, kind) where sealed = 0',
    'create index notifications_due on notifications (next_at) where next_at is not null',
  ],
  '048-recipients': () => [
    `alter table recipients add column audience text not null default 'clinic'`,
    'drop index one_recipient',
    'create unique index one_recipient on recipients (unit, channel, address, audience)',
  ],
  '059-test-notifications': ({ int64 }) => [
    `alter table notifications add column test ${int64} not null default 0`,
    'drop index one_gathering',
    'create unique index one_gathering on notifications (recipient, kind, test) where sealed = 0',
  ],
};
