import type { Condition } from '@hemma/protocols/plans/condition.js';
import type { ConditionKind } from '../condition.js';
import { answer, answerBack, answersNormal } from './answer.js';
import { allOf, anyOf } from './combination.js';
import { contactMade, noContact } from './contact.js';
import { count, countBelow } from './count.js';
import { delta } from './delta.js';
import { fromTrigger } from './from-trigger.js';
import { score, scoreBack } from './score.js';
import { staffCloses } from './staff-closes.js';
import { threshold } from './threshold.js';

type KindTable = {
  readonly [T in Condition['type']]: ConditionKind<Extract<Condition, { type: T }>>;
};

/** Every kind of condition that a plan may use. A new kind is one file and one line here. */
const kinds: KindTable = {
  all: allOf(kindOf),
  any: anyOf(kindOf),
  answer,
  'answer-back': answerBack,
  'answers-normal': answersNormal,
  'contact-made': contactMade,
  count,
  'count-below': countBelow,
  delta,
  'from-trigger': fromTrigger,
  'no-contact': noContact,
  score,
  'score-back': scoreBack,
  'staff-closes': staffCloses,
  threshold,
};

export function kindOf(condition: Condition): ConditionKind<Condition> {
  return kinds[condition.type];
}
