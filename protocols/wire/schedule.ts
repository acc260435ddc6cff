import { z } from 'zod';
import { parameterValueSchema } from '../plans/plan.js';
import { questionnaireSchema } from '../plans/questionnaire.js';
import { frequencySchema, questionnaireFrequencySchema } from '../plans/schedule.js';
import {
  idSchema,
  textListSchema,
  textSchema,
  versionSchema,
  wallTimeSchema,
} from '../plans/text.js';
import { quantityUnits, readingKinds } from '../reading.js';
import type { QuantityCode } from '../reading.js';
import { patientRefSchema } from './measurement.js';

/**
 * The schedule: what a home needs of the plan of a patient to go on by itself, version 1. Rules for
 * occasions and not a list of them, so that it holds for as long as the plan does. It names no limit of
 * a rule, no diagnosis and nobody.
 */

/** Of one home: eight people with eight plans each. */
export const maxSchedules = 64;
/** All schedules of one command together; prompts, messages and the loan have the rest of its 64 KiB. */
export const maxScheduleOctets = 40_960;
/** One schedule, unpacked: ten times the largest plan, and little for the smallest gateway. */
export const maxUnpackedOctets = 262_144;
/** Longest of each list below; far more than any plan has, and no home walks more. */
const maxTasks = 24;
const maxQuestionnaires = 16;
const maxPhases = 32;
const maxMoves = 64;
const maxPauses = 64;
const maxSpans = 400;
const maxGoals = 16;
const maxSeries = 16;
const maxOnDemand = maxTasks + maxQuestionnaires;

const quantityCodes = Object.keys(quantityUnits) as [QuantityCode, ...QuantityCode[]]; // its own keys
/** Follows from the content: the same for as long as nothing is changed. */
export const revisionSchema = z.string().regex(/^[0-9a-f]{16}$/);
/** A local calendar day, counted from 1970-01-01. */
const daySchema = z.int().min(0).max(100_000);

const windowSchema = z.object({
  id: idSchema,
  label: textSchema,
  from: wallTimeSchema,
  to: wallTimeSchema,
  target: wallTimeSchema,
});

const reminderSchema = z.object({
  repeatMinutes: z.int().min(1),
  maxPerWindow: z.int().min(1),
  quietHours: z.object({ from: wallTimeSchema, to: wallTimeSchema }),
  text: textSchema,
});

const taskSchema = z.object({
  id: idSchema,
  title: textSchema,
  instructions: textSchema,
  /** What a measurement must be, and have at least one of, to count for it; empty: nothing is measured. */
  kinds: z.array(z.enum(readingKinds)).max(readingKinds.length),
  quantities: z.array(z.enum(quantityCodes)).max(quantityCodes.length),
  phases: z.array(idSchema).min(1).max(maxPhases),
  schedule: z.object({
    frequency: frequencySchema,
    windows: z.array(windowSchema).min(1).max(16),
  }),
  /** The guided sequence: rest, measure, wait, measure again. */
  readings: z.int().min(1).max(16),
  minutesBetween: z.int().min(0).nullable(),
  restMinutes: z.int().min(0).nullable(),
  /** Whether it may be typed in, and how many days afterwards. */
  byHand: z.boolean(),
  backfillDays: z.int().min(0),
  reminder: reminderSchema.nullable(),
});

const formSchema = questionnaireSchema.pick({
  id: true,
  version: true,
  title: true,
  recall: true,
  instruction: true,
  answerSets: true,
  items: true,
  logic: true,
});

const safetySchema = z.object({
  item: idSchema,
  op: z.enum(['<', '<=', '=', '>=', '>']),
  value: z.number(),
  title: textSchema,
  paragraphs: z.array(textSchema).max(16),
});

const questionnairePartSchema = z.object({
  when: questionnaireFrequencySchema,
  phases: z.array(idSchema).min(1).max(maxPhases),
  form: formSchema,
  attribution: textSchema.nullable(),
  /** What is shown at once after certain answers, whether anything can be reached or not. */
  safety: z.array(safetySchema).max(16),
});

