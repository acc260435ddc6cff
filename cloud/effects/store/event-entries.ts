import type { Episode } from '../../episodes/episodes.js';
import type { Content } from '../../plans/content.js';
import { decimal } from '../../plans/decimal.js';
import { groupBy } from '../../plans/group.js';
import { asShown } from '../../plans/metrics.js';
import { scoreOf } from '../../plans/scoring.js';
import { ofKind } from '../../record/care-record.js';
import type { KeptEvent } from '../../record/care-record.js';
import { withoutErrors } from '../../record/patient-record.js';
import type { ContactEntry, ResponseEntry, ScoreEntry } from '../log.js';
import type { Group } from './sources.js';

interface EventEntries {
  readonly baselines: readonly ScoreEntry[];
  readonly scores: readonly ScoreEntry[];
  readonly responses: readonly ResponseEntry[];
  readonly contacts: readonly ContactEntry[];
}

/**
 * What people did, as entries of the log; what was entered in error is no part of it. An answer that
 * names no episode is of each that the patient was in, a contact of the one that began first: time is
 * spent once.
 */
export function eventEntries({ episodes, events }: Group, content: Content): EventEntries {
  const parts = [...groupBy(episodes, (it) => it.patient)].map(([patient, own]) =>
    entriesOf(own, withoutErrors(events.get(patient) ?? []), content),
  );
  return {
    baselines: parts.flatMap((it) => it.baselines),
    scores: parts.flatMap((it) => it.scores),
    responses: parts.flatMap((it) => it.responses),
    contacts: parts.flatMap((it) => it.contacts),
  };
}

function entriesOf(
  episodes: readonly Episode[],
  events: readonly KeptEvent[],
  content: Content,
): EventEntries {
  const ofEach = (it: KeptEvent) => episodesOf(it, episodes);
  const responses = ofKind(events, 'response').filter((it) => it.event.complete);
  return {
    baselines: ofKind(events, 'baseline').flatMap((it) =>
      ofEach(it).flatMap((episode) =>
        Object.entries(it.event.values).map(([metric, value]) => ({
          ...{ episode, metric, value, at: it.at },
        })),
      ),
    ),
    scores: [
      ...ofKind(events, 'score').flatMap((it) =>
        ofEach(it).map((episode) => {
          const { metric, value } = it.event;
          const shown = asShown(metric, decimal(value), content).toNumber();
          return { episode, metric, value: shown, at: it.at };
        }),
      ),
      ...responses.flatMap((it) =>
        ofEach(it).flatMap((episode) =>
          scoresOf(it.event, content).map((score) => ({ episode, ...score, at: it.at })),
        ),
      ),
    ],
    responses: responses.flatMap((it) => {
      const { questionnaire, answers } = it.event;
      const by = it.staff ?? it.patient;
      return ofEach(it).map((episode) => ({ episode, questionnaire, answers, at: it.at, by }));
    }),
    contacts: ofKind(events, 'contact').flatMap((it) => {
      const { channel, minutes, replacesVisit } = it.event;
      const [episode] = ofEach(it);
      return episode === undefined ? [] : [{ episode, at: it.at, channel, minutes, replacesVisit }];
    }),
  };
}

/** Its own; of those that were on at its time where it names none. */
function episodesOf({ episode, at }: KeptEvent, episodes: readonly Episode[]): readonly string[] {
  const isOn = (it: Episode) => it.startedAt <= at && at <= (it.endedAt ?? Infinity);
  return episodes
    .filter((it) => (episode === null ? isOn(it) : it.id === episode))
    .map((it) => it.id);
}

interface Answered {
  readonly questionnaire: string;
  readonly answers: Readonly<Record<string, number | null>>;
}

/** The scores that one response gives, by measurement. */
function scoresOf({ questionnaire, answers }: Answered, content: Content) {
  const { scoring = [] } = content.questionnaires.get(questionnaire) ?? {};
  return scoring.flatMap((rule) => {
    const metric = rule.measurementId;
    const value = scoreOf(rule, answers);
    if (metric === null || value === null) return [];
    return [{ metric, value: asShown(metric, value, content).toNumber() }];
  });
}
