import type { Kysely } from 'kysely';
import type { Reminder, Reminders } from '@hemma/protocols/api/reminders.js';
import type { Tables } from '../database/schema.js';
import { runningEpisodes } from '../episodes/episodes.js';
import { patientSentences } from '../notify/message.js';
import type { Content } from '../plans/content.js';
import { choicesOf, ownTimesOf, remindedOf } from './choices.js';
import { remindersOfPatient } from './of-patient.js';
import type { ReminderParts } from './of-patient.js';

/** Everything about the reminders of a patient, as the patient and staff see it. */
export async function shownReminders(
  parts: ReminderParts,
  patient: string,
  now: number,
): Promise<Reminders> {
  const { db } = parts;
  const addresses = await addressesWithFailures(db, patient);
  const next = (await remindersOfPatient(parts, patient, now)).find((it) => it > now);
  return {
    ...{ patient, ...(await choicesOf(db, patient)), addresses },
    reminders: [...(await remindersIn(parts, patient))],
    sentence: patientSentences['patient-reminder'],
    nextAt: addresses.length === 0 ? null : (next ?? null),
  };
}

async function remindersIn(parts: ReminderParts, patient: string): Promise<readonly Reminder[]> {
  const { db, planOf, content } = parts;
  const own = await ownTimesOf(db, patient);
  const episodes = await runningEpisodes(db, [patient]);
  const plans = new Map(episodes.map((it) => [it.plan, planOf(it.plan, it.planVersion)]));
  return (await remindedOf(parts, patient)).map(({ plan, item, window, rules }) => {
    const { time = null, isOff = false } = own.get(plan)?.get(item) ?? {};
    const [task = ''] = item.split('/');
    const known = plans.get(plan);
    const titled = known?.tasks.find((it) => it.id === task)?.title ?? formTitle(task, content);
    return {
      ...{ plan, planName: known?.title ?? { sv: plan, en: plan } },
      ...{ item, title: titled, window: window.label },
      ...{ time: time ?? window.target, usualTime: window.target, isOwn: time !== null, isOff },
      mayChange: rules.patientMayChangeTime,
      ...{ repeatMinutes: rules.repeatMinutes, atMost: rules.maxPerWindow },
      quietHours: rules.quietHours,
    };
  });
}

function formTitle(task: string, { questionnaires }: Content) {
  const id = task.replace(/^q:/, '');
  return questionnaires.get(id)?.title ?? { sv: id, en: id };
}

/** The addresses of a patient, with what could not be told there and is not tried again. */
async function addressesWithFailures(db: Kysely<Tables>, patient: string) {
  return db
    .selectFrom('patient_addresses')
    .leftJoin('patient_notices', (join) =>
      join
        .onRef('patient_notices.address', '=', 'patient_addresses.id')
        .on('patient_notices.code', 'is not', null),
    )
    .select(['channel', 'patient_addresses.address'])
    .select((eb) => [
      eb.fn.count<number>('patient_notices.id').as('failed'),
      eb.fn.max('code').as('code'),
    ])
    .where('patient', '=', patient)
    .groupBy(['patient_addresses.id', 'channel', 'patient_addresses.address'])
    .orderBy('channel')
    .orderBy('patient_addresses.address')
    .execute();
}
