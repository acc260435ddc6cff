import { randomBytes } from 'node:crypto';
import type { DeviceChecks } from '@hemma/protocols/api/devices.js';
import { dateSchema } from '@hemma/protocols/api/units.js';
import { CodedError } from '@hemma/protocols/errors.js';
import { deviceIdentitySchema } from '@hemma/protocols/wire/measurement.js';
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { Tables } from '../database/schema.js';
import { dateOfDay, dayOfDate, zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import { mustHaveRole } from '../staff/actor.js';
import type { Actor } from '../staff/actor.js';
import { closeIfChecked } from '../worklist/calibration.js';
import { intervalOf } from './intervals.js';

type Trx = Transaction<Tables>;
type CheckedDevice = Selectable<Tables['checked_devices']>;

/** Somebody has checked a device. What is left out stays as it was at the check before. */
export interface Verified {
  readonly device: string;
  /** Calendar day in Sweden, `2026-06-19`; today when it is left out. */
  readonly on?: string | undefined;
  readonly model?: string | undefined;
  readonly gateway?: string | undefined;
  readonly unit?: string | undefined;
  readonly intervalMonths?: number | undefined;
}

const calendar = zonedCalendar();
const idOctets = 12;
/** All devices of a region that has lent out some thousand kits. */
export const maxListed = 20_000;

/**
 * Writes down that a device was checked, closes its task and counts from that day to the next. A check
 * of an earlier day than the newest is kept and changes nothing else. Throws {@link CodedError}
 * `not_allowed` for whoever is not of medical technology, `request_invalid`, `not_found`.
 */
export async function verifyDevice(
  db: Kysely<Tables>,
  said: Verified,
  actor: Actor,
  now: number,
): Promise<void> {
  mustHaveRole(actor, 'technician');
  const on = dayOf(said.on, now);
  if (!deviceIdentitySchema.safeParse(said.device).success)
    throw new CodedError('request_invalid', 'A device is named as its measurements name it.');
  await db.transaction().execute(async (trx) => {
    const known = await lock(trx, said.device);
    const wanted = await settingsOf(trx, said, known);
    if (known === undefined || known.verified_on <= on)
      await keep(trx, { ...wanted, verified_on: on, verified_by: actor.staff });
    await trx
      .insertInto('device_checks')
      .values({
        ...{ id: randomBytes(idOctets).toString('hex'), device: said.device },
        ...{ verified_on: on, staff: actor.staff, recorded_at: now },
      })
      .execute();
    await closeIfChecked(trx, said.device, actor, now);
  });
}

/** The device is used no more: nobody is asked to check it. Throws as {@link verifyDevice}. */
export async function retireDevice(
  db: Kysely<Tables>,
  device: string,
  actor: Actor,
  now: number,
): Promise<void> {
  mustHaveRole(actor, 'technician');
  await db.transaction().execute(async (trx) => {
    if ((await lock(trx, device)) === undefined)
      throw new CodedError('not_found', 'Nobody has checked a device with this identity.');
    await trx
      .updateTable('checked_devices')
      .set({ due_at: null })
      .where('device', '=', device)
      .execute();
    await closeIfChecked(trx, device, actor, now);
  });
}

/** All devices that are to be checked, the one that is due first at first; with who checked last. */
export async function checkedDevices(db: Kysely<Tables>): Promise<DeviceChecks['devices']> {
  const rows = await db
    .selectFrom('checked_devices')
    .innerJoin('staff', 'staff.ref', 'checked_devices.verified_by')
    .select(['device', 'model', 'gateway', 'checked_devices.unit', 'interval_months'])
    .select(['verified_on', 'due_at', 'staff.display_name as verified_by_name'])
    .select((eb) => eb('due_at', 'is', null).as('is_retired'))
    .orderBy('is_retired')
    .orderBy('due_at')
    .orderBy('device')
    .limit(maxListed)
    .execute();
  return rows.map((it) => ({
    ...{ device: it.device, model: it.model, gateway: it.gateway, unit: it.unit },
    ...{ intervalMonths: it.interval_months, verifiedOn: it.verified_on },
    ...{ verifiedBy: it.verified_by_name, dueAt: it.due_at },
  }));
}

/** Holds whoever else checks this device, and the review of what is due, until this is done. */
async function lock(trx: Trx, device: string): Promise<CheckedDevice | undefined> {
  return trx
    .updateTable('checked_devices')
    .set((eb) => ({ interval_months: eb.ref('interval_months') }))
    .where('device', '=', device)
    .returningAll()
    .executeTakeFirst();
}

async function settingsOf(
  trx: Trx,
  { device, model, gateway, unit, intervalMonths }: Verified,
  known: CheckedDevice | undefined,
) {
  const wanted = {
    device,
    model: model ?? known?.model ?? null,
    gateway: gateway ?? known?.gateway ?? null,
    unit: unit ?? known?.unit,
  };
  if (wanted.unit === undefined)
    throw new CodedError('request_invalid', 'Say which unit checks the device.');
  await mustExist(trx, 'units', wanted.unit);
  if (wanted.gateway !== null) await mustExist(trx, 'gateways', wanted.gateway);
  const kept = model === undefined ? (known?.interval_months ?? null) : null;
  const interval_months = intervalOf(intervalMonths ?? kept, wanted.model);
  return { ...wanted, unit: wanted.unit, interval_months };
}

async function mustExist(trx: Trx, table: 'units' | 'gateways', id: string): Promise<void> {
  const row = await trx.selectFrom(table).select('id').where('id', '=', id).executeTakeFirst();
  if (row !== undefined) return;
  throw new CodedError(
    'not_found',
    `There is no ${table === 'units' ? 'unit' : 'gateway'} "${id}".`,
  );
}

async function keep(trx: Trx, row: Omit<CheckedDevice, 'due_at'>): Promise<void> {
  const due_at = calendar.instant(dueDay(row.verified_on, row.interval_months), 0);
  await trx
    .insertInto('checked_devices')
    .values({ ...row, due_at })
    .onConflict((conflict) => conflict.column('device').doUpdateSet({ ...row, due_at }))
    .execute();
}

/** The same day of the month, or the last of a month that is shorter. */
export function dueDay(verifiedOn: string, months: number): number {
  const [year = 0, month = 0, day = 0] = verifiedOn.split('-').map(Number);
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return dayOfDate(
    new Date(Date.UTC(year, month - 1 + months, Math.min(day, last))).toISOString().slice(0, 10),
  );
}

/** Before this nobody has checked what measures today. */
const earliestDay = dayOfDate('2000-01-01');

function dayOf(said: string | undefined, now: number): string {
  const today = calendar.dayOf(now);
  if (!dateSchema.optional().safeParse(said).success)
    throw new CodedError('request_invalid', 'A day is written like 2026-06-19.');
  const day = said === undefined ? today : dayOfDate(said);
  if (day > today || day < earliestDay)
    throw new CodedError('request_invalid', 'A check is of a day from 2000 on, up to today.');
  return dateOfDay(day);
}
