import type { Selectable, Transaction } from 'kysely';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Tables } from '../database/schema.js';
import { MINUTE_MS } from '@hemma/protocols/plans/calendar.js';
import { remindersOfPatient } from './of-patient.js';
import type { ReminderParts } from './of-patient.js';
import { tellPatient } from './tell-patient.js';

/** A reminder that is later is none any more: it is dropped, not sent. */
export const graceMs = 30 * MINUTE_MS;
/** What has changed, as a plan that begins, is taken up within this. */
const lookAgainMs = 15 * MINUTE_MS;
/** Patients at one look; the rest follows at the next. */
export const maxAtOnce = 200;

interface QueueParts extends ReminderParts {
  readonly clock: Pick<Clock, 'wall'>;
}

/**
 * Has everybody reminded who is to be reminded now, and notes how far it has looked in the same
 * transaction: a minute that was looked at never comes again, whatever is changed or started anew. Of
 * several that are due at once, as after a restart, the latest is sent. Nobody without an address is
 * looked at.
 */
export async function queueReminders(parts: QueueParts): Promise<void> {
  const { db, clock } = parts;
  const now = clock.wall().ms;
  const due = await db
    .selectFrom('patient_addresses')
    .leftJoin('reminder_agenda', 'reminder_agenda.patient', 'patient_addresses.patient')
    .select(['patient_addresses.patient', 'reminder_agenda.looked_until'])
    .select((eb) => eb.fn.min('patient_addresses.created_at').as('since'))
    .where((eb) =>
      eb.or([eb('reminder_agenda.next_at', 'is', null), eb('reminder_agenda.next_at', '<=', now)]),
    )
    .groupBy([
      'patient_addresses.patient',
      'reminder_agenda.looked_until',
      'reminder_agenda.next_at',
    ])
    .orderBy('reminder_agenda.next_at')
    .orderBy('patient_addresses.patient')
    .limit(maxAtOnce)
    .execute();
  for (const { patient, looked_until, since } of due)
    await lookAt(parts, { patient, before: looked_until, after: looked_until ?? since, now });
}

interface Look {
  readonly patient: string;
  /** How far was looked before; null for never. */
  readonly before: number | null;
  /** Reminders after this instant are new. */
  readonly after: number;
  readonly now: number;
}

async function lookAt(parts: QueueParts, { patient, before, after, now }: Look): Promise<void> {
  const reminders = await remindersOfPatient(parts, patient, now);
  const from = Math.max(after, now - graceMs);
  const at = reminders.findLast((it) => from < it && it <= now);
  const next = reminders.find((it) => it > now) ?? Infinity;
  const looked = {
    looked_until: Math.max(after, now),
    next_at: Math.min(next, now + lookAgainMs),
  };
  await parts.db.transaction().execute(async (trx) => {
    if (!(await note(trx, { patient, ...looked }, before))) return;
    if (at !== undefined) await tellPatient(trx, patient, { kind: 'patient-reminder', at, now });
  });
}

/** Gives false when another process has looked meanwhile: then the reminder is its own. */
async function note(
  trx: Transaction<Tables>,
  looked: Selectable<Tables['reminder_agenda']>,
  before: number | null,
): Promise<boolean> {
  if (before === null) {
    const first = await trx
      .insertInto('reminder_agenda')
      .values(looked)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return first.numInsertedOrUpdatedRows === 1n;
  }
  const moved = await trx
    .updateTable('reminder_agenda')
    .set(looked)
    .where('patient', '=', looked.patient)
    .where('looked_until', '=', before)
    .executeTakeFirst();
  return moved.numUpdatedRows > 0n;
}
