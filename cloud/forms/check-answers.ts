import type { NewResponse } from '@hemma/protocols/api/forms.js';
import type { AnswerSet, Questionnaire } from '@hemma/protocols/plans/questionnaire.js';
import { compare, decimal } from '../plans/decimal.js';
import { type Problem, problem } from '../plans/problems.js';
import { isComplete } from '../plans/scoring.js';

/** Answers that fit their questionnaire, or what is wrong with them. */
export type Checked =
  | { readonly problems: readonly Problem[]; readonly answers: null }
  | {
      readonly problems: readonly [];
      /** By item; an item that was left out is not there. */
      readonly answers: Readonly<Record<string, number | null>>;
      readonly texts: Readonly<Record<string, string>>;
      /** Every required item is answered: only then it is scored and judged. */
      readonly complete: boolean;
    };

/**
 * Holds each answer against its item. Items that the logic of the form skips get what it says.
 * Problems are `answer_unknown_item` and `answer_not_offered`, with the item as path and no value.
 */
export function checkAnswers(form: Questionnaire, given: NewResponse['answers']): Checked {
  const items = new Map(form.items.map((it) => [it.id, it]));
  const problems: Problem[] = [];
  const answers: Record<string, number | null> = {};
  const texts: Record<string, string> = {};
  for (const [id, answer] of Object.entries(given)) {
    const set = form.answerSets[items.get(id)?.answerSet ?? ''];
    if (set === undefined) problems.push(problem('answer_unknown_item', id));
    else if (answer === null) answers[id] = null;
    else if (!isOffered(set, answer)) problems.push(problem('answer_not_offered', id));
    else if (typeof answer === 'number') answers[id] = answer;
    else texts[id] = answer.trim();
  }
  if (problems.length > 0) return { problems, answers: null };
  const all = { ...answers, ...skipped(form, answers) };
  const isWorded = Object.fromEntries(Object.keys(texts).map((id) => [id, 1]));
  return { problems: [], answers: all, texts, complete: isComplete(form, { ...all, ...isWorded }) };
}

function isOffered(set: AnswerSet, answer: number | string): boolean {
  if (Array.isArray(set)) return set.some((it) => it.value === answer);
  if (set.type === 'text') {
    if (typeof answer !== 'string') return false;
    const length = answer.trim().length;
    return length > 0 && length <= set.maxLength;
  }
  if (typeof answer !== 'number' || !Number.isInteger(answer)) return false;
  const step = set.type === 'nrs' ? set.step : 1;
  return answer >= set.min && answer <= set.max && (answer - set.min) % step === 0;
}

function skipped(
  form: Questionnaire,
  answers: Readonly<Record<string, number | null>>,
): Record<string, number> {
  const held = (form.logic ?? []).filter(({ if: { item, op, value } }) => {
    const answer = answers[item];
    return answer != null && compare(decimal(answer), op, decimal(value));
  });
  return Object.fromEntries(
    held.flatMap(({ skip, setSkippedTo }) => skip.map((item) => [item, setSkippedTo])),
  );
}
