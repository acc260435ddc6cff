import type { Calendar } from '@hemma/protocols/plans/calendar.js';
import type { Pause } from '@hemma/protocols/plans/occasions.js';
import type { PatientRecord } from '../plans/record.js';
import { ofKind } from './care-record.js';
import type { KeptEvent } from './care-record.js';
import type { PauseReason } from './events.js';

/** What the events of a patient are to the rules; readings and what staff did with tasks come beside. */
export type EventRecord = Pick<
  PatientRecord,
  'responses' | 'stated' | 'contacts' | 'completions' | 'seriesStarts' | 'baselines'
>;

/** As the rules of one episode see them: what it began by itself counts for no other. */
export function recordOf(
  kept: readonly KeptEvent[],
  episode: string | null,
  calendar: Calendar,
): EventRecord {
  const events = withoutErrors(kept);
  const own = events.filter((it) => it.episode === episode);
  return {
    responses: ofKind(events, 'response').map(({ id, at, receivedAt, event }) => ({
      ...{ id, at, receivedAt, questionnaire: event.questionnaire },
      ...{ answers: event.answers, complete: event.complete },
    })),
    stated: ofKind(events, 'score').map(({ id, at, receivedAt, event }) => ({
      ...{ id, at, receivedAt, metric: event.metric, value: event.value },
    })),
    contacts: [
      ...ofKind(events, 'contact'),
      // What staff write to the patient is a message, wherever it stands.
      ...ofKind(events, 'comment').filter((it) => it.staff !== null),
    ].map(({ id, at, receivedAt }) => ({ id, at, receivedAt })),
    completions: ofKind(events, 'completion')
      .filter((it) => it.episode === null || it.episode === episode)
      .map(({ id, at, receivedAt, event }) => ({
        ...{ id, at, receivedAt, task: event.task, minutes: event.minutes },
        ...{ step: event.step ?? null, activity: event.activity ?? null },
      })),
    seriesStarts: ofKind(own, 'series-start').map(({ at, event }) => ({
      series: event.series,
      day: calendar.dayOf(at),
    })),
    baselines: ofKind(own, 'baseline').map(({ at, event }) => ({
      fromDay: calendar.dayOf(at),
      values: event.values,
      fromDays: event.fromDays,
    })),
  };
}

/** What was entered in error never counts (monitoring plans §3.2). */
export function withoutErrors(events: readonly KeptEvent[]): readonly KeptEvent[] {
  const errors = errorsIn(events);
  return events.filter((it) => !errors.has(it.id));
}

/**
 * Ids of the events and measurements that somebody has marked as entered in error, and of the
 * measurements that staff have said to be somebody else's: neither ever counts.
 */
export function errorsIn(events: readonly KeptEvent[]): ReadonlySet<string> {
  const marked = new Set(ofKind(events, 'entered-in-error').map((it) => it.event.entry));
  const denied = ofKind(events, 'owner-denied').filter((it) => !marked.has(it.id));
  return new Set([...marked, ...denied.map((it) => it.event.entry)]);
}

/** Ids of the measurements of which staff have said that they are the patient's. */
export function confirmedIn(events: readonly KeptEvent[]): ReadonlySet<string> {
  return new Set(ofKind(withoutErrors(events), 'owner-confirmed').map((it) => it.event.entry));
}

/** A pause with the reason that was agreed. */
export interface AgreedPause extends Pause {
  readonly id: string;
  readonly reason: PauseReason;
}

/** The agreed pauses of an episode; one without an end lasts until it is ended. */
export function pausesOf(
  kept: readonly KeptEvent[],
  episode: string,
  calendar: Calendar,
): readonly AgreedPause[] {
  const events = withoutErrors(kept);
  const ended = new Map(
    ofKind(events, 'resume').map(({ at, event }) => [event.pause, calendar.dayOf(at) - 1]),
  );
  return ofKind(events, 'pause')
    .filter((it) => it.episode === episode)
    .map(({ id, event: { fromDay, toDay, reason } }) => ({
      ...{ id, reason, fromDay },
      toDay: Math.min(toDay ?? Infinity, ended.get(id) ?? Infinity),
    }));
}
