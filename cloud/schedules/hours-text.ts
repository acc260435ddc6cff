import type { StaffedHours } from '@hemma/protocols/api/units.js';
import type { Text } from '@hemma/protocols/plans/text.js';

const days = {
  sv: ['måndag', 'tisdag', 'onsdag', 'torsdag', 'fredag', 'lördag', 'söndag'],
  en: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
} as const;

/** A run of days with the same hours; days counted from Monday, 0. */
interface Stretch {
  readonly first: number;
  readonly last: number;
  readonly hours: string;
}

/**
 * Who looks and when, in words that hold for weeks: a home that is cut off shows them. Closures and
 * holidays are told as such and not by date. Null hours: no unit answers.
 */
export function hoursText(hours: StaffedHours | null): Text {
  const stretches = hours === null ? [] : stretchesOf(hours);
  if (stretches.length === 0)
    return {
      sv: 'Ingen mottagning tittar på dina värden.',
      en: 'No clinic looks at your values.',
    };
  const list = (language: 'sv' | 'en'): string =>
    stretches.map((it) => `${daysText(it, language)} ${it.hours}`).join(', ');
  return {
    sv: `Mottagningen tittar på dina värden ${list('sv')}. Den är stängd på helgdagar.`,
    en: `The clinic looks at your values ${list('en')}. It is closed on public holidays.`,
  };
}

function stretchesOf({ week }: StaffedHours): readonly Stretch[] {
  const stretches: Stretch[] = [];
  week.forEach((day, i) => {
    const hours = day.map((it) => `${it.from}–${it.to}`).join(' & ');
    const before = stretches.at(-1);
    if (hours === '') return;
    if (before?.last === i - 1 && before.hours === hours)
      stretches[stretches.length - 1] = { ...before, last: i };
    else stretches.push({ first: i, last: i, hours });
  });
  return stretches;
}

function daysText({ first, last }: Stretch, language: 'sv' | 'en'): string {
  const names = days[language];
  return first === last ? (names[first] ?? '') : `${names[first] ?? ''}–${names[last] ?? ''}`;
}
