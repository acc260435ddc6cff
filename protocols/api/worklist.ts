import { z } from 'zod';
import { severitySchema, whySchema } from './clinic.js';

/** The worklist: what somebody must answer. All times are milliseconds since 1970 UTC. */

const text = z.strictObject({ sv: z.string(), en: z.string() });

/**
 * What a task asks for: `assess` a value beyond a limit; ask why values are `missing`; look at a value
 * that the plan does not ask for (`unexpected`), at attempts without a value (`no-value`), at values
 * that rules could not judge (`not-judged`, `limit-missing`); have a device checked
 * (`calibration-due`); find somebody who stands in (`handover`); answer a `message`; write the text that the
 * plan promises the patient (`message-due`).
 */
export const taskKinds = [
  'assess',
  'missing',
  'unexpected',
  'no-value',
  'not-judged',
  'limit-missing',
  'calibration-due',
  'handover',
  'message',
  'message-due',
] as const;
export type TaskKind = (typeof taskKinds)[number];

/** Who answers: those who know the patient, or those who know the devices. */
export const audiences = ['clinic', 'technology'] as const;
export type Audience = (typeof audiences)[number];

/**
 * `open`: nobody has seen it. `acknowledged`: somebody has. `in-progress`: somebody works on it.
 * `resolved`: dealt with, but the values are not back yet. `closed`: over.
 */
export const taskStates = ['open', 'acknowledged', 'in-progress', 'resolved', 'closed'] as const;
export type TaskState = (typeof taskStates)[number];

/** Why a person says that a task is dealt with (monitoring plans §5: "with a reason code"). */
export const resolveReasons = [
  'contacted',
  'treatment-changed',
  'measured-wrongly',
  'device-mended',
  'nothing-needed',
] as const;
export type ResolveReason = (typeof resolveReasons)[number];

/** Longest note: a paragraph that is read in the list. */
export const maxNote = 1_000;
const note = z.string().trim().min(1).max(maxNote);

export const taskSchema = z.strictObject({
  id: z.string(),
  kind: z.enum(taskKinds),
  audience: z.enum(audiences),
  /** Null for what is of the unit and of no patient. */
  patient: z.string().nullable(),
  displayName: z.string().nullable(),
  /** Of a test person, who alone follows what is published for test. */
  isTest: z.boolean(),
  unit: z.string().nullable(),
  /** The device that is to be checked; null for tasks about anything else. */
  device: z
    .strictObject({
      identity: z.string(),
      model: z.string().nullable(),
      gateway: z.string().nullable(),
    })
    .nullable(),
  severity: severitySchema,
  state: z.enum(taskStates),
  title: text,
  /** Null where no rule found it. */
  why: whySchema.nullable(),
  openedAt: z.int(),
  latestAt: z.int(),
  /** When it should be dealt with, counted in staffed working time; null where nothing is promised. */
  dueAt: z.int().nullable(),
  /** 0, or how often it was passed on because nobody dealt with it in time. */
  escalated: z.int(),
  /** The member of staff who works on it. */
  assignee: z.strictObject({ ref: z.string(), displayName: z.string() }).nullable(),
  notes: z.array(z.strictObject({ at: z.int(), by: z.string(), text: z.string() })),
  /** How often the rule was true; of a message, how many of the patient nobody has read. */
  count: z.int(),
  /** When the values were back to normal; the task still waits for an answer. */
  clearedAt: z.int().nullable(),
});
export type Task = z.infer<typeof taskSchema>;

/** Red by oldest unopened first, then yellow, then information. */
export const tasksSchema = z.strictObject({
  tasks: z.array(taskSchema),
  /** True when there are more than are sent. */
  truncated: z.boolean(),
});

/** Of one task; more than anybody reads, and the newest of more. */
export const maxHistory = 1_000;

/**
 * What people did with a task, and when it was passed on: `escalated`, by nobody. `checked`: the device
 * was, which closed it.
 */
export const taskActs = [
  'acknowledged',
  'taken',
  'noted',
  'resolved',
  'escalated',
  'checked',
] as const;
export type TaskAct = (typeof taskActs)[number];

/** What became of a task since it was opened, oldest first. */
export const taskHistorySchema = z.strictObject({
  id: z.string(),
  state: z.enum(taskStates),
  openedAt: z.int(),
  closedAt: z.int().nullable(),
  acts: z.array(
    z.strictObject({
      at: z.int(),
      act: z.enum(taskActs),
      /** The name of the member of staff; null where time did it. */
      by: z.string().nullable(),
      note: z.string().nullable(),
      reason: z.enum(resolveReasons).nullable(),
      /** How often it had been passed on by then. */
      level: z.int().min(1).nullable(),
    }),
  ),
  /** True when there was more before. */
  truncated: z.boolean(),
});
export type TaskHistory = z.infer<typeof taskHistorySchema>;

/** Seeing a task and taking it have nothing to say beyond themselves. */
export const nothingSchema = z.strictObject({});
export const resolveSchema = z.strictObject({
  reason: z.enum(resolveReasons),
  note: note.nullable().default(null),
});
export const noteSchema = z.strictObject({ text: note });

/** More than a screen of them is no look at each any more. */
export const maxAtOnce = 200;
/** Closes what is information only, several at once. */
export const resolveManySchema = z.strictObject({
  ids: z.array(z.string().max(64)).min(1).max(maxAtOnce),
  reason: z.enum(resolveReasons),
});
export const resolvedManySchema = z.strictObject({
  results: z.array(
    z.strictObject({
      id: z.string(),
      /** `done`, or the code of a refusal. */
      outcome: z.string(),
    }),
  ),
});

const pathOf = (id: string, act: string): string => `/api/tasks/${encodeURIComponent(id)}/${act}`;

export const worklistPaths = {
  tasks: '/api/tasks',
  acknowledge: (id: string) => pathOf(id, 'acknowledge'),
  take: (id: string) => pathOf(id, 'take'),
  resolve: (id: string) => pathOf(id, 'resolve'),
  note: (id: string) => pathOf(id, 'note'),
  history: (id: string) => pathOf(id, 'history'),
  resolveMany: '/api/tasks/resolve',
} as const;
