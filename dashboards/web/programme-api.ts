import type { z } from 'zod';
import {
  commentedSchema,
  completedSchema,
  goalSetSchema,
  programmePaths as paths,
  programmeSchema,
} from '@hemma/protocols/api/programmes.js';
import type {
  choiceRequestSchema,
  commentRequestSchema,
  completionRequestSchema,
  goalRequestSchema,
  Programme,
} from '@hemma/protocols/api/programmes.js';
import { ask, post, send } from './api.js';

export type CompletionAsked = z.input<typeof completionRequestSchema>;
export type GoalAsked = z.input<typeof goalRequestSchema>;
export type ChoiceAsked = z.input<typeof choiceRequestSchema>;

export const fetchProgramme = (episode: string): Promise<Programme> =>
  ask(paths.programme(episode), programmeSchema);

/** Something was done; saying the same twice is one. */
export const sayDone = async (episode: string, asked: CompletionAsked): Promise<void> => {
  await send(paths.completions(episode), asked, completedSchema);
};

export const undoDone = (episode: string, entry: string): Promise<void> =>
  post(paths.undo(episode), { entry });

export const writeComment = async (
  episode: string,
  asked: z.input<typeof commentRequestSchema>,
): Promise<void> => {
  await send(paths.comments(episode), asked, commentedSchema);
};

export const setGoal = async (episode: string, asked: GoalAsked): Promise<void> => {
  await send(paths.goals(episode), asked, goalSetSchema);
};

export const endGoal = (episode: string, goal: string): Promise<void> =>
  post(paths.endGoal(episode), { goal });

export const chooseActivities = (episode: string, asked: ChoiceAsked): Promise<void> =>
  post(paths.activities(episode), asked);
