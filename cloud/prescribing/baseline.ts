import type { Transaction } from 'kysely';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Tables } from '../database/schema.js';
import { courseOfEpisode } from '../episodes/episode-course.js';
import type { Episode } from '../episodes/episodes.js';
import type { Content } from '../plans/content.js';
import { isMetric } from '../plans/metrics.js';
import { eventsOf } from '../record/care-record.js';
import type { CareEvent } from '../record/events.js';
import { confirmedIn, errorsIn, recordOf } from '../record/patient-record.js';
import { snapshotOf } from '../rules/baseline-snapshot.js';
import { readingsBetween } from '../rules/patient-record.js';
import { type Person, mustMayDecide } from './authority.js';
import { checkedDay } from './course.js';
import { mustGoOn, planOfEpisode, say } from './limits.js';
import { type PrescribingParts, calendar } from './parts.js';

export interface BaselineRequest {
  /** Why there is a new one; the first needs none. */
  readonly reason: string | null;
  /** Local date on which the window of the plan begins; the start of the plan when null. */
  readonly from: string | null;
  /** Stated by staff, by metric; null to take them by the rule of the plan. */
  readonly values: Readonly<Record<string, number>> | null;
}

/**
 * Takes the zero measurement by command (monitoring plans §8). A new one counts from now on, and the old
 * one stays for what was compared with it. Throws {@link CodedError} `request_invalid` without a reason
 * for a new one, `wrong_state` when there is too little to take it from.
 */
export async function setBaseline(
  parts: PrescribingParts,
  person: Person,
  id: string,
  request: BaselineRequest,
): Promise<void> {
  await parts.db.transaction().execute(async (trx) => {
    const episode = await mustGoOn({ db: trx }, id);
    mustMayDecide(person, episode);
    const taken = await take(trx, parts, episode, request);
    await say(trx, { parts, person, episode }, taken.event, taken.at);
  });
}

interface Taken {
  readonly event: CareEvent;
  readonly at: number;
}

async function take(
  trx: Transaction<Tables>,
  parts: PrescribingParts,
  episode: Episode,
  { reason, from, values }: BaselineRequest,
): Promise<Taken> {
  const { content, catalogue, clock } = parts;
  const events = await eventsOf(trx, episode.patient);
  const told = recordOf(events, episode.id, calendar);
  const isFirst = told.baselines.length === 0;
  if (!isFirst && reason === null)
    throw new CodedError('request_invalid', 'A new zero measurement needs a reason.');
  const now = clock.wall().ms;
  if (values !== null) {
    mustBeValues(values, content);
    return { at: now, event: { kind: 'baseline', values, inputs: {}, fromDays: {}, reason } };
  }
  const settings = { plan: planOfEpisode(parts, episode), content, calendar };
  const own = courseOfEpisode(episode, events, settings);
  const course = { ...own, startDay: from === null ? own.startDay : checkedDay(from) };
  const lastDay = course.startDay + course.plan.baseline.windowDays;
  const [first = 0, before] = [course.startDay, lastDay].map((day) => calendar.instant(day, 0));
  const [errors, confirmed] = [errorsIn(events), confirmedIn(events)];
  const position = Number.MAX_SAFE_INTEGER;
  const asked = { trx, patient: episode.patient, position, catalogue, confirmed };
  const readings = (await readingsBetween(asked, first, before)).filter((it) => !errors.has(it.id));
  const snapshot = snapshotOf(course, { ...told, readings, staffActs: [] }, { now, reason });
  if (snapshot === null)
    throw new CodedError('wrong_state', 'There is too little to take a zero measurement from.');
  if (isFirst) return snapshot;
  return { at: now, event: { ...snapshot.event, fromDays: {} } };
}

/** Changes are told from what is stated here: a value that nobody can have would silence or raise them. */
function mustBeValues(values: Readonly<Record<string, number>>, content: Content): void {
  const stated = Object.entries(values);
  if (stated.length === 0 || !stated.every(([metric]) => isMetric(metric, content)))
    throw new CodedError('request_invalid', 'The values are of no measurement.');
  for (const [metric, value] of stated) {
    const [least, most] = content.hardRanges.get(metric) ?? [-Infinity, Infinity];
    if (value < least || value > most)
      throw new CodedError('request_invalid', `${metric} is ${least} to ${most}.`);
  }
}
