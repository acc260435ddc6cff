import { z } from 'zod';
import { errorCodes } from '../errors.js';
import type { ErrorCode } from '../errors.js';
import { failureReasons, readingFlags, readingKinds } from '../reading.js';

/** What crosses HTTP between the cloud and its pages. All times are milliseconds since 1970 UTC. */

const text = z.strictObject({ sv: z.string(), en: z.string() });

export const patientSummarySchema = z.strictObject({
  /** The random reference that gateways, MQTT and InfluxDB know. */
  ref: z.string(),
  /** Only here, from the people store. */
  displayName: z.string(),
  /** A test person: what comes of their plans is no care. */
  isTest: z.boolean(),
  /** What the patient follows, oldest first. */
  episodes: z.array(
    z.strictObject({
      id: z.string(),
      plan: z.string(),
      planName: text,
      /** There are modules or activities, week by week (`GET …/programme`). */
      isProgramme: z.boolean(),
    }),
  ),
  openTasks: z.int(),
  /** What the patient has not read of staff, and no member of staff of the patient. */
  unreadMessages: z.strictObject({ patient: z.int(), staff: z.int() }),
  lastMeasuredAt: z.int().nullable(),
  /** Highest severity among the tasks that are not closed; else grey when nothing came for long. */
  colour: z.enum(['green', 'yellow', 'red', 'grey']),
});
export const patientsSchema = z.strictObject({
  patients: z.array(patientSummarySchema),
  /** True when there are more than are sent. */
  truncated: z.boolean(),
});
export type PatientSummary = z.infer<typeof patientSummarySchema>;

/** One drawn line of a trend: a quantity with its unit, name, goal band and limits. */
export const trendSeriesSchema = z.strictObject({
  code: z.string(),
  name: text,
  unit: z.string(),
  decimals: z.int(),
  /** The band to aim at; null bounds are open. Null when the plan sets no goal. */
  goal: z.strictObject({ low: z.number().nullable(), high: z.number().nullable() }).nullable(),
  limits: z.array(
    z.strictObject({
      direction: z.enum(['above', 'below']),
      value: z.number(),
      severity: z.enum(['yellow', 'red']),
    }),
  ),
  /** Oldest first, as measured. A run with control solution is not the patient's and not here. */
  points: z.array(
    z.strictObject({
      at: z.int(),
      value: z.number(),
      uncertaintyMs: z.int(),
      flags: z.array(z.enum(readingFlags)),
      /** Shown and never counted: nobody has said yet whose it is, or staff said that it is no value of this patient. */
      owner: z.enum(['asked', 'other']).optional(),
    }),
  ),
});
export type TrendSeries = z.infer<typeof trendSeriesSchema>;

/**
 * One chart: the lines of one kind of measurement that share a scale, and the attempts that gave no
 * value. A kind whose quantities have several units has several charts; the first has the attempts.
 */
export const trendSchema = z.strictObject({
  /** Unique among the trends of a patient. */
  id: z.string(),
  kind: z.enum(readingKinds),
  name: text,
  series: z.array(trendSeriesSchema),
  failures: z.array(z.strictObject({ at: z.int(), reason: z.enum(failureReasons) })),
  /** True when the store held more points in the period than are sent. */
  truncated: z.boolean(),
});
export const trendsSchema = z.strictObject({
  patient: z.string(),
  from: z.int(),
  to: z.int(),
  trends: z.array(trendSchema),
});
export type Trend = z.infer<typeof trendSchema>;
export type Trends = z.infer<typeof trendsSchema>;

/** What made a rule true last: the "why" of a finding. */
export const whySchema = z.strictObject({
  rule: z.string(),
  planVersion: z.string(),
  /** `change`: a rise or fall within `days`; `other`: answers, or time, which have no number. */
  condition: z.enum(['value', 'change', 'count', 'other']),
  /** What was compared: a measurement, or what the plan derives from one. */
  code: z.string().nullable(),
  name: text,
  unit: z.string(),
  decimals: z.int(),
  direction: z.enum(['above', 'below']),
  value: z.number().nullable(),
  limit: z.number().nullable(),
  /** Values in a row, or values counted. */
  values: z.int(),
  days: z.int().nullable(),
  /** Null when no single value clears it. */
  clearsAt: z.number().nullable(),
  onlyStaffCloses: z.boolean(),
  measuredAt: z.int(),
  /** What the plan tells staff. */
  text: text.nullable(),
  /** The settings of the patient that it was compared with, as they were then. */
  parameters: z.array(z.strictObject({ id: z.string(), value: z.unknown() })),
  /** What was compared, newest first. */
  used: z.array(z.strictObject({ code: z.string(), value: z.string(), at: z.int() })),
});
export type Why = z.infer<typeof whySchema>;

