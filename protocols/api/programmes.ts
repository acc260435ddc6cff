import { z } from 'zod';
import { monitoringKinds } from '../plans/plan.js';
import { idSchema, textSchema } from '../plans/text.js';
import { contactPurposes } from './contacts.js';
import { dateSchema, looksSchema } from './units.js';

/**
 * A programme week by week: modules, activities, goals, comments and what is asked before and after
 * (requirements R43 to R54). Dates are local calendar dates. What was done has the day it belongs to
 * and no other: when it was entered is nobody's business (monitoring plans §2, late entry).
 */

/** How often a goal is looked at: over the last seven days, or over the whole episode. */
export const goalIntervals = ['week', 'programme'] as const;
export type GoalInterval = (typeof goalIntervals)[number];
/** A goal in the patient's own words is one sentence. */
export const maxGoalWords = 200;
/** A step a week for two years. */
export const maxSteps = 104;
/** Goals that somebody can keep in mind at a time. */
export const maxOwnGoals = 10;
/** A day. */
export const maxMinutes = 1_440;
/** What is written about one activity, and by the therapist about one thing. */
export const maxNote = 2_000;

const done = z.strictObject({
  /** The entry, to be undone or commented. */
  id: z.string(),
  date: dateSchema,
  minutes: z.int().nullable(),
  note: z.string().nullable(),
  /** False for what was described in a form: that is no mark which is taken back here. */
  canUndo: z.boolean(),
});
export type DoneShown = z.infer<typeof done>;

const common = { task: z.string(), title: textSchema, instructions: textSchema };

const moduleItem = z.strictObject({
  kind: z.literal('module'),
  ...common,
  step: z.int(),
  opensOn: dateSchema,
  isOpen: z.boolean(),
  done: done.nullable(),
  /** The earliest day that can be told now. */
  fillFrom: dateSchema,
});
const activityItem = z.strictObject({
  kind: z.literal('activity'),
  ...common,
  /** One of the patient's activities; null for a task that is one by itself. */
  activity: z.string().nullable(),
  /** Times in this week; null where only all activities together have a number. */
  planned: z.int().nullable(),
  done: z.array(done),
  fillFrom: dateSchema,
});
const formItem = z.strictObject({
  kind: z.literal('form'),
  questionnaire: z.string(),
  title: textSchema,
  by: z.enum(['patient', 'staff']),
  /** Filled in elsewhere: only its score is brought in. */
  licensed: z.boolean(),
  date: dateSchema,
  isOpen: z.boolean(),
  /** The day that the answers belong to. */
  answered: dateSchema.nullable(),
});
const messageItem = z.strictObject({
  kind: z.literal('message'),
  ...common,
  planned: z.int(),
  written: z.int(),
});
export const weekItemSchema = z.discriminatedUnion('kind', [
  moduleItem,
  activityItem,
  formItem,
  messageItem,
]);
export type WeekItem = z.infer<typeof weekItemSchema>;

export const weekSchema = z.strictObject({
  /** From 1; week 1 begins on the day on which the plan began. */
  number: z.int(),
  from: dateSchema,
  to: dateSchema,
  phase: textSchema.nullable(),
  isOpen: z.boolean(),
  isCurrent: z.boolean(),
  /** Days of an agreed pause. */
  pausedDays: z.int(),
  /** All activities together; null where there are none. */
  planned: z.int().nullable(),
  items: z.array(weekItemSchema),
});
export type Week = z.infer<typeof weekSchema>;

const asked = z.strictObject({
  questionnaire: z.string(),
  title: textSchema,
  by: z.enum(['patient', 'staff']),
  licensed: z.boolean(),
  answered: dateSchema.nullable(),
});
export type AskedForm = z.infer<typeof asked>;

/** What every programme has beside its weeks: talks, and forms that belong to them. */
const milestone = z.strictObject({
  kind: z.enum(contactPurposes),
  /** The day it is meant for. */
  date: dateSchema,
  isRequired: z.boolean(),
  /** When it took place. */
  doneOn: dateSchema.nullable(),
  /** At the start and the end: what is asked before, and again after (requirement R44). */
  forms: z.array(asked),
});
export type Milestone = z.infer<typeof milestone>;

const comment = z.strictObject({
  id: z.string(),
  at: z.int(),
  /** The name of who wrote it. */
  by: z.string(),
  text: z.string(),
  about: z.string(),
  /** What it is about, as the reader knows it; null when that is not shown any more. */
  subject: textSchema.nullable(),
});
export type CommentShown = z.infer<typeof comment>;

const goal = z.strictObject({
  id: z.string(),
  /** In the patient's own words the same in both languages. */
  title: textSchema,
  isOwn: z.boolean(),
  /** Another setting of the plan decides the target; then it is changed there. */
  setting: z.string().nullable(),
  op: z.enum(['<', '<=', '>', '>=', '=', 'within']),
  target: z.number(),
  unit: textSchema,
  interval: z.enum(['week', 'programme', 'change']),
  counts: z.string().nullable(),
  /** Null while there is nothing to tell it from. */
  value: z.number().nullable(),
  isReached: z.boolean().nullable(),
  /** The latest time it was set by somebody; null while it is that of the plan. */
  setOn: dateSchema.nullable(),
});
export type GoalShown = z.infer<typeof goal>;

