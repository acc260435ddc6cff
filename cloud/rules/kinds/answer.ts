import { type Condition, leavesOf } from '@hemma/protocols/plans/condition.js';
import { type Decimal, decimal } from '../../plans/decimal.js';
import { type DatedResponse, type Sample, inOrder } from '../../plans/lookup.js';
import { type ConditionKind, type Scene, type Verdict, verdictOn } from '../condition.js';
import { testOf } from '../../plans/limit.js';

type Answer = Extract<Condition, { type: 'answer' }>;
type AnswerBack = Extract<Condition, { type: 'answer-back' }>;
type AnswersNormal = Extract<Condition, { type: 'answers-normal' }>;

/** The answer to an item matches in each of the latest `consecutive` complete responses. */
export const answer: ConditionKind<Answer> = {
  moments: ({ questionnaire }, evidence) => evidence.responses(questionnaire),
  judge: judgeAnswer,
};

/** The same, for the answer that ends a finding. */
export const answerBack: ConditionKind<AnswerBack> = {
  moments: ({ questionnaire }, evidence) => evidence.responses(questionnaire),
  judge: judgeAnswer,
};

/** None of the rule's own answer conditions is met in any of `consecutive` new responses. */
export const answersNormal: ConditionKind<AnswersNormal> = {
  moments: ({ questionnaire }, evidence) => evidence.responses(questionnaire),

  judge: ({ questionnaire, consecutive }, scene) => {
    const { rule, evidence, raised } = scene;
    const own = leavesOf(rule.when).filter(
      (it) => it.type === 'answer' && it.questionnaire === questionnaire,
    );
    const isNormal = (response: DatedResponse) =>
      own.every((it) => {
        if (it.type !== 'answer') return true;
        const test = testOf(it, evidence);
        const given = answered(response, it.item);
        return test === null || given === null || !test(given);
      });
    const latest = latestResponses(questionnaire, consecutive, scene);
    const areNew = latest.every((it) => raised === null || inOrder(it, raised.from) > 0);
    const isMet = latest.length === consecutive && areNew && latest.every(isNormal);
    return verdictOn(
      latest.map((it) => sampleOf(it, questionnaire, decimal(0))),
      isMet,
    );
  },
};

function judgeAnswer(condition: Answer | AnswerBack, scene: Scene): Verdict {
  const { questionnaire, item, consecutive } = condition;
  const test = testOf(condition, scene.evidence);
  if (test === null) return 'silent';
  const latest = latestResponses(questionnaire, consecutive, scene);
  const used = latest.flatMap((it) => {
    const given = answered(it, item);
    return given !== null && test(given) ? [sampleOf(it, item, given)] : [];
  });
  return verdictOn(used, used.length === consecutive);
}

function latestResponses(
  questionnaire: string,
  count: number,
  { evidence, point }: Scene,
): readonly DatedResponse[] {
  const until = evidence.responses(questionnaire).filter((it) => inOrder(it, point) <= 0);
  return until.slice(-count);
}

function answered(response: DatedResponse, item: string): Decimal | null {
  const given = response.answers[item];
  return given == null ? null : decimal(given);
}

function sampleOf(response: DatedResponse, metric: string, value: Decimal): Sample {
  const { at, day, seq, receivedAt, id } = response;
  return { at, day, seq, metric, value, knownAt: receivedAt, ids: [id] };
}
