import type { Prompt } from '@hemma/protocols/wire/command.js';

/** What tells people in the home, without words, that they are asked something: a light, a sound. */
export interface Cue {
  /** The rest is over: it is time to measure again. */
  due(prompt: Prompt): void;
  /** There is nothing to do about it any more. */
  ended(prompt: Prompt, why: 'answered' | 'over' | 'withdrawn'): void;
  /** It is time for something that the plan asks for, by the reminders of the task. */
  remind(task: string): void;
}
