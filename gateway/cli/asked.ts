import type { Language, Text } from '@hemma/protocols/plans/text.js';
import type { Prompt } from '@hemma/protocols/wire/command.js';
import type { Clock } from '@hemma/runtime/clock.js';
import { localTimeOf } from '../local-time.js';
import { standingOf, timeNow } from '../prompts/standing.js';
import type { Standing } from '../prompts/standing.js';
import type { PromptState } from '../prompts/store.js';

/** What people in the home are asked to do, for `hemma-gateway status`. */

export interface Asked {
  readonly prompt: Prompt;
  readonly standing: Exclude<Standing, 'answered' | 'over'>;
}

/** Whatever a plan says: this is read by people who may need help now (monitoring plans §5). */
const emergencyLine: Text = {
  sv: 'Hemma är ingen akuttjänst. Vid akut sjukdom: ring 112. Råd dygnet runt: 1177.',
  en: 'Hemma is no emergency service. In an emergency: call 112. Advice at any hour: 1177.',
};

const words = {
  sv: { resting: 'vila till', due: 'mät nu, före', unknown: 'klockan är inte ställd än' },
  en: { resting: 'rest until', due: 'measure now, before', unknown: 'the time is not known yet' },
} as const;

/** Everything that is still asked, whether its time has come or not. */
export function askedNow({ prompts, answered, anchor }: PromptState, clock: Clock): Asked[] {
  const now = timeNow(clock, anchor);
  return prompts.flatMap((prompt) => {
    const standing = standingOf(prompt, answered, now);
    return standing === 'answered' || standing === 'over' ? [] : [{ prompt, standing }];
  });
}

/** The same for a person to read; no lines when nothing is asked. */
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
