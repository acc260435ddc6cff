import type { Calendar } from '@hemma/protocols/plans/calendar.js';
import type { Pause } from '@hemma/protocols/plans/occasions.js';

/** A time without a value of a task: from a value, or from the start of the plan, on. */
export interface Gap {
  /** The value before; null when there is none yet. */
  readonly lastAt: number | null;
  /** The local calendar day that is counted from: of that value, or the start of the plan. */
  readonly lastDay: number;
  /** Nothing is said before: the value, the start, or the end of a pause. */
  readonly from: number;
  /** The next value or the beginning of a pause; Infinity while neither has come. */
  readonly until: number;
}

interface GapFacts {
  /** Instants of the values, in order; what is before the first of them is not asked for. */
  readonly done: readonly number[];
  readonly pauses: readonly Pause[];
  readonly startDay: number;
  readonly calendar: Calendar;
}

/** The gaps between values, cut by the agreed pauses: a pause ends one, and after it begins another. */
export function gapsOf({ done, pauses, startDay, calendar }: GapFacts): readonly Gap[] {
  const start = calendar.instant(startDay, 0);
  const first = { lastAt: null, lastDay: startDay, from: start };
  const after = done.map((at) => ({ lastAt: at, lastDay: calendar.dayOf(at), from: at }));
  const begun = done.length === 0 ? [first] : after;
  return begun.flatMap((gap, i) => cut({ ...gap, until: begun[i + 1]?.from ?? Infinity }));

  function cut(gap: Gap): readonly Gap[] {
    let from = gap.from;
    const pieces: Gap[] = [];
    for (const { fromDay, toDay } of pauses.toSorted((a, b) => a.fromDay - b.fromDay)) {
      const begins = calendar.instant(fromDay, 0);
      const ends = toDay === Infinity ? Infinity : calendar.instant(toDay + 1, 0);
      if (ends <= from || begins >= gap.until) continue;
      if (begins > from) pieces.push({ ...gap, from, until: begins });
      from = Math.max(from, ends);
    }
    return from < gap.until ? [...pieces, { ...gap, from }] : pieces;
  }
}
