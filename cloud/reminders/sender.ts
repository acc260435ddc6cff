import { CodedError, codedError } from '@hemma/protocols/errors.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Log } from '@hemma/runtime/log.js';
import { patientMessage } from '../notify/message.js';
import type { PatientNoticeKind } from '../notify/message.js';
import { maxAgeMs } from '../notify/sender.js';
import type { Channels } from '../notify/sender.js';
import type { ChannelName } from '../notify/tables.js';
import { choicesOf } from './choices.js';
import { remindersOfPatient } from './of-patient.js';
import type { ReminderParts } from './of-patient.js';
import { graceMs } from './queue.js';

interface SenderParts extends ReminderParts {
  readonly clock: Pick<Clock, 'wall'>;
  readonly log: Log;
  readonly channels: Channels;
}

/** At one go; the rest follows at the next. */
export const maxNotices = 200;
/** So many are under way at once: a mail server that does not answer holds up few. */
const atOnce = 10;
/** The wait after a passing failure; each further one is twice as long. */
const firstWaitMs = 60_000;
/** What could not be told stays for so long, with its code, for whoever looks into it. */
const keptMs = 30 * 86_400_000;

/** How long after its minute something is still told. */
const lifeMs: Readonly<Record<PatientNoticeKind, number>> = {
  'patient-reminder': graceMs,
  // Longer than a long weekend without a mail server, as for staff.
  'patient-message': maxAgeMs,
};

/**
 * Tells patients what waits to be told. A notice is taken before it is tried: one whose process ends
 * meanwhile is not sent again, so that nobody is reminded twice. A reminder of what is done meanwhile,
 * or that is older than its grace, is dropped. The signal gives up what is under way: nobody knows
 * whether it came, so that it is not sent again either.
 */
export async function sendNotices(parts: SenderParts, signal: AbortSignal): Promise<void> {
  const { db, clock } = parts;
  const now = clock.wall().ms;
  await db
    .deleteFrom('patient_notices')
    .where('next_at', 'is', null)
    .where('at', '<', now - keptMs)
    .execute();
  const due = await db
    .selectFrom('patient_notices')
    .select('id')
    .where('next_at', '<=', now)
    .orderBy('next_at')
    .orderBy('id')
    .limit(maxNotices)
    .execute();
  for (let first = 0; first < due.length && !signal.aborted; first += atOnce)
    await Promise.all(due.slice(first, first + atOnce).map((it) => sendOne(parts, it.id, signal)));
}

async function sendOne(parts: SenderParts, id: string, signal: AbortSignal): Promise<void> {
  const notice = await take(parts, id);
  if (notice === null) return;
  const { db } = parts;
  if (!(await isWanted(parts, notice))) {
    await db.deleteFrom('patient_notices').where('id', '=', id).execute();
    return;
  }
  const { language } = await choicesOf(db, notice.patient);
  try {
    const message = patientMessage(id, notice.kind, language);
    await channelOf(parts, notice.channel).send(notice.address, message, signal);
    await db.deleteFrom('patient_notices').where('id', '=', id).execute();
  } catch (error) {
    if (signal.aborted) return;
    await putOff(parts, notice, codedError(error));
  }
}

type Notice = NonNullable<Awaited<ReturnType<typeof take>>>;

/** Null when another process has taken it, or its address is gone. */
async function take({ db }: SenderParts, id: string) {
  const taken = await db
    .updateTable('patient_notices')
    .set({ next_at: null })
    .where('id', '=', id)
    .where('next_at', 'is not', null)
    .executeTakeFirst();
  if (taken.numUpdatedRows === 0n) return null;
  const row = await db
    .selectFrom('patient_notices')
    .innerJoin('patient_addresses', 'patient_addresses.id', 'patient_notices.address')
    .select(['patient_notices.id', 'kind', 'at', 'attempts', 'patient', 'channel'])
    .select('patient_addresses.address')
    .where('patient_notices.id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

/** A reminder is as good as what it is of: done, paused, moved or switched off, it is none. */
async function isWanted(parts: SenderParts, { kind, at, patient }: Notice): Promise<boolean> {
  const now = parts.clock.wall().ms;
  if (now - at >= lifeMs[kind]) return false;
  if (kind !== 'patient-reminder') return true;
  return (await remindersOfPatient(parts, patient, now)).includes(at);
}

/** A channel that nobody set up may be set up later. */
function channelOf({ channels }: SenderParts, name: ChannelName) {
  const channel = channels[name];
  if (channel !== undefined) return channel;
  throw new CodedError('notify_unavailable', 'Nobody has set this channel up.');
}

async function putOff(
  { db, clock, log }: SenderParts,
  { id, kind, at, attempts: before, channel }: Notice,
  { code, class: errorClass }: CodedError,
): Promise<void> {
  const next = clock.wall().ms + firstWaitMs * 2 ** Math.min(before, 10);
  const isOver = errorClass === 'permanent' || next - at >= lifeMs[kind];
  log.warn({ channel, kind, code, attempts: before + 1, isOver }, 'could not tell');
  await db
    .updateTable('patient_notices')
    .set({ attempts: before + 1, code, next_at: isOver ? null : next })
    .where('id', '=', id)
    .execute();
}
