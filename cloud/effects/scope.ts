import type { Level } from '@hemma/protocols/api/effects.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { EffectContent } from './definitions.js';
import type { EffectLog, EpisodeEntry } from './log.js';
import type { Span } from './period.js';

/** The part of the log that is of a level, and the period that is asked for. */
export interface Scope<Log extends EffectLog = EffectLog> {
  readonly log: Log;
  readonly span: Span;
  readonly level: Level;
  readonly content: EffectContent;
  readonly episodes: ReadonlyMap<string, EpisodeEntry>;
  /** Days of the period on which a patient was in one of the episodes. */
  readonly daysInPlan: ReadonlyMap<string, ReadonlySet<number>>;
}

interface Asked {
  readonly span: Span;
  readonly level: Level;
}

/** Throws {@link CodedError} `not_found` for a plan that the content does not have. */
export function scopeOf(log: EffectLog, { span, level }: Asked, content: EffectContent): Scope {
  if (level.kind === 'plan' && !content.plans.has(level.plan))
    throw new CodedError('not_found', `There is no plan "${level.plan}".`);
  const selected = log.episodes.filter((it) => isOf(it, level, content));
  const part = partOf(log, selected, level);
  return {
    ...{ log: part, span, level, content },
    episodes: new Map(selected.map((it) => [it.id, it])),
    daysInPlan: daysInPlan(part, span),
  };
}

function isOf(episode: EpisodeEntry, level: Level, { plans }: EffectContent): boolean {
  switch (level.kind) {
    case 'patient':
      return episode.patient === level.patient;
    case 'plan':
      return episode.plan === level.plan;
    case 'unit':
      return episode.unit === level.unit;
    case 'group':
      return (
        level.group === null || plans.get(episode.plan)?.condition.patientGroup === level.group
      );
  }
}

function partOf(log: EffectLog, episodes: readonly EpisodeEntry[], level: Level): EffectLog {
  const ids = new Set(episodes.map((it) => it.id));
  const patients = new Set(episodes.map((it) => it.patient));
  const ofEpisode = <T extends { readonly episode: string }>(rows: readonly T[] | null) =>
    rows?.filter((it) => ids.has(it.episode)) ?? null;
  const ofPatient = <T extends { readonly patient: string }>(rows: readonly T[] | null) =>
    rows?.filter((it) => patients.has(it.patient)) ?? null;
  return {
    ...log,
    episodes,
    occasions: ofEpisode(log.occasions),
    baselines: ofEpisode(log.baselines),
    scores: ofEpisode(log.scores),
    responses: ofEpisode(log.responses),
    tasks: ofEpisode(log.tasks),
    // Whose heartbeats these are is decided when they are put in order: see `timedWork`.
    heartbeats: log.heartbeats,
    contacts: ofEpisode(log.contacts),
    downtimes: ofPatient(log.downtimes),
    inpatient: log.inpatient && {
      ...log.inpatient,
      stays: log.inpatient.stays.filter((it) => patients.has(it.patient)),
    },
    people: ofPatient(log.people),
    reports: ofEpisode(log.reports),
    resources: log.resources && resourcesOf(log.resources, level),
  };
}

/** What the controller enters is of a unit: it cannot be split between plans or patients. */
function resourcesOf<T extends { readonly unit: string }>(rows: readonly T[], level: Level) {
  if (level.kind === 'unit') return rows.filter((it) => it.unit === level.unit);
  return level.kind === 'group' && level.group === null ? rows : [];
}

function daysInPlan({ episodes, calendar, until }: EffectLog, span: Span) {
  const days = new Map<string, Set<number>>();
  const today = calendar.dayOf(until);
  for (const { patient, startedAt, endedAt } of episodes) {
    const ofPatient = days.get(patient) ?? new Set<number>();
    const from = Math.max(calendar.dayOf(startedAt), span.fromDay);
    const to = Math.min(endedAt === null ? today : calendar.dayOf(endedAt), today, span.toDay);
    for (let day = from; day <= to; day += 1) ofPatient.add(day);
    if (ofPatient.size > 0) days.set(patient, ofPatient);
  }
  return days;
}

/** Whether an instant is of the period. */
export function isInPeriod({ span }: Scope, at: number): boolean {
  return span.fromAt <= at && at < span.untilAt;
}

/** The stretches of a time, an instant to an exclusive one, on days of the period in the plan. */
export function inPlan(
  { span, log: { calendar }, daysInPlan: all }: Scope,
  patient: string,
  from: number,
  until: number,
): readonly (readonly [number, number])[] {
  const days = all.get(patient);
  const start = Math.max(from, span.fromAt);
  const end = Math.min(until, span.untilAt);
  if (days === undefined || start >= end) return [];
  const stretches: [number, number][] = [];
  for (let day = calendar.dayOf(start); day <= calendar.dayOf(end - 1); day += 1)
    if (days.has(day))
      stretches.push([
        Math.max(start, calendar.instant(day, 0)),
        Math.min(end, calendar.instant(day + 1, 0)),
      ]);
  return stretches;
}

/** Of so many persons; each once. */
export function persons(rows: Iterable<{ readonly patient: string }>): number {
  return new Set([...rows].map((it) => it.patient)).size;
}

/** The persons behind rows that name their episode. */
export function personsOf(scope: Scope, rows: readonly { readonly episode: string }[]): number {
  return persons(rows.flatMap((it) => scope.episodes.get(it.episode) ?? []));
}
