import i18next from 'i18next';
import { useMemo } from 'react';
import { initReactI18next, useTranslation } from 'react-i18next';
import { en } from './en.js';
import { sv } from './sv.js';

export const languages = ['sv', 'en'] as const;
export type Language = (typeof languages)[number];

const remembered = 'hemma-language';

/** Starts the texts in the language chosen last on this computer, else in Swedish. */
export async function startTexts(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: { sv: { translation: sv }, en: { translation: en } },
    lng: localStorage.getItem(remembered) === 'en' ? 'en' : 'sv',
    fallbackLng: 'sv',
    interpolation: { escapeValue: false },
    showSupportNotice: false,
  });
  document.documentElement.lang = i18next.language;
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(remembered, language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}

export interface Texts {
  readonly language: Language;
  readonly t: (key: string, values?: Record<string, unknown>) => string;
  /** The text of something that carries both languages. */
  readonly of: (text: { readonly sv: string; readonly en: string }) => string;
  readonly number: (value: number, decimals: number) => string;
  readonly dateTime: (ms: number) => string;
  /** Day and month, for an axis. */
  readonly day: (ms: number) => string;
  /** A local calendar date `2026-03-01` with its weekday. */
  readonly date: (date: string) => string;
  /** The text of a key that there may not be; else what is given. */
  readonly known: (key: string, otherwise: string) => string;
}

/** Care and its patients live in one zone, wherever the reader's computer believes to be. */
const timeZone = 'Europe/Stockholm';

/** The texts, numbers and times of the page in the chosen language. */
export function useTexts(): Texts {
  const { t, i18n } = useTranslation();
  const language: Language = i18n.language === 'en' ? 'en' : 'sv';
  return useMemo(() => {
    const locale = language === 'en' ? 'en-GB' : 'sv-SE';
    return {
      language,
      t: (key, values) => t(key, values ?? {}),
      of: (text) => text[language],
      number: (value, decimals) =>
        value.toLocaleString(locale, {
          minimumFractionDigits: decimals,
          maximumFractionDigits: decimals,
        }),
      dateTime: (ms) =>
        new Date(ms).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone }),
      date: (date) =>
        new Date(`${date}T12:00Z`).toLocaleDateString(locale, {
          ...{ weekday: 'short', day: 'numeric', month: 'short', timeZone },
        }),
      known: (key, otherwise) => (i18n.exists(key) ? t(key) : otherwise),
      day: (ms) =>
        new Date(ms).toLocaleDateString(locale, { day: 'numeric', month: 'short', timeZone }),
    };
  }, [i18n, language, t]);
}
