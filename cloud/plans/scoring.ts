import type { Questionnaire, Scoring } from '@hemma/protocols/plans/questionnaire.js';
import { type Decimal, compare, decimal, mean, roundHalfUp, sum } from './decimal.js';

type Answers = Readonly<Record<string, number | null>>;

/** Whether every required item has an answer. */
export function isComplete(questionnaire: Questionnaire, answers: Answers): boolean {
  return questionnaire.items.every(({ id, required }) => !required || answers[id] != null);
}

/** The score of one response; null when more items are missing than the instrument allows. */
export function scoreOf(scoring: Scoring, answers: Answers): Decimal | null {
  const answered = scoring.items.filter((item) => answers[item] != null);
  const missing = scoring.items.length - answered.length;
  if (missing > scoring.missing.maxMissing || answered.length === 0) return null;
  const value = (item: string) => decimal(answers[item] ?? 0);
  const raw = rawScore(scoring, answered, value);
  if (scoring.missing.method !== 'prorate-round' || missing === 0) return raw;
  return roundHalfUp(raw.times(scoring.items.length).div(answered.length), 0);
}

function rawScore(
  scoring: Scoring,
  answered: readonly string[],
  value: (item: string) => Decimal,
): Decimal {
  const values = answered.map(value);
  switch (scoring.type) {
    case 'sum':
    case 'value':
      return sum(values);
    case 'mean':
      return mean(values) ?? decimal(0);
    case 'difference':
      return scoring.items.slice(1).reduce((left, item) => left.minus(value(item)), first(values));
    case 'sum-times':
      return sum(values).times(scoring.factor);
    case 'sum-of-products':
      return sum(scoring.pairs.map(([one, other]) => value(one).times(value(other))));
    case 'count-where':
      return decimal(values.filter((it) => compare(it, scoring.op, decimal(scoring.value))).length);
  }
}

function first(values: readonly Decimal[]): Decimal {
  return values[0] ?? decimal(0);
}
