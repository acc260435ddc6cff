import type { Choice, KeptResponse, Questionnaire as Shown } from '@hemma/protocols/api/forms.js';
import type { AnswerSet, Questionnaire } from '@hemma/protocols/plans/questionnaire.js';
import { scoreOf } from '../plans/scoring.js';
import type { KeptEvent } from '../record/care-record.js';
import type { CareEvent } from '../record/events.js';

type Response = Extract<CareEvent, { kind: 'response' }>;

/** A questionnaire as people fill it in: without scoring and without what it is watched for. */
export function shownForm(form: Questionnaire): Shown {
  const { id, version, title, recall, instruction, minutes } = form;
  return {
    ...{ id, version, title, recall, instruction, minutes },
    attribution: form.licence.attribution,
    items: form.items.map(({ id: item, text, required, answerSet }) => ({
      ...{ id: item, text, required },
      choice: choiceOf(form.answerSets[answerSet] ?? []),
    })),
  };
}

function choiceOf(set: AnswerSet): Choice {
  if (Array.isArray(set))
    return { type: 'one-of', answers: set.map(({ value, text }) => ({ value, text })) };
  if (set.type === 'text') return { type: 'words', maxLength: set.maxLength };
  const { min, max } = set;
  const ends = set.type === 'nrs' ? { low: set.minLabel, high: set.maxLabel } : null;
  return { type: 'number', min, max, ends };
}

/** A response with its scores; an incomplete one has none. Only the time it belongs to is shown. */
export function shownResponse(
  { id, at, event }: KeptEvent<Response>,
  form: Questionnaire | undefined,
): KeptResponse {
  const { questionnaire, complete, answers } = event;
  return {
    ...{ id, questionnaire, at, complete },
    scores: form === undefined || !complete ? [] : scoresOf(form, answers),
  };
}

function scoresOf(form: Questionnaire, answers: Response['answers']): KeptResponse['scores'] {
  return form.scoring.flatMap((scoring) => {
    const exact = scoreOf(scoring, answers);
    if (exact === null) return [];
    const value = exact.toNumber();
    // Bands that differ by sex are for those who know the patient.
    const band = form.bands.find(
      (it) => it.score === scoring.id && it.sex === undefined && it.from <= value && value <= it.to,
    );
    return [
      { id: scoring.id, value, min: scoring.min, max: scoring.max, band: band?.label ?? null },
    ];
  });
}
