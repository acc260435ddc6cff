import type { Rule } from '@hemma/protocols/plans/rule.js';
import type { Evidence } from '../plans/evidence.js';
import { type Moment, inOrder, isSame } from '../plans/lookup.js';
import { NIGHT_MINUTE } from '@hemma/protocols/plans/series-run.js';
import type { Point, Ticks } from './condition.js';
import { kindOf } from './kinds/table.js';

/** A plan of ten years, evaluated every night: more is a mistake in the data. */
const MAX_TICKS = 3653;

/** The moments at which a rule is evaluated, in event time: after `after`, until `evidence.now`. */
export function pointsOf(rule: Rule, evidence: Evidence, after: number): readonly Point[] {
  const { when, clear } = rule;
  const moments = [
    ...kindOf(when).moments(when, evidence),
    ...(clear ? kindOf(clear).moments(clear, evidence) : []),
  ];
  const ticks = [
    kindOf(when).ticks?.(when, 'when'),
    clear && kindOf(clear).ticks?.(clear, 'clear'),
  ];
  const timed = ticks.flatMap((it) => (it ? tickPoints(it, moments, evidence) : []));
  const data = moments.map(({ at, day, seq }): Point => ({ kind: 'data', at, day, seq }));
  return [...data, ...timed]
    .filter((it) => after < it.at && it.at <= evidence.now)
    .toSorted(inOrder)
    .filter((it, i, all) => i === 0 || !isSame(it, all[i - 1] ?? it));
}

/** Ticks from the first entry (or the start) until time can no longer change anything. */
function tickPoints(
  { time, days }: Ticks,
  moments: readonly Moment[],
  evidence: Evidence,
): readonly Point[] {
  const { completeTo } = evidence;
  const { startDay, calendar } = evidence.course;
  const entryDays = moments.map((it) => it.day);
  const first = Math.min(startDay, ...entryDays);
  // A night is about the days before it, a day's end about the day itself.
  const known = completeTo === Infinity ? Infinity : calendar.dayOf(completeTo);
  const last = Math.min(
    time === 'night' ? known : known - 1,
    Math.max(startDay, ...entryDays) + days,
  );
  return Array.from({ length: Math.min(last - first + 1, MAX_TICKS) }, (_, i) => {
    const day = first + i;
    if (time === 'night') {
      return { kind: time, at: calendar.instant(day, NIGHT_MINUTE), day, seq: -1 };
    }
    return { kind: time, at: calendar.instant(day + 1, 0) - 1, day, seq: Infinity };
  });
}
