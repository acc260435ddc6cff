import { z } from 'zod';
import { monitoringKinds, parameterValuesSchema } from '../plans/plan.js';
import { textSchema } from '../plans/text.js';
import { endReasons, pauseReasons, settingSchema, titledSchema } from './prescribing.js';
import { dateSchema, looksSchema } from './units.js';

/** What a patient follows and has followed. Times are milliseconds since 1970 UTC. */

const episode = z.strictObject({
  id: z.string(),
  plan: z.string(),
  planVersion: z.string(),
  planName: textSchema,
  /** A newer version that it can be moved to; null when there is none. */
  newerVersion: z.string().nullable(),
  kind: z.enum(monitoringKinds),
  unit: z.string().nullable(),
  state: z.enum(['running', 'paused', 'ended']),
  startedAt: z.int(),
  endedAt: z.int().nullable(),
  endReason: z.enum(endReasons).nullable(),
  /** Day of the plan, 0 on the first. */
  planDay: z.int(),
  /** Null when no phase covers the day. */
  phase: titledSchema.nullable(),
  phases: z.array(titledSchema),
  series: z.array(z.string()),
  parameters: parameterValuesSchema,
  /** What can be set in this version of the plan; empty when it is not known here any more. */
  settings: z.array(settingSchema),
  /** The licensed professional who confirmed what is set; null where nobody had to. */
  confirmed: z.strictObject({ at: z.int(), staff: z.string() }).nullable(),
  /** When somebody looks, as the patient reads it; null when the episode has ended. */
  looks: looksSchema.nullable(),
  limitNotice: textSchema.nullable(),
  emergencyNotice: textSchema.nullable(),
  pauses: z.array(
    z.strictObject({
      id: z.string(),
      from: dateSchema,
      /** Null until it is known. */
      to: dateSchema.nullable(),
      reason: z.enum(pauseReasons),
    }),
  ),
  /** Zero measurements, the newest last. */
  baselines: z.array(
    z.strictObject({
      from: dateSchema,
      takenAt: z.int(),
      staff: z.string().nullable(),
      values: z.record(z.string(), z.number()),
      reason: z.string().nullable(),
    }),
  ),
  /** Who decided what, oldest first; `detail` is the event as it is kept. */
  decisions: z.array(
    z.strictObject({
      at: z.int(),
      staff: z.string().nullable(),
      kind: z.string(),
      detail: z.record(z.string(), z.unknown()),
    }),
  ),
  /** Of the last and the coming days, in order; empty when it has ended. */
  occasions: z.array(
    z.strictObject({
      task: z.string(),
      title: textSchema,
      date: dateSchema,
      window: textSchema.nullable(),
      opensAt: z.int(),
      closesAt: z.int(),
      state: z.enum(['upcoming', 'open', 'done', 'done-late', 'backfilled', 'missed', 'paused']),
    }),
  ),
});

/** `GET …/episodes` of a patient: the latest first. */
export const episodesSchema = z.strictObject({
  /** The date where care is, by the clock of the cloud. */
  today: dateSchema,
  episodes: z.array(episode),
  /** Names of the staff that are referred to, those who have left as well. */
  names: z.record(z.string(), z.string()),
  /** What the values of zero measurements are called; what a plan derives has no name. */
  quantities: z.record(
    z.string(),
    z.strictObject({ name: textSchema, unit: z.string(), decimals: z.int() }),
  ),
});
export type EpisodeList = z.infer<typeof episodesSchema>;
export type EpisodeShown = EpisodeList['episodes'][number];
