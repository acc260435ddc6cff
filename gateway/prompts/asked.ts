import type { Prompt } from '@hemma/protocols/wire/command.js';
import type { Clock } from '@hemma/runtime/clock.js';
import { standingOf, timeNow } from './standing.js';
import type { Standing } from './standing.js';
import type { PromptState } from './store.js';

/** What people in the home are asked to do, for `hemma-gateway status` and the patient page. */
export interface Asked {
  readonly prompt: Prompt;
  readonly standing: Exclude<Standing, 'answered' | 'over'>;
}

/** Everything that is still asked, whether its time has come or not. */
export function askedNow({ prompts, answered, anchor }: PromptState, clock: Clock): Asked[] {
  const now = timeNow(clock, anchor);
  return prompts.flatMap((prompt) => {
    const standing = standingOf(prompt, answered, now);
    return standing === 'answered' || standing === 'over' ? [] : [{ prompt, standing }];
  });
}
