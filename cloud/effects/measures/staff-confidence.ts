import { decimal, mean } from '../../plans/decimal.js';
import { measure, summaryDetails } from '../measure.js';
import { isInPeriod } from '../scope.js';
import { summary } from '../statistics.js';

const questionnaire = 'hemma-therapist-experience';
const items = ['te-decision', 'te-overview'] as const;

/**
 * Each answer of the period has the mean of its two items. The persons here are staff: a unit where
 * fewer than the limit have answered is not shown, however many patients they answered about.
 */
export const staffConfidence = measure({
  id: 'staff-confidence',
  needs: ['responses'],
  compute(scope) {
    const answered = scope.log.responses
      .filter((it) => it.questionnaire === questionnaire && isInPeriod(scope, it.at))
      .flatMap(({ by, answers }) => {
        const values = items.flatMap((item) => answers[item] ?? []).map(decimal);
        const value = mean(values);
        return value === null ? [] : [{ by, value }];
      });
    const found = summary(answered.map((it) => it.value));
    const n = new Set(answered.map((it) => it.by)).size;
    const details = summaryDetails(
      {
        ...{ id: 'confidence', unit: '1-5', decimals: 2 },
        name: { sv: 'Trygghet i beslut', en: 'Confidence in decisions' },
      },
      found,
    );
    return {
      ...{ value: found.mean, decimals: 2, n, met: null },
      details: [
        ...details.map((it) => ({ ...it, n })),
        {
          ...{ id: 'answers', unit: 'count', decimals: 0, n, value: decimal(answered.length) },
          name: { sv: 'Antal svar', en: 'Answers' },
        },
      ],
      note: {
        sv: 'Svar från tiden före införandet jämförs utanför Hemma.',
        en: 'Answers from before the introduction are compared elsewhere.',
      },
    };
  },
});
