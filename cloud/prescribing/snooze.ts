import { CodedError } from '@hemma/protocols/errors.js';
import { directionOf, snoozesOf } from '../rules/snoozes.js';
import { mustMayDecide } from './authority.js';
import type { Person } from './authority.js';
import { act, checkedDay } from './course.js';
import { say } from './limits.js';
import { type PrescribingParts, calendar } from './parts.js';

/** Nobody looks away from a cause for longer than two weeks without looking at it again. */
const maxSnoozeDays = 14;

export interface SnoozeRequest {
  readonly rule: string;
  /** The last local calendar date on which it gives no task. */
  readonly to: string;
  readonly reason: string;
}

/**
 * One rule gives no task until the end of a day: what it finds is kept and shown, what another rule
 * finds, or a more severe finding of this one, gives its task as ever. A licensed professional does it.
 * Throws {@link CodedError} `not_allowed`, `request_invalid` (no such rule, a red one, one that looks
 * both ways, a date that is past or too far away) or `wrong_state` (it is snoozed already).
 */
export async function snoozeRule(
  parts: PrescribingParts,
  person: Person,
  id: string,
  { rule: ruleId, to, reason }: SnoozeRequest,
): Promise<void> {
  const lastDay = checkedDay(to);
  await act(parts, person, id, async ({ trx, episode, events, course, today, now }) => {
    mustMayDecide(person, episode);
    const rule = course.plan.rules.find((it) => it.id === ruleId);
    if (rule === undefined)
      throw new CodedError('request_invalid', `The plan has no rule "${ruleId}".`);
    if (rule.severity === 'red')
      throw new CodedError('request_invalid', 'What is red is never snoozed.');
    if (directionOf(rule) === null)
      throw new CodedError('request_invalid', 'A rule that looks both ways is not snoozed.');
    if (lastDay < today || lastDay >= today + maxSnoozeDays)
      throw new CodedError('request_invalid', `A snooze lasts ${maxSnoozeDays} days at most.`);
    if (snoozesOf(events, id).some((it) => it.rule === ruleId && now < it.until))
      throw new CodedError('wrong_state', 'The rule is snoozed already.');
    const until = calendar.instant(lastDay + 1, 0);
    const { severity } = rule;
    const event = { kind: 'snooze', rule: ruleId, severity, until, reason } as const;
    await say(trx, { parts, person, episode }, event);
  });
}

/** Ends a snooze early: what goes on gives its task now. Throws {@link CodedError} `wrong_state`. */
export async function endSnooze(
  parts: PrescribingParts,
  person: Person,
  id: string,
  rule: string,
): Promise<void> {
  await act(parts, person, id, async ({ trx, episode, events, now }) => {
    const snooze = snoozesOf(events, id).find((it) => it.rule === rule && now < it.until);
    if (snooze === undefined) throw new CodedError('wrong_state', 'The rule is not snoozed.');
    await say(trx, { parts, person, episode }, { kind: 'snooze-end', snooze: snooze.id });
  });
}
