import { setImmediate as nextTurn } from 'node:timers/promises';
import { CodedError } from '@hemma/protocols/errors.js';
import { workingMinutesBetween } from '../../coverage/coverage.js';
import { toEpisode } from '../../episodes/episodes.js';
import type { Episode } from '../../episodes/episodes.js';
import { groupBy } from '../../plans/group.js';
import { mustKnowPatient } from '../../prescribing/start.js';
import { eventsOfMany } from '../../record/care-record.js';
import { Units } from '../../units/units.js';
import type { EffectInputs, EffectLog, EpisodeEntry, UnknownVersion } from '../log.js';
import { eventEntries } from './event-entries.js';
import { readHeartbeats, readInpatient } from './read-kept.js';
import { readMeasured } from './read-measured.js';
import { readDowntimes, readTasks } from './read-worklist.js';
import { calendar, chunksOf } from './sources.js';
import type { EffectSources, LogAsked } from './sources.js';

/** Every patient of a large region, some with two plans; a report of more would take an hour. */
export const maxEpisodes = 20_000;
/** Patients whose readings are in memory at once. */
const patientsAtOnce = 10;

/**
 * The log of a period and a level, from what the cloud keeps: episodes that were on in the period,
 * with all of their answers, tasks and occasions in it. What nothing keeps is null, so that a measure
 * says "not recorded" and never 0. Throws {@link CodedError} `not_found` for a unit, plan, group or patient
 * that there is not, `request_invalid` for too much at once.
 */
export async function readLog(
  sources: EffectSources,
  asked: LogAsked,
  most = maxEpisodes,
): Promise<EffectLog> {
  const { db, clock } = sources;
  await mustBeThere(sources, asked);
  const until = clock.wall().ms;
  const episodes = await episodesIn(sources, asked, most);
  const found = await readGroups(sources, asked, episodes);
  const ids = episodes.map((it) => it.id);
  return {
    ...{ until, calendar, ...found, unknownVersions: unknownVersions(sources, episodes) },
    workingMinutes: await workingMinutes(sources),
    tasks: await readTasks(db, ids, asked.span),
    downtimes: await readDowntimes(db, ids, asked.span),
    heartbeats: await readHeartbeats(db, asked.span),
    inpatient: await readInpatient(db, [...new Set(episodes.map((it) => it.patient))]),
    // Nothing of the cloud asks for these.
    ...{ people: null, reports: null, resources: null },
  };
}

/** A figure of nobody would look like one of a unit in which nothing happened. */
async function mustBeThere(
  { db, content: { plans } }: EffectSources,
  { level }: LogAsked,
): Promise<void> {
  if (level.kind === 'unit') await new Units(db).find(level.unit);
  if (level.kind === 'patient') await mustKnowPatient(db, level.patient);
  if (level.kind === 'plan' && !plans.has(level.plan))
    throw new CodedError('not_found', `There is no plan "${level.plan}".`);
  if (level.kind === 'group' && level.group !== null && plansOf(plans, level.group).length === 0)
    throw new CodedError('not_found', `No plan is for the group "${level.group}".`);
}

function plansOf(plans: EffectSources['content']['plans'], group: string): readonly string[] {
  return [...plans.values()].filter((it) => it.condition.patientGroup === group).map((it) => it.id);
}

/** The episodes of a level that were on in the period, in the order in which they began. */
async function episodesIn(
  { db, content }: EffectSources,
  { span, level }: LogAsked,
  most: number,
): Promise<readonly Episode[]> {
  let query = db
    .selectFrom('episodes')
    .selectAll()
    .where('started_at', '<', span.untilAt)
    .where((eb) => eb.or([eb('ended_at', 'is', null), eb('ended_at', '>=', span.fromAt)]))
    .orderBy('started_at')
    .orderBy('id')
    .limit(most + 1);
  if (level.kind === 'patient') query = query.where('patient', '=', level.patient);
  else query = query.where('patient', 'not in', testPersons(db));
  if (level.kind === 'plan') query = query.where('plan', '=', level.plan);
  if (level.kind === 'unit') query = query.where('unit', '=', level.unit);
  if (level.kind === 'group' && level.group !== null)
    query = query.where('plan', 'in', plansOf(content.plans, level.group));
  const rows = await query.execute();
  if (rows.length > most)
    throw new CodedError(
      'request_invalid',
      `The report is of more than ${most} episodes: ask for a unit or a shorter period.`,
    );
  return rows.map(toEpisode);
}

/** An episode of a version that is not known here has no occasions: it is told, and not left out. */
function unknownVersions(
  { planOf }: EffectSources,
  episodes: readonly Episode[],
): readonly UnknownVersion[] {
  const unknown = episodes.filter((it) => planOf(it.plan, it.planVersion) === undefined);
  const versions = groupBy(unknown, (it) => JSON.stringify([it.plan, it.planVersion]));
  return [...versions.values()].flatMap((of) => {
    const [first] = of;
    if (first === undefined) return [];
    return [{ plan: first.plan, version: first.planVersion, episodes: of.length }];
  });
}

/** What is tried with a test person is no care, and no effect of it. */
function testPersons(db: EffectSources['db']) {
  return db.selectFrom('patients').select('ref').where('test_person', '=', 1);
}

type Found = Pick<EffectLog, 'episodes'> &
  Pick<EffectInputs, 'occasions' | 'baselines' | 'scores' | 'responses' | 'contacts'>;

/** A few patients at a time, each with three statements for all of them. */
async function readGroups(
  sources: EffectSources,
  asked: LogAsked,
  episodes: readonly Episode[],
): Promise<Found> {
  const ofPatients = [...groupBy(episodes, (it) => it.patient)];
  const parts: Awaited<ReturnType<typeof readGroup>>[] = [];
  for (const chunk of chunksOf(ofPatients, patientsAtOnce)) {
    parts.push(await readGroup(sources, asked, new Map(chunk)));
    // SQLite answers at once: what comes in from gateways must get its turn meanwhile.
    await nextTurn();
  }
  return {
    episodes: parts.flatMap((it) => it.episodes),
    occasions: parts.flatMap((it) => it.occasions),
    baselines: parts.flatMap((it) => it.baselines),
    scores: parts.flatMap((it) => it.scores),
    responses: parts.flatMap((it) => it.responses),
    contacts: parts.flatMap((it) => it.contacts),
  };
}

async function readGroup(
  sources: EffectSources,
  asked: LogAsked,
  ofPatients: ReadonlyMap<string, readonly Episode[]>,
) {
  const events = await eventsOfMany(sources.db, [...ofPatients.keys()]);
  const episodes = [...ofPatients.values()].flat();
  const entries = eventEntries({ episodes, events }, sources.content);
  const measured = await readMeasured(sources, asked, { episodes, events });
  return {
    ...entries,
    occasions: measured.occasions,
    episodes: episodes.map((it) => entryOf(it, measured.firstValues.get(it.id) ?? null)),
  };
}

function entryOf(episode: Episode, firstValueAt: number | null): EpisodeEntry {
  const { id, patient, plan, unit, startedAt, endedAt, endReason } = episode;
  // A plan begins in the moment in which it is prescribed.
  const prescribedAt = startedAt;
  return { id, patient, plan, unit, startedAt, endedAt, endReason, prescribedAt, firstValueAt };
}

async function workingMinutes({ db }: EffectSources): Promise<EffectLog['workingMinutes']> {
  const hours = new Map((await new Units(db).list()).map((it) => [it.id, it.hours]));
  return (unit, from, to) => {
    const known = hours.get(unit);
    return known === undefined ? null : workingMinutesBetween(known, from, to);
  };
}
