import type { Statements } from '../database/columns.js';

/** A device that is to be checked from time to time, and how far it is with that. */
interface CheckedDeviceTable {
  /** As measurements name it: `ble:00:09:1f:00:00:01`. */
  device: string;
  /** Id of the device file; null where it is not known. */
  model: string | null;
  /** The gateway that it went home with; null for one that is kept elsewhere. */
  gateway: string | null;
  /** The unit of medical technology that checks it. */
  unit: string;
  interval_months: number;
  /** Calendar day of the newest check, `2026-06-19`, and who did it. */
  verified_on: string;
  verified_by: string;
  /** Milliseconds since 1970 UTC; null for a device that is used no more. */
  due_at: number | null;
}

/** Every check: never changed, never removed. */
interface DeviceCheckTable {
  id: string;
  device: string;
  verified_on: string;
  staff: string;
  recorded_at: number;
}

export interface DeviceTables {
  checked_devices: CheckedDeviceTable;
  device_checks: DeviceCheckTable;
}

export const deviceMigrations: Readonly<Record<string, Statements>> = {
  '047-device-checks': ({ int64, appendOnly }) => [
    `create table checked_devices (
      device text primary key,
      model text,
      gateway text references gateways (id),
      unit text not null references units (id),
      interval_months ${int64} not null,
      verified_on text not null,
      verified_by text not null references staff (ref),
      due_at ${int64}
    )`,
    'create index devices_due on checked_devices (due_at) where due_at is not null',
    `create table device_checks (
      id text primary key,
      device text not null references checked_devices (device),
      verified_on text not null,
      staff text not null references staff (ref),
      recorded_at ${int64} not null
    )`,
    ...appendOnly('device_checks', ['id']),
    'create index checks_of_device on device_checks (device, verified_on)',
    'alter table tasks add column device text references checked_devices (device)',
    `create unique index one_calibration on tasks (device)
      where kind = 'calibration-due' and state <> 'closed'`,
  ],
};