const bounds = z.strictObject({ min: z.int(), max: z.int() });
const choice = z.strictObject({
  activities: z.array(
    z.strictObject({
      id: z.string(),
      title: textSchema,
      isChosen: z.boolean(),
      /** Null where only the number of all together was set. */
      perWeek: z.int().nullable(),
    }),
  ),
  perWeek: z.int(),
  minutesEach: z.int().nullable(),
  restAfter: z.int().nullable(),
  bounds: z.strictObject({
    perWeek: bounds,
    minutesEach: bounds.nullable(),
    restAfter: bounds.nullable(),
  }),
});
export type Choice = z.infer<typeof choice>;

/** `GET /api/episodes/{id}/programme` */
export const programmeSchema = z.strictObject({
  episode: z.string(),
  plan: z.string(),
  planName: textSchema,
  kind: z.enum(monitoringKinds),
  state: z.enum(['running', 'paused', 'ended']),
  today: dateSchema,
  startedOn: dateSchema,
  /** The last day of the plan as it is set now. */
  lastDay: dateSchema,
  week: z.int(),
  /** Steps of all modules; null for a programme without. */
  modules: z.strictObject({ done: z.int(), of: z.int() }).nullable(),
  weeks: z.array(weekSchema),
  milestones: z.array(milestone),
  goals: z.array(goal),
  /** What the patient chooses; null where the plan leaves nothing to choose. */
  choice: choice.nullable(),
  /** The newest first. */
  comments: z.array(comment),
  /** The next day on which the therapist writes; null when there is none. */
  nextContact: dateSchema.nullable(),
  /** When somebody looks; null when the episode has ended. */
  looks: looksSchema.nullable(),
  /** What the end of the episode would lack now. */
  missingAtEnd: z.array(z.strictObject({ id: z.string(), title: textSchema })),
});
export type Programme = z.infer<typeof programmeSchema>;

/** `POST …/completions`: something was done. The patient says so, or staff for them. */
export const completionRequestSchema = z.strictObject({
  task: idSchema,
  /** Of a task in steps; the next open one when it is left out. */
  step: z.int().min(1).max(maxSteps).optional(),
  activity: idSchema.optional(),
  /** The time it belongs to, milliseconds since 1970 UTC, or its day; now when both are left out. */
  at: z.int().nonnegative().optional(),
  date: dateSchema.optional(),
  minutes: z.int().min(0).max(maxMinutes).nullable().default(null),
  note: z.string().trim().min(1).max(maxNote).nullable().default(null),
  /** Given by the page: the same twice is one. Without it, an activity is one a day. */
  key: z
    .string()
    .regex(/^[\w-]{8,64}$/, '8 to 64 letters, digits, - or _')
    .optional(),
});
export type CompletionRequest = z.infer<typeof completionRequestSchema>;
/** `isNew` is false where it had been said before. */
export const completedSchema = z.strictObject({ entry: z.string(), isNew: z.boolean() });
export type Completed = z.infer<typeof completedSchema>;

/** `POST …/completions/undo` */
export const undoRequestSchema = z.strictObject({ entry: z.string().max(64) });

/** `POST …/comments`: about an entry, by its id, or `goal:<id>`. */
export const commentRequestSchema = z.strictObject({
  about: z.string().min(1).max(80),
  text: z.string().trim().min(1).max(maxNote),
});
export const commentedSchema = z.strictObject({ entry: z.string() });

/** `POST …/goals`: another target for a goal of the plan (`goal`), or a goal in own words. */
export const goalRequestSchema = z.strictObject({
  goal: idSchema.optional(),
  words: z.string().trim().min(1).max(maxGoalWords).optional(),
  target: z.number().min(-100_000).max(100_000),
  interval: z.enum(goalIntervals).optional(),
  counts: idSchema.nullable().optional(),
});
export const goalSetSchema = z.strictObject({ goal: z.string() });
/** `POST …/goals/end` */
export const goalEndRequestSchema = z.strictObject({ goal: idSchema });

/** `POST …/activities`: which, and how often a week each. */
export const choiceRequestSchema = z.strictObject({
  counts: z.record(idSchema, z.int().min(1).max(maxSteps)),
  minutesEach: z.int().min(0).max(maxMinutes).optional(),
  restAfter: z.int().min(0).max(maxMinutes).optional(),
  reason: z.string().trim().min(1).max(maxNote).nullable().default(null),
});

const ofEpisode = (id: string, what: string): string =>
  `/api/episodes/${encodeURIComponent(id)}/${what}`;

export const programmePaths = {
  programme: (episode: string) => ofEpisode(episode, 'programme'),
  completions: (episode: string) => ofEpisode(episode, 'completions'),
  undo: (episode: string) => ofEpisode(episode, 'completions/undo'),
  comments: (episode: string) => ofEpisode(episode, 'comments'),
  goals: (episode: string) => ofEpisode(episode, 'goals'),
  endGoal: (episode: string) => ofEpisode(episode, 'goals/end'),
  activities: (episode: string) => ofEpisode(episode, 'activities'),
} as const;
