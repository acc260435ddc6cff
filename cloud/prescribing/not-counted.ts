import { leavesOf } from '@hemma/protocols/plans/condition.js';
import type { NotCounted } from '@hemma/protocols/api/prescribing.js';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { Rule } from '@hemma/protocols/plans/rule.js';

/**
 * What a dry run leaves out. A finding that only a person ends goes on to the end of it, so that it is
 * one, however often staff would have ended it and it would have come again.
 */
export function notCountedOf({ rules }: Pick<Plan, 'rules'>): NotCounted[] {
  const isOnce = rules.some((it) => it.enabledByDefault && onlyStaffCloses(it));
  return [
    ...(isOnce ? (['staff-closes'] as const) : []),
    'technical-causes',
    'attempts-and-remarks',
  ];
}

function onlyStaffCloses({ clear }: Rule): boolean {
  return clear != null && leavesOf(clear).some((it) => it.type === 'staff-closes');
}
