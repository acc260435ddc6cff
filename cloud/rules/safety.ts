import type { Questionnaire } from '@hemma/protocols/plans/questionnaire.js';
import { compare, decimal } from '../plans/decimal.js';

/**
 * The safety pages that an answer opens at once, whatever the score, whether or not the response
 * was finished, and whether or not a rule is in its cooldown: it never depends on staff.
 */
export function safetyPages(
  questionnaire: Questionnaire,
  answers: Readonly<Record<string, number | null>>,
): readonly string[] {
  const opened = questionnaire.safety.filter(({ when }) => {
    const answer = answers[when.item];
    return answer != null && compare(decimal(answer), when.op, decimal(when.value));
  });
  return [...new Set(opened.map((it) => it.page))];
}
