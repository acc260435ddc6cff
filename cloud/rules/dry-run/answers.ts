import type { AnswerSet, Questionnaire } from '@hemma/protocols/plans/questionnaire.js';
import type { Content } from '../../plans/content.js';
import { groupBy } from '../../plans/group.js';
import { isComplete } from '../../plans/scoring.js';
import { type DryRunCase, type Row, refuse } from './case.js';

export interface Answered {
  readonly questionnaire: Questionnaire;
  readonly answers: Readonly<Record<string, number | null>>;
  readonly complete: boolean;
}

interface AnswerPlace {
  readonly kase: DryRunCase;
  readonly content: Content;
  readonly path: string;
}

/** The questionnaire of the plan that has an item. */
export function questionnaireWith(
  item: string,
  { plan }: DryRunCase,
  { questionnaires }: Content,
): Questionnaire | undefined {
  return plan.questionnaires
    .flatMap((it) => questionnaires.get(it.id) ?? [])
    .find((it) => it.items.some(({ id }) => id === item));
}

/**
 * The responses of a row. `items` as a list answers in the order of the questionnaire, and what is
 * null or left out at the end is not answered. Where items are named, those that are not named are
 * taken as answered and of no interest.
 */
export function answeredItems(
  row: Row,
  named: Readonly<Record<string, number | null>>,
  place: AnswerPlace,
): readonly Answered[] {
  const given = Array.isArray(row.items) ? row.answers : { ...row.items, ...row.answers };
  const byName = fromNames({ ...given, ...named }, row.questionnaire, place);
  return Array.isArray(row.items) ? [fromList(row.items, row, place), ...byName] : byName;
}

function fromList(
  items: readonly (number | null)[],
  row: Row,
  { content, path }: AnswerPlace,
): Answered {
  const questionnaire = content.questionnaires.get(row.questionnaire ?? '');
  if (questionnaire === undefined) throw refuse(`${path}.questionnaire`, 'is no questionnaire');
  if (items.length > questionnaire.items.length) throw refuse(`${path}.items`, 'has too many');
  const pairs = questionnaire.items.map(({ id }, i) => [id, items[i] ?? null] as const);
  const answers = Object.fromEntries(pairs);
  checkAnswers(questionnaire, answers, path);
  return { questionnaire, answers, complete: isComplete(questionnaire, answers) };
}

function fromNames(
  answers: Readonly<Record<string, number | null>>,
  told: string | undefined,
  { kase, content, path }: AnswerPlace,
): readonly Answered[] {
  const own = told === undefined ? undefined : content.questionnaires.get(told);
  const groups = groupBy(Object.entries(answers), ([item]) => {
    const questionnaire = own ?? questionnaireWith(item, kase, content);
    if (questionnaire !== undefined) return questionnaire;
    throw refuse(`${path}.${item}`, 'is no question of the plan');
  });
  return [...groups].map(([questionnaire, entries]) => {
    const ofOne = Object.fromEntries(entries);
    checkAnswers(questionnaire, ofOne, path);
    return { questionnaire, answers: ofOne, complete: !Object.values(ofOne).includes(null) };
  });
}

function checkAnswers(
  questionnaire: Questionnaire,
  answers: Readonly<Record<string, number | null>>,
  path: string,
): void {
  for (const [item, answer] of Object.entries(answers)) {
    const set = questionnaire.items.find((it) => it.id === item)?.answerSet;
    const allowed = set === undefined ? undefined : questionnaire.answerSets[set];
    if (allowed === undefined) throw refuse(`${path}.${item}`, 'is no question');
    if (answer !== null && !isAnswer(allowed, answer)) {
      throw refuse(`${path}.${item}`, `${answer} is no answer to it`);
    }
  }
}

function isAnswer(set: AnswerSet, answer: number): boolean {
  if (Array.isArray(set)) return set.some((it) => it.value === answer);
  if (set.type === 'text') return false;
  return Number.isInteger(answer) && answer >= set.min && answer <= set.max;
}
