import type { GoalShown } from '@hemma/protocols/api/programmes.js';
import type { Texts } from '../../texts/i18n.js';

/** A goal and how far it is in one plain sentence. */
export function goalSentence(goal: GoalShown, { t, of }: Texts): string {
  const { value, target, op } = goal;
  const unit = of(goal.unit);
  if (goal.interval === 'change') {
    const direction = op.startsWith('<') ? 'Down' : 'Up';
    const shown = { value, unit, target: Math.abs(target) };
    return t(value === null ? `goalNotYet${direction}` : `goal${direction}`, shown);
  }
  if (value === null) return t('goalNotYet', { target, unit });
  return t(`goalSentence_${boundOf(op)}`, { value, target, unit });
}

function boundOf(op: GoalShown['op']): 'atLeast' | 'atMost' | 'within' {
  if (op === 'within') return 'within';
  return op.startsWith('<') ? 'atMost' : 'atLeast';
}

/** How far it is from nothing to the target, in percent; null where that is no way to go. */
export function goalPercent({ interval, value, target, op }: GoalShown): number | null {
  if (value === null || interval === 'change' || !op.startsWith('>') || target <= 0) return null;
  return Math.min(100, (100 * value) / target);
}
