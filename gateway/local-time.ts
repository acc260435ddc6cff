import type { LocalDateTime } from '@hemma/protocols/reading.js';

/**
 * Between moments and what a clock on the wall of the home shows. Zone rules are those of the
 * platform (Intl); a device's own clock knows no zone at all.
 */

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  formats.set(timeZone, made);
  return made;
}

/** What the wall shows at a moment, `YYYY-MM-DDTHH:MM:SS`. */
export function localTimeOf(ms: number, timeZone: string): LocalDateTime {
  // Swedish short date and medium time are ISO 8601 but for the blank between them.
  return formatOf(timeZone).format(ms).replace(' ', 'T');
}

/** Milliseconds of a local time as if it were UTC: for differences between two showings of one clock. */
export function nominalMs(local: LocalDateTime): number {
  return Date.parse(`${local}Z`);
}

const dayMs = 86_400_000;

/**
 * The moments at which the wall showed this: one, two in the night when clocks go back (earlier
 * first), none in the night when they go forward or for a date that is none.
 */
export function momentsOf(local: LocalDateTime, timeZone: string): readonly number[] {
  const nominal = nominalMs(local);
  if (Number.isNaN(nominal)) return [];
  // The offset from UTC before and after any change that this local time could be near.
  const offsets = [nominal - dayMs, nominal + dayMs].map(
    (near) => nominalMs(localTimeOf(near, timeZone)) - near,
  );
  const candidates = [...new Set(offsets.map((offset) => nominal - offset))];
  return candidates.filter((ms) => localTimeOf(ms, timeZone) === local).sort((a, b) => a - b);
}
