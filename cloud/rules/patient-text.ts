import type { Rule } from '@hemma/protocols/plans/rule.js';
import type { Text } from '@hemma/protocols/plans/text.js';
import { dateOfDay } from '@hemma/protocols/plans/calendar.js';
import type { RuleEvent } from './engine.js';

/** The steps that tell the patient something; a finding that ends is told elsewhere. */
const TOLD: readonly RuleEvent['what'][] = ['raised', 'matched', 'suppressed'];

/**
 * What the patient reads when a rule is true, beside the emergency notice of the plan. It is shown
 * for every match, inside a cooldown and while a finding is open too: the safety text is never
 * suppressed. A value that came more than a day late is not called urgent; the text says which day
 * it belongs to (§3.7). Null when there is nothing to say.
 */
export function patientTextOf(rule: Rule, event: RuleEvent): Text | null {
  if (event.what === 'confirming') return rule.confirm?.patientText ?? null;
  if (!TOLD.includes(event.what) || rule.patientMessage == null) return null;
  if (!event.retrospective) return rule.patientMessage;
  const date = dateOfDay(event.day);
  return {
    sv: `Ett värde från ${date} ligger utanför gränsen. Din mottagning tittar på det.`,
    en: `A value from ${date} is outside the limit. Your clinic will look at it.`,
  };
}
