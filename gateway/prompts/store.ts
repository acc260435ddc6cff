import { z } from 'zod';
import { maxCommandVersion, maxPrompts, promptSchema } from '@hemma/protocols/wire/command.js';
import type { StateForm } from '../state-file.js';

/** What the gateway remembers of what it was told to ask. */
const stateSchema = z.object({
  version: z.int().nonnegative().max(maxCommandVersion),
  prompts: z.array(promptSchema).max(maxPrompts),
  /** Ids of prompts that a measurement has answered. */
  answered: z.array(z.string()).max(maxPrompts),
  anchor: z.object({ bootId: z.string(), offsetMs: z.int() }).nullable(),
});
export type PromptState = z.infer<typeof stateSchema>;

export const nothingAsked: PromptState = { version: 0, prompts: [], answered: [], anchor: null };

export const promptForm: StateForm<PromptState> = {
  name: 'prompts',
  schema: stateSchema,
  empty: nothingAsked,
};
