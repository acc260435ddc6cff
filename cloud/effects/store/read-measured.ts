import type { Plan } from '@hemma/protocols/plans/plan.js';
import { segmentsOf } from '../../episodes/segments.js';
import type { Segment } from '../../episodes/segments.js';
import type { Episode } from '../../episodes/episodes.js';
import type { PatientReading } from '../../plans/record.js';
import { confirmedIn, errorsIn, pausesOf, recordOf } from '../../record/patient-record.js';
import type { EventRecord } from '../../record/patient-record.js';
import { readingsBetween, readingsOfMany } from '../../rules/patient-record.js';
import type { OccasionEntry } from '../log.js';
import { occasionEntries } from './occasion-entries.js';
import { calendar } from './sources.js';
import type { EffectSources, Group, LogAsked } from './sources.js';

/** What was measured, and what was to be: by episode. */
interface MeasuredEntries {
  readonly occasions: readonly OccasionEntry[];
  /** The first value of each episode that has one. */
  readonly firstValues: ReadonlyMap<string, number>;
}

/** An episode with what there is to tell of it. */
interface Followed {
  readonly episode: Episode;
  readonly segments: readonly Segment[];
  readonly record: EventRecord & { readonly readings: readonly PatientReading[] };
  /** What never counts. */
  readonly errors: ReadonlySet<string>;
}

/** The readings of the period of a few patients, as the plans of their episodes ask for them. */
export async function readMeasured(
  sources: EffectSources,
  { span }: LogAsked,
  { episodes, events }: Group,
): Promise<MeasuredEntries> {
  const now = sources.clock.wall().ms;
  const patients = [...new Set(episodes.map((it) => it.patient))];
  const confirmed = new Set(patients.flatMap((it) => [...confirmedIn(events.get(it) ?? [])]));
  const asked = { ...sources, confirmed };
  const readings = await readingsOfMany(asked, patients, span.fromAt, span.untilAt);
  const occasions: OccasionEntry[][] = [];
  const firstValues = new Map<string, number>();
  for (const episode of episodes) {
    const kept = events.get(episode.patient) ?? [];
    const errors = errorsIn(kept);
    const own = (readings.get(episode.patient) ?? []).filter((it) => !errors.has(it.id));
    const segments = segmentsOf(episode, kept, { ...sources, calendar });
    const record = { ...recordOf(kept, episode.id, calendar), readings: own };
    const pauses = pausesOf(kept, episode.id, calendar);
    occasions.push(occasionEntries({ episode, segments, record, pauses, span, now }));
    const first = await firstValue(asked, { episode, segments, record, errors }, span.untilAt);
    if (first !== null) firstValues.set(episode.id, first);
  }
  return { occasions: occasions.flat(), firstValues };
}

/** The first value that the plan asks for; asked for after the period where none is in it. */
async function firstValue(
  sources: EffectSources & { readonly confirmed: ReadonlySet<string> },
  { episode, segments, record, errors }: Followed,
  untilAt: number,
): Promise<number | null> {
  const plan = segments[0]?.course.plan;
  if (plan === undefined) return null;
  const { startedAt, endedAt } = episode;
  const isOf = (at: number) => startedAt <= at && at <= (endedAt ?? Infinity);
  const answered = [...record.responses.filter((it) => it.complete), ...record.stated];
  const measured = record.readings.filter((it) => isAsked(plan, it));
  const first = firstOf([...answered, ...measured], isOf);
  if (first !== null || (endedAt ?? Infinity) < untilAt) return first;
  const later = { trx: sources.db, patient: episode.patient, position: Number.MAX_SAFE_INTEGER };
  const { catalogue, confirmed } = sources;
  const asked = { ...later, catalogue, confirmed };
  const after = await readingsBetween(asked, untilAt, untilAt + maxWaitMs);
  return firstOf(
    after.filter((it) => !errors.has(it.id) && isAsked(plan, it)),
    isOf,
  );
}

/** A year: whoever has measured nothing after it has not begun. */
const maxWaitMs = 366 * 86_400_000;

function isAsked({ tasks }: Plan, { values }: PatientReading): boolean {
  return tasks.some((task) => task.measurementTypes.some((it) => values[it] !== undefined));
}

function firstOf(entries: readonly { readonly at: number }[], isOf: (at: number) => boolean) {
  const first = entries.reduce((min, { at }) => (isOf(at) ? Math.min(min, at) : min), Infinity);
  return first === Infinity ? null : first;
}
