import { compare, decimal } from '../../plans/decimal.js';
import type { EpisodeEntry } from '../log.js';
import { type Detail, measure } from '../measure.js';
import { isInPeriod, persons } from '../scope.js';
import { percent } from '../statistics.js';

/** Reached the plan end, or ended because the goal was reached, before `until`. */
export function isCompleted({ endedAt, endReason }: EpisodeEntry): boolean {
  return endedAt !== null && (endReason === 'plan-end' || endReason === 'goal-reached');
}

/** Of the episodes that started in the period, whenever they ended. */
export const completionRate = measure({
  id: 'completion-rate',
  needs: [],
  compute(scope, [least]) {
    const started = scope.log.episodes.filter((it) => isInPeriod(scope, it.startedAt));
    const completed = started.filter(isCompleted);
    const running = started.filter((it) => it.endedAt === null);
    const ended = started.filter((it) => it.endedAt !== null);
    const discontinued = ended.filter((it) => !isCompleted(it));
    const value = percent(completed.length, started.length);
    const best = percent(completed.length + running.length, started.length);
    const count = (id: string, rows: readonly EpisodeEntry[], sv: string, en: string): Detail => ({
      ...{ id, name: { sv, en }, value: decimal(rows.length), decimals: 0, unit: 'count' },
      ...{ n: persons(rows), cells: 'outcome' },
    });
    return {
      ...{ value, decimals: 1, n: persons(started) },
      met: least === undefined ? null : isMet(value, best, decimal(least)),
      details: [
        { ...count('started', started, 'Startade', 'Started'), cells: 'started' },
        count('completed', completed, 'Slutförda', 'Completed'),
        count('discontinued', discontinued, 'Avbrutna', 'Discontinued'),
        count('running', running, 'Pågår', 'Still running'),
        {
          id: 'of-ended',
          name: { sv: 'Andel av dem som har avslutats', en: 'Share of those that have ended' },
          value: percent(completed.length, ended.length),
          ...{ decimals: 1, unit: '%', n: persons(ended) },
        },
      ],
    };
  },
});

type Share = ReturnType<typeof percent>;

/** Decided when it holds already, or would not hold if all that run were completed. */
function isMet(now: Share, best: Share, least: NonNullable<Share>): boolean | null {
  if (now === null || best === null) return null;
  if (compare(now, '>=', least)) return true;
  return compare(best, '<', least) ? false : null;
}
