import type { Language } from '@hemma/protocols/plans/text.js';
import { canonicalJson } from '../canonical.js';
import { isObject } from './structure.js';

/** What a sentence can hold and still be read; the whole value stands beside it. */
export const maxShownLength = 160;

const words = {
  sv: { yes: 'ja', no: 'nej', none: 'inget', empty: 'tomt' },
  en: { yes: 'yes', no: 'no', none: 'none', empty: 'empty' },
} as const;

/** A value of a plan as a person reads it. */
export function shownValue(value: unknown, language: Language): string {
  const text = wholeText(value, language);
  return text.length > maxShownLength ? `${text.slice(0, maxShownLength - 1)}…` : text;
}

function wholeText(value: unknown, language: Language): string {
  const { yes, no, none, empty } = words[language];
  if (value == null) return none;
  if (typeof value === 'boolean') return value ? yes : no;
  if (typeof value === 'number') return numberText(value, language);
  if (typeof value === 'string') return value === '' ? empty : value;
  if (Array.isArray(value)) return value.map((it) => wholeText(it, language)).join(', ') || empty;
  return isObject(value) ? objectText(value, language) : canonicalJson(value);
}

function numberText(value: number, language: Language): string {
  return language === 'sv' ? String(value).replace('.', ',') : String(value);
}

function objectText(value: Readonly<Record<string, unknown>>, language: Language): string {
  const text = value[language];
  if (typeof text === 'string') return wholeText(text, language);
  return repeatText(value, language) ?? frequencyText(value, language) ?? canonicalJson(value);
}

/** A guided repeat that is asked for before a value counts. */
function repeatText(
  { type, restMinutes, withinMinutes }: Readonly<Record<string, unknown>>,
  language: Language,
): string | null {
  if (type !== 'repeat') return null;
  const [rest, within] = [wholeText(restMinutes, language), wholeText(withinMinutes, language)];
  if (language === 'sv') return `efter ${rest} minuter, inom ${within}`;
  return `after ${rest} minutes, within ${within}`;
}

const weekdays = {
  sv: ['mån', 'tis', 'ons', 'tors', 'fre', 'lör', 'sön'],
  en: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
} as const;

/** When something is due, in words where there are short ones. */
function frequencyText(
  { type, daysOfWeek, days, seriesId }: Readonly<Record<string, unknown>>,
  language: Language,
): string | null {
  const isSwedish = language === 'sv';
  if (type === 'daily') return isSwedish ? 'varje dag' : 'daily';
  if (type === 'weekly' && Array.isArray(daysOfWeek)) {
    const names = daysOfWeek.map((it) => weekdays[language][Number(it) - 1] ?? String(it));
    return `${isSwedish ? 'varje vecka' : 'weekly'} ${names.join(', ')}`;
  }
  if (type === 'every' && typeof days === 'number')
    return isSwedish ? `var ${days}:e dag` : `every ${days} days`;
  if (type === 'series' && typeof seriesId === 'string')
    return isSwedish ? `serie ${seriesId}` : `series ${seriesId}`;
  return null;
}
