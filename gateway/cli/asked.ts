import type { Language, Text } from '@hemma/protocols/plans/text.js';
import { localTimeOf } from '../local-time.js';
import type { Asked } from '../prompts/asked.js';

/** Whatever a plan says: this is read by people who may need help now (monitoring plans §5). */
const emergencyLine: Text = {
  sv: 'Hemma är ingen akuttjänst. Vid akut sjukdom: ring 112. Råd dygnet runt: 1177.',
  en: 'Hemma is no emergency service. In an emergency: call 112. Advice at any hour: 1177.',
};

const words = {
  sv: { resting: 'vila till', due: 'mät nu, före', unknown: 'klockan är inte ställd än' },
  en: { resting: 'rest until', due: 'measure now, before', unknown: 'the time is not known yet' },
} as const;

/** What is asked, for a person to read; no lines when nothing is asked. */
export function askedInWords(
  asked: readonly Asked[],
  language: Language,
  timeZone: string,
): string[] {
  if (asked.length === 0) return [];
  const clockTime = (ms: number): string => localTimeOf(ms, timeZone).slice(11, 16);
  const lines = asked.map(({ prompt, standing }) => {
    const { patient, text, notBefore, until } = prompt;
    const at = { resting: ` ${clockTime(notBefore)}`, due: ` ${clockTime(until)}`, unknown: '' };
    return `${patient}  ${text[language]} (${words[language][standing]}${at[standing]})`;
  });
  return ['', ...lines, emergencyLine[language]];
}
