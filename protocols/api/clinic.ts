import { z } from 'zod';
import { failureReasons, readingFlags, readingKinds } from '../reading.js';

/** What crosses HTTP between the cloud and its pages. All times are milliseconds since 1970 UTC. */

const text = z.strictObject({ sv: z.string(), en: z.string() });

export const patientSummarySchema = z.strictObject({
  /** The random reference that gateways, MQTT and InfluxDB know. */
  ref: z.string(),
  /** Only here, from the people store. */
  displayName: z.string(),
  plan: z.string().nullable(),
  planName: text.nullable(),
  openTasks: z.int(),
  lastMeasuredAt: z.int().nullable(),
  /** Highest severity among the open tasks; grey when nothing has come for long. */
  colour: z.enum(['green', 'yellow', 'red', 'grey']),
});
export const patientsSchema = z.strictObject({ patients: z.array(patientSummarySchema) });
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
  points: z.array(
    z.strictObject({
      at: z.int(),
      value: z.number(),
      uncertaintyMs: z.int(),
      flags: z.array(z.enum(readingFlags)),
    }),
  ),
});
export type TrendSeries = z.infer<typeof trendSeriesSchema>;

/** The trend of one kind of measurement: its lines, and the attempts that gave no value. */
export const trendSchema = z.strictObject({
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

export const taskSchema = z.strictObject({
  id: z.string(),
  patient: z.string(),
  displayName: z.string(),
  severity: z.enum(['info', 'yellow', 'red']),
  state: z.enum(['open', 'acknowledged', 'closed']),
  title: text,
  /** Rule, limit and reading behind it: the "why". */
  why: z.strictObject({
    rule: z.string(),
    code: z.string(),
    direction: z.enum(['above', 'below']),
    limit: z.number(),
    clearsAt: z.number(),
    value: z.number(),
    measuredAt: z.int(),
  }),
  openedAt: z.int(),
  latestAt: z.int(),
  count: z.int(),
});
export const tasksSchema = z.strictObject({ tasks: z.array(taskSchema) });
export type Task = z.infer<typeof taskSchema>;

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
      problems: z.array(z.string()),
      lastSeenAt: z.int().nullable(),
    }),
  ),
  followers: z.array(z.strictObject({ name: z.string(), behind: z.int() })),
});
export type SystemStatus = z.infer<typeof systemStatusSchema>;

/** Server-sent event: something about these patients changed; the page fetches anew. */
export const liveEventSchema = z.strictObject({ patients: z.array(z.string()), at: z.int() });
export type LiveEvent = z.infer<typeof liveEventSchema>;

export const apiErrorSchema = z.strictObject({
  error: z.strictObject({ code: z.string(), message: z.string() }),
});

/** The paths, in one place for the server and the pages. */
export const clinicPaths = {
  patients: '/api/patients',
  trends: (ref: string) => `/api/patients/${encodeURIComponent(ref)}/trends`,
  tasks: '/api/tasks',
  acknowledge: (id: string) => `/api/tasks/${encodeURIComponent(id)}/acknowledge`,
  status: '/api/status',
  refused: '/api/refused',
  live: '/api/live',
} as const;
