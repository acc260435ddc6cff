import { z } from 'zod';
import {
  contactChannels,
  contactPurposes,
  maxContactMinutes,
} from '@hemma/protocols/api/contacts.js';
import { goalIntervals, maxGoalWords, maxSteps } from '@hemma/protocols/api/programmes.js';
import { endReasons, pauseReasons } from '@hemma/protocols/api/prescribing.js';
import { parameterValuesSchema } from '@hemma/protocols/plans/plan.js';
import { severities } from '@hemma/protocols/plans/rule.js';
import { idSchema } from '@hemma/protocols/plans/text.js';

/** Longest text that a person writes into one event: two pages. */
export const maxEventText = 4_000;
/** No questionnaire has as many items. */
const maxAnswers = 200;

/** No plan asks for as much before it may start. */
export const maxSuitability = 100;

/** Entries behind one value of a zero measurement: two weeks with some seventy readings a day. */
export const maxInputs = 1_000;

const text = z.string().trim().min(1).max(maxEventText);
const days = z.int().min(0).max(100_000);

/** Answers by item; null for an item that was left out. */
const answers = z
  .record(idSchema, z.number().nullable())
  .refine((it) => Object.keys(it).length <= maxAnswers, 'too many answers');

/** What goes with a decision on limits; absent where a programme decided, as in an import. */
const decision = {
  /** The licensed professional who saw these limits, and the digest of what they saw. */
  confirmed: z.strictObject({ by: z.string().max(64), digest: z.string().max(64) }).optional(),
  /** Minutes a week that these limits are expected to take, and why more than there are. */
  overBudget: z.strictObject({ minutes: z.number(), budget: z.number(), reason: text }).optional(),
};

export type PauseReason = (typeof pauseReasons)[number];

/**
 * What people did with an episode, one schema each. What the event log of a patient is made of; the
 * engine, the worklist and the effect measures read it, and nothing else holds such state.
 */
export const careEventSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('response'),
    questionnaire: idSchema,
    answers,
    /** Answers in words, by item. */
    texts: z.record(idSchema, text),
    /** Every required item is answered. */
    complete: z.boolean(),
  }),
  /** The score of an instrument that is filled in elsewhere, or a laboratory value. */
  z.strictObject({ kind: z.literal('score'), metric: idSchema, value: z.number() }),
  z.strictObject({
    kind: z.literal('contact'),
    channel: z.enum(contactChannels),
    minutes: z.int().min(0).max(maxContactMinutes),
    replacesVisit: z.boolean(),
    /** What it was for, where a programme asks for it. */
    purpose: z.enum(contactPurposes).optional(),
  }),
  /** A module that was read, or an activity that was done. */
  z.strictObject({
    kind: z.literal('completion'),
    task: idSchema,
    minutes: z.int().min(0).max(1_440).nullable(),
    note: text.nullable(),
    /** Which of its steps, from 1, or which of the patient's activities; absent where it has none. */
    step: z.int().min(1).max(maxSteps).optional(),
    activity: idSchema.optional(),
  }),
  /** About an entry, by its id, or a goal; written by a person. */
  z.strictObject({ kind: z.literal('comment'), about: z.string().max(80), text }),
  /** What patient and staff chose of what the plan leaves to them, from now on (requirement R51). */
  z.strictObject({
    kind: z.literal('choice'),
    parameters: parameterValuesSchema,
    /** Times a week of each activity. */
    counts: z.record(idSchema, z.int().min(1)),
    reason: text.nullable(),
  }),
  /** A goal of the patient from now on: another target for one of the plan, or one of their own. */
  z.strictObject({
    kind: z.literal('goal'),
    goal: idSchema,
    /** In their own words; null for one of the plan. */
    words: z.string().trim().min(1).max(maxGoalWords).nullable(),
    target: z.number(),
    interval: z.enum(goalIntervals),
    /** The activity, or the task, that counts towards it; null where nothing is counted. */
    counts: idSchema.nullable(),
  }),
  z.strictObject({ kind: z.literal('goal-end'), goal: idSchema }),
  z.strictObject({ kind: z.literal('series-start'), series: idSchema }),
  z.strictObject({ kind: z.literal('phase'), phase: idSchema }),
  /** Days of the local calendar, both included; `toDay` null until it is known. */
  z.strictObject({
    kind: z.literal('pause'),
    fromDay: days,
    toDay: days.nullable(),
    reason: z.enum(pauseReasons),
  }),
  z.strictObject({ kind: z.literal('resume'), pause: z.string().max(64) }),
  /** A rule gives no task until an instant, milliseconds since 1970 UTC: its cause is known. */
  z.strictObject({
    kind: z.literal('snooze'),
    rule: idSchema,
    severity: z.enum(severities),
    until: z.int(),
    reason: text,
  }),
  z.strictObject({ kind: z.literal('snooze-end'), snooze: z.string().max(64) }),
  /** Who decided to begin, with what, and what they ticked and confirmed (requirement R7). */
  z.strictObject({
    kind: z.literal('start'),
    parameters: parameterValuesSchema,
    /** Ids of the items of `suitability` that were ticked. */
    suitability: z.array(idSchema).max(maxSuitability),
    responsible: z.string().max(64).nullable(),
    substitute: z.string().max(64).nullable(),
    ...decision,
  }),
  /** Limits and other settings from now on: the whole set, with the reason for the change. */
  z.strictObject({
    kind: z.literal('limits'),
    parameters: parameterValuesSchema,
    reason: text,
    ...decision,
  }),
  z.strictObject({ kind: z.literal('version'), version: z.string().max(40), reason: text }),
  /** The zero measurement, frozen with what it was made of (monitoring plans §8). */
  z.strictObject({
    kind: z.literal('baseline'),
    values: z.record(idSchema, z.number()),
    /** By metric: the entries that it was made of. */
    inputs: z.record(idSchema, z.array(z.string().max(64)).max(maxInputs)),
    /** By metric, where it is compared with from another day on than that of the event. */
    fromDays: z.record(idSchema, days).default({}),
    reason: text.nullable(),
  }),
  z.strictObject({
    kind: z.literal('end'),
    reason: z.enum(endReasons),
    note: text.nullable(),
    /** What the programme asks for at its end and was not there, and why it ended all the same. */
    without: z
      .strictObject({ missing: z.array(idSchema).max(maxSuitability), reason: text })
      .optional(),
  }),
  /** A measurement of which nobody at home said whose it is, and that is the patient's: by its id. */
  z.strictObject({ kind: z.literal('owner-confirmed'), entry: z.string().max(64) }),
  /** And one that is somebody else's: it never counts, as long as this stands. */
  z.strictObject({ kind: z.literal('owner-denied'), entry: z.string().max(64) }),
  /** An event or a measurement that never counts: by its id. */
  z.strictObject({ kind: z.literal('entered-in-error'), entry: z.string().max(64) }),
]);
export type CareEvent = z.infer<typeof careEventSchema>;