const seriesRulesSchema = z.object({
  series: idSchema,
  /** Of which its readings are, and the quantities of which one is enough. */
  task: idSchema,
  quantities: z.array(z.enum(quantityCodes)).max(quantityCodes.length),
  windows: z.array(idSchema).max(16),
  lengthDays: z.int().min(1).max(366),
  readingsPerWindow: z.int().min(1).max(16),
  dropFirstOfThree: z.boolean(),
  discardFirstDay: z.boolean(),
  minReadings: z.int().min(1),
  minDays: z.int().min(1),
  maxExtensionDays: z.int().min(0).max(366),
});

const onDemandSchema = z.object({
  /** Of the task in `tasks`, or of the form in `questionnaires`. */
  id: idSchema,
  title: textSchema,
  instructions: textSchema,
  /** In which it is offered; `all` or ids. */
  phases: z.array(idSchema).min(1).max(maxPhases),
  /** What is to be measured, as in a task; both empty when it is a form. */
  kinds: z.array(z.enum(readingKinds)).max(readingKinds.length),
  quantities: z.array(z.enum(quantityCodes)).max(quantityCodes.length),
  /** Whether it may be typed in. */
  byHand: z.boolean(),
  /** The form to answer; null when something is measured. */
  form: idSchema.nullable(),
});

export const scheduleSchema = z.object({
  v: z.literal(1),
  revision: revisionSchema,
  patient: patientRefSchema,
  plan: idSchema,
  planVersion: versionSchema,
  title: textSchema,
  timeZone: z.string().max(60),
  startDay: daySchema,
  phases: z
    .array(
      z.object({
        id: idSchema,
        title: textSchema,
        fromDay: z.int().min(0),
        toDay: z.int().min(0).nullable(),
      }),
    )
    .max(maxPhases),
  phaseMoves: z.array(z.object({ day: daySchema, phase: idSchema })).max(maxMoves),
  /** Days without anything to do, both included; null: until the schedule says otherwise. */
  pauses: z.array(z.object({ fromDay: daySchema, toDay: daySchema.nullable() })).max(maxPauses),
  /** Settings by which days are found; no limits. */
  parameters: z.record(idSchema, parameterValueSchema),
  /** The planned days of measuring series, both included. */
  series: z
    .array(z.object({ series: idSchema, fromDay: daySchema, toDay: daySchema }))
    .max(maxSpans),
  /** How each of them becomes complete, and is extended until then; older clouds tell none. */
  seriesRules: z.array(seriesRulesSchema).max(maxSeries).default([]),
  tasks: z.array(taskSchema).max(maxTasks),
  questionnaires: z.array(questionnairePartSchema).max(maxQuestionnaires),
  /** What has no due time and may be done whenever somebody wants to; older clouds name none. */
  onDemand: z.array(onDemandSchema).max(maxOnDemand).default([]),
  goals: z
    .array(
      z.object({
        quantity: z.enum(quantityCodes),
        low: z.number().nullable(),
        high: z.number().nullable(),
      }),
    )
    .max(maxGoals),
  instructions: textListSchema,
  /** Who looks and when; does not depend on the day on which it is read. */
  looks: textSchema,
  emergency: textSchema,
});
export type Schedule = z.infer<typeof scheduleSchema>;

/**
 * The schedule of a plan by its name alone: a home that has this revision goes on by it. One that has
 * another keeps that, for an old plan beats none, and its status tells which.
 */
export const scheduleMarkSchema = z.strictObject({
  v: z.literal(1),
  patient: patientRefSchema,
  plan: idSchema,
  revision: revisionSchema,
});
export type ScheduleMark = z.infer<typeof scheduleMarkSchema>;

/** A schedule whose JSON, UTF-8, was made smaller: zlib (RFC 1950), as base64. */
export const packedScheduleSchema = z.strictObject({
  ...scheduleMarkSchema.shape,
  packed: z.base64().max(maxScheduleOctets),
});

export type ScheduleTask = Schedule['tasks'][number];
export type ScheduleForm = Schedule['questionnaires'][number];
export type OnDemand = Schedule['onDemand'][number];
