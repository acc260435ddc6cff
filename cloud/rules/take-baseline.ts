import type { Transaction } from 'kysely';
import type { Catalogue } from '../catalogue.js';
import type { Tables } from '../database/schema.js';
import type { Episode } from '../episodes/episodes.js';
import type { Course } from '../plans/course.js';
import { addEvent } from '../record/care-record.js';
import type { KeptEvent } from '../record/care-record.js';
import { confirmedIn, errorsIn } from '../record/patient-record.js';
import type { EventRecord } from '../record/patient-record.js';
import { baselineDueAt, snapshotOf } from './baseline-snapshot.js';
import { nextNight } from './next-look.js';
import { readingsBetween } from './patient-record.js';

interface Taking {
  readonly trx: Transaction<Tables>;
  readonly episode: Pick<Episode, 'id' | 'patient'>;
  readonly course: Course;
  readonly events: readonly KeptEvent[];
  readonly catalogue: Catalogue;
  /** When the oldest of the news was measured; null when it is time that has passed. */
  readonly oldest: number | null;
  /** The journal has more than is judged with this. */
  readonly isBehind: boolean;
  readonly now: number;
  /** Position of the journal that is reached with this. */
  readonly position: number;
}

/**
 * Takes the zero measurement of an episode when its time has come and there is something to take it
 * from (monitoring plans §8): once, as an event with its inputs. Gives when to look for it again; null
 * when it is taken, or never will be by itself.
 */
export async function takeBaseline(taking: Taking, told: EventRecord): Promise<number | null> {
  const { trx, episode, course, events, now, position } = taking;
  if (told.baselines.length > 0) return null;
  const dueAt = baselineDueAt(course);
  if (now < dueAt) return dueAt;
  // News may be the first of many after a cut: it is taken in a night that brings none.
  const tonight = nextNight(course.calendar, now);
  if (taking.oldest !== null || taking.isBehind) return tonight;
  const { calendar, startDay, plan } = course;
  const [from = 0, before] = [startDay, startDay + plan.baseline.windowDays].map((day) =>
    calendar.instant(day, 0),
  );
  const confirmed = confirmedIn(events);
  const { catalogue } = taking;
  const asked = { trx, position, confirmed, patient: episode.patient, catalogue };
  const errors = errorsIn(events);
  const readings = (await readingsBetween(asked, from, before)).filter((it) => !errors.has(it.id));
  const record = { ...told, readings, staffActs: [] };
  const snapshot = snapshotOf(course, record, { now, reason: null });
  if (snapshot === null)
    return now > calendar.instant(startDay + plan.duration.defaultDays, 0) ? null : tonight;
  const belongs = { patient: episode.patient, episode: episode.id, at: snapshot.at };
  await addEvent(trx, { ...belongs, receivedAt: now, staff: null, event: snapshot.event });
  return null;
}