export const severitySchema = z.enum(['info', 'yellow', 'red']);

/**
 * What rules found for a patient, newest first. Only what is raised has a task: a note came too late for
 * one, staff had let the rule of what is snoozed rest, and what is unconfirmed was not beyond the limit when it was measured again.
 */
export const findingsSchema = z.strictObject({
  patient: z.string(),
  findings: z.array(
    z.strictObject({
      id: z.string(),
      kind: z.enum(['raised', 'note', 'snoozed', 'confirming', 'unconfirmed']),
      severity: severitySchema,
      /** Of a test person: nothing that anybody is treated by. */
      isTest: z.boolean(),
      title: text,
      why: whySchema,
      raisedAt: z.int(),
      clearedAt: z.int().nullable(),
      count: z.int(),
    }),
  ),
  truncated: z.boolean(),
});
export type Findings = z.infer<typeof findingsSchema>;

/** The state of the whole system, for the head of the page. */
export const systemStatusSchema = z.strictObject({
  /** Where the page may be reached; `loopback` until there is sign-in. */
  reach: z.enum(['loopback', 'network']),
  journalled: z.int(),
  refused: z.int(),
  gateways: z.array(
    z.strictObject({
      id: z.string(),
      state: z.enum(['online', 'offline', 'unknown']),
      waiting: z.int().nullable(),
      /** Readings that wait at home until the gateway knows the time. */
      held: z.int().nullable(),
      /** Readings that wait at home until somebody says whose they are. */
      doubtful: z.int().nullable(),
      problems: z.array(z.string()),
      lastSeenAt: z.int().nullable(),
      /** How far what is asked of the home has come; `applied`: the gateway follows it. */
      command: z.enum(['none', 'waiting', 'sent', 'applied']),
    }),
  ),
  followers: z.array(z.strictObject({ name: z.string(), behind: z.int() })),
});
export type SystemStatus = z.infer<typeof systemStatusSchema>;

const codes = Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]; // the keys of the registry

/** The dead letters: rows that were refused, newest first, and envelopes that were no envelopes. */
export const refusedSchema = z.strictObject({
  refused: z.array(
    z.strictObject({
      gateway: z.string(),
      ledger: z.string(),
      seq: z.int(),
      code: z.enum(codes),
      at: z.int(),
      /** The row, shortened; null when newer ones have taken its place. */
      text: z.string().nullable(),
    }),
  ),
  truncated: z.boolean(),
  malformed: z.array(
    z.strictObject({
      gateway: z.string(),
      code: z.string(),
      count: z.int(),
      firstAt: z.int(),
      lastAt: z.int(),
    }),
  ),
});
export type RefusedRows = z.infer<typeof refusedSchema>;

/** Server-sent event: something about these patients changed; the page fetches anew. */
export const liveEventSchema = z.strictObject({ patients: z.array(z.string()), at: z.int() });
export type LiveEvent = z.infer<typeof liveEventSchema>;

/** One thing that is wrong: a code of the registry, which part of the request, and what in words. */
export const problemSchema = z.strictObject({
  code: z.string(),
  path: z.string(),
  message: z.string(),
});

export const apiErrorSchema = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    /** Every reason at once, where there may be several: what is prescribed. */
    problems: z.array(problemSchema).optional(),
  }),
});

/** The paths, in one place for the server and the pages. */
export const clinicPaths = {
  patients: '/api/patients',
  trends: (ref: string) => `/api/patients/${encodeURIComponent(ref)}/trends`,
  findings: (ref: string) => `/api/patients/${encodeURIComponent(ref)}/findings`,
  status: '/api/status',
  refused: '/api/refused',
  live: '/api/live',
} as const;
