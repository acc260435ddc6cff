import { CodedError } from '@hemma/protocols/errors.js';
import type { AnswerSet } from '@hemma/protocols/plans/questionnaire.js';
import type { ScheduleForm } from '@hemma/protocols/wire/schedule.js';

/** What was said to a questionnaire, as the fields of its form carry it: checked here and nowhere else. */

export type Given = Readonly<Record<string, number | string | null>>;
type Form = ScheduleForm['form'];

/** An option of a closed question: the place in its list, since a value may be none. */
const optionPattern = /^option:(\d{1,2})$/;

/**
 * The answers that a form on the screen carries. Items that its logic skips are left out. Throws
 * {@link CodedError} `answer_not_offered`, also for a required item without an answer.
 */
export function answersIn(form: Form, said: Readonly<Record<string, string>>): Given {
  const answers: Record<string, number | string | null> = {};
  for (const { id, answerSet, required } of form.items) {
    const set = form.answerSets[answerSet];
    if (set === undefined) continue;
    const text = (said[id] ?? '').trim();
    if (text !== '') answers[id] = answerIn(set, text);
    else if (required && !isSkipped(form, id, answers)) throw new CodedError('answer_not_offered');
  }
  return answers;
}

/** Whether an item that must be answered is not. */
export function isUnanswered(
  form: Form,
  item: string,
  said: Readonly<Record<string, string>>,
): boolean {
  const asked = form.items.find(({ id }) => id === item);
  if (asked?.required !== true || (said[item] ?? '').trim() !== '') return false;
  const numbers = form.items.map(({ id, answerSet }) => {
    const set = form.answerSets[answerSet];
    const text = (said[id] ?? '').trim();
    return [id, set === undefined || text === '' ? null : answerOrNothing(set, text)] as const;
  });
  return !isSkipped(form, item, Object.fromEntries(numbers));
}

function answerOrNothing(set: AnswerSet, text: string): number | string | null {
  try {
    return answerIn(set, text);
  } catch {
    return null;
  }
}

function answerIn(set: AnswerSet, text: string): number | string | null {
  if (Array.isArray(set)) {
    const option = set[Number(optionPattern.exec(text)?.[1] ?? Number.NaN)];
    if (option === undefined) throw new CodedError('answer_not_offered');
    return option.value;
  }
  if (set.type === 'text') {
    if (text.length > set.maxLength) throw new CodedError('answer_not_offered');
    return text;
  }
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  const step = set.type === 'nrs' ? set.step : 1;
  if (!(value >= set.min && value <= set.max) || (value - set.min) % step !== 0)
    throw new CodedError('answer_not_offered');
  return value;
}

/** Whether an answer before it makes an item fall away. */
function isSkipped(form: Form, item: string, answers: Given): boolean {
  return (form.logic ?? []).some(({ if: condition, skip }) => {
    return skip.includes(item) && holds(answers[condition.item], condition);
  });
}

/** Whether an answer fulfils a condition of the form. */
export function holds(
  answer: number | string | null | undefined,
  { op, value }: { readonly op: string; readonly value: number },
): boolean {
  if (typeof answer !== 'number') return false;
  if (op === '<') return answer < value;
  if (op === '<=') return answer <= value;
  if (op === '>') return answer > value;
  return op === '>=' ? answer >= value : answer === value;
}
