import type { Text } from '@hemma/protocols/plans/text.js';
import { type Decimal, decimal } from '../../plans/decimal.js';
import { groupBy } from '../../plans/group.js';
import { scoreOf } from '../../plans/scoring.js';
import type { EffectLog, EpisodeEntry, ResponseEntry, ScoreEntry } from '../log.js';
import { type Detail, measure, summaryDetails } from '../measure.js';
import { type Scope, isInPeriod } from '../scope.js';
import { summary } from '../statistics.js';

const experience = { questionnaire: 'hemma-patient-experience', scoring: 'mean' };
const safetyMetric = 'safety_feeling_nrs';

type Moment = 'start' | 'week-4' | 'end';
const moments: Readonly<Record<Moment, Text>> = {
  start: { sv: 'Trygghet vid start', en: 'Safety at the start' },
  'week-4': { sv: 'Trygghet efter 4 veckor', en: 'Safety after 4 weeks' },
  end: { sv: 'Trygghet vid slut', en: 'Safety at the end' },
};
/** People answer some days before or after they are asked: a week counts. */
const MAX_DAYS_OFF = 7;
const weekFour = 28;

/** The latest answers of each person in the period, and the feeling of safety at three moments. */
export const patientSafetyFeeling = measure({
  id: 'patient-safety-feeling',
  needs: ['responses', 'scores'],
  compute(scope) {
    const means = latestMeans(scope);
    const found = summary([...means.values()]);
    const at = (moment: Moment) => safetyAt(scope, moment);
    const both = pairs(at('start'), at('end'));
    return {
      ...{ value: found.mean, decimals: 2, n: found.n },
      met: both.length < scope.content.smallCellLimit ? null : (summary(both).mean?.gt(0) ?? null),
      details: [
        ...summaryDetails(
          {
            ...{ id: 'experience', unit: '1-5', decimals: 2 },
            name: { sv: 'Din upplevelse', en: 'Your experience' },
          },
          found,
        ),
        ...Object.entries(moments).flatMap(([moment, name]): readonly Detail[] =>
          summaryDetails(
            { id: `safety.${moment}`, name, unit: '0-10', decimals: 2 },
            // The keys of `moments` are moments.
            summary([...at(moment as Moment).values()]),
          ),
        ),
      ],
    };
  },
});

type Asked = Scope<
  EffectLog & {
    readonly responses: readonly ResponseEntry[];
    readonly scores: readonly ScoreEntry[];
  }
>;

function latestMeans(scope: Asked): ReadonlyMap<string, Decimal> {
  const scoring = scope.content.questionnaires
    .get(experience.questionnaire)
    ?.scoring.find((it) => it.id === experience.scoring);
  const given = scope.log.responses
    .filter((it) => it.questionnaire === experience.questionnaire && isInPeriod(scope, it.at))
    .toSorted((a, b) => a.at - b.at);
  return new Map(
    given.flatMap(({ episode, answers }) => {
      const patient = scope.episodes.get(episode)?.patient;
      const score = scoring && scoreOf(scoring, answers);
      return patient === undefined || score == null ? [] : [[patient, score] as const];
    }),
  );
}

/** The feeling of safety of each person at a moment of their latest episode that has it. */
function safetyAt(scope: Asked, moment: Moment): ReadonlyMap<string, Decimal> {
  const scores = groupBy(
    scope.log.scores.filter((it) => it.metric === safetyMetric && isInPeriod(scope, it.at)),
    (it) => it.episode,
  );
  const episodes = scope.log.episodes.toSorted((a, b) => a.startedAt - b.startedAt);
  return new Map(
    episodes.flatMap((episode) => {
      const nearest = nearestTo(scope, momentOf(scope, episode, moment), scores.get(episode.id));
      return nearest === undefined ? [] : [[episode.patient, decimal(nearest.value)] as const];
    }),
  );
}

function momentOf({ log }: Scope, episode: EpisodeEntry, moment: Moment): number | null {
  const startDay = log.calendar.dayOf(episode.startedAt);
  if (moment === 'start') return startDay;
  if (moment === 'week-4') return startDay + weekFour;
  return episode.endedAt === null ? null : log.calendar.dayOf(episode.endedAt);
}

/** The answer nearest to a day, the earlier of two as near. */
function nearestTo({ log }: Scope, day: number | null, scores: readonly ScoreEntry[] = []) {
  if (day === null) return undefined;
  const off = (it: ScoreEntry) => Math.abs(log.calendar.dayOf(it.at) - day);
  const [nearest] = scores
    .filter((it) => off(it) <= MAX_DAYS_OFF)
    .toSorted((a, b) => off(a) - off(b) || a.at - b.at);
  return nearest;
}

function pairs(
  start: ReadonlyMap<string, Decimal>,
  end: ReadonlyMap<string, Decimal>,
): readonly Decimal[] {
  return [...start].flatMap(([patient, before]) => end.get(patient)?.minus(before) ?? []);
}
