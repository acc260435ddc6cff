import type { Language } from '@hemma/protocols/plans/text.js';
import { localTimeOf } from '../local-time.js';
import { filled, texts } from './texts.js';

/** Moments as people say them, by the clock on the wall of the home. */

export interface Saying {
  readonly language: Language;
  readonly timeZone: string;
  /** Milliseconds since 1970 UTC. */
  readonly now: number;
}

const locales = { sv: 'sv-SE', en: 'en-GB' } as const;
const dayMs = 86_400_000;

/** `08:00`. */
export function clockTime(ms: number, timeZone: string): string {
  return localTimeOf(ms, timeZone).slice(11, 16);
}

/** The first minute that is not before a moment: what begins within a minute is said with the next. */
export function nextMinute(ms: number, timeZone: string): string {
  return clockTime(ms + 59_999, timeZone);
}

/** `i dag`, `i går`, `i morgon`, `onsdag 14 januari`. */
export function dayText(ms: number, { language, timeZone, now }: Saying): string {
  const t = texts[language];
  const day = (at: number): number => Date.parse(localTimeOf(at, timeZone).slice(0, 10)) / dayMs;
  const named = new Map([
    [-1, t.yesterday],
    [0, t.today],
    [1, t.tomorrow],
  ]).get(day(ms) - day(now));
  if (named !== undefined) return named;
  const form = { weekday: 'long', day: 'numeric', month: 'long', timeZone } as const;
  return new Intl.DateTimeFormat(locales[language], form).format(ms);
}

/** `i dag klockan 08:00`. */
export function momentText(ms: number, saying: Saying): string {
  const day = dayText(ms, saying);
  return filled(texts[saying.language].dayAndTime, { day, time: clockTime(ms, saying.timeZone) });
}

/** `15 jan. 08:00`: for a table, where room is short. */
export function shortTime(ms: number, { language, timeZone }: Omit<Saying, 'now'>): string {
  const form = { day: 'numeric', month: 'short', timeZone } as const;
  const day = new Intl.DateTimeFormat(locales[language], form).format(ms);
  return `${day} ${clockTime(ms, timeZone)}`;
}

/** A text that begins a line. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
