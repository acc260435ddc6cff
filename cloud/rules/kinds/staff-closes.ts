import type { Condition } from '@hemma/protocols/plans/condition.js';
import type { ConditionKind } from '../condition.js';

/** Only a person ends the finding, with a reason: nothing that is measured does. */
export const staffCloses: ConditionKind<Extract<Condition, { type: 'staff-closes' }>> = {
  moments: () => [],
  judge: () => 'fails',
};
