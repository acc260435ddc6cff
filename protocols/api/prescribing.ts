import { z } from 'zod';
import { monitoringKinds, parameterValueSchema, parameterValuesSchema } from '../plans/plan.js';
import { idSchema, textListSchema, textSchema } from '../plans/text.js';
import { problemSchema } from './clinic.js';
import { dateSchema, staffedHoursSchema } from './units.js';

/**
 * What crosses HTTP when something is prescribed. All times are milliseconds since 1970 UTC, dates are
 * local calendar dates `2026-03-01`. Everything but reading says who acts, in the header of
 * `protocols/api/staff.ts`; what a patient follows alone is said without it. A refusal is 422 with
 * `error.problems`: every reason at once.
 */

/** Why an episode ended (effect measures `completion-rate` and `dropout`). */
export const endReasons = [
  'goal-reached',
  'plan-end',
  'patient-wish',
  'moved',
  'technical',
  'not-suitable',
  'no-contact',
  'other',
] as const;
/** Why values stay away for a while, agreed with care (monitoring plans §2). */
export const pauseReasons = ['holiday', 'hospital', 'device', 'other'] as const;

const kind = z.enum(monitoringKinds);
const ref = z.string().max(64);
const reason = z.string().trim().min(1).max(1_000);
const counts = z.strictObject({ info: z.int(), yellow: z.int(), red: z.int() });
const rates = { tasksPerWeek: z.number(), minutesPerWeek: z.number() };

/** A setting with what bounds it: what a form draws. */
export const settingSchema = z.strictObject({
  id: z.string(),
  title: textSchema,
  unit: z.string(),
  /** Null: it must be filled in where `required`. */
  default: parameterValueSchema,
  min: z.number().nullable(),
  max: z.number().nullable(),
  allowed: z.array(z.string()).nullable(),
  required: z.boolean(),
  /** This limit is the worse one: it lies below that parameter. */
  mustBeBelow: z.string().nullable(),
});
export type Setting = z.infer<typeof settingSchema>;

export const titledSchema = z.strictObject({ id: z.string(), title: textSchema });

const startablePlan = z.strictObject({
  id: z.string(),
  version: z.string(),
  title: textSchema,
  patientGroup: z.string(),
  /** False: the reasons are in `problems`; they do not depend on what is filled in. */
  startable: z.boolean(),
  problems: z.array(problemSchema),
  kinds: z.array(kind),
  /** To be shown when a plan starts and when limits are changed. */
  limitNotice: textSchema.nullable(),
  emergencyNotice: textSchema.nullable(),
  intendedUse: textSchema,
  notFor: z.array(textSchema),
  suitability: z.array(z.strictObject({ id: z.string(), required: z.boolean(), text: textSchema })),
  parameters: z.array(settingSchema),
  phases: z.array(titledSchema.extend({ fromDay: z.int(), toDay: z.int().nullable() })),
  durationDays: z.int(),
  reviewEveryDays: z.int(),
  patientInstructions: textListSchema,
  /** Promised time to a human look, by severity. */
  response: z.array(
    z.strictObject({
      severity: z.enum(['info', 'yellow', 'red']),
      withinWorkingDays: z.int(),
      text: textSchema,
    }),
  ),
});

/** `GET …/plans` */
export const startablePlansSchema = z.strictObject({ plans: z.array(startablePlan) });
export type StartablePlan = z.infer<typeof startablePlan>;
export type StartablePlans = z.infer<typeof startablePlansSchema>;

/** `GET /api/units`: where something can be prescribed, and why it cannot. */
export const unitsSchema = z.strictObject({
  units: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      hours: staffedHoursSchema,
      nextStaffedAt: z.int().nullable(),
      responsible: z.string().nullable(),
      substitute: z.string().nullable(),
      budgetMinutes: z.int(),
      problems: z.array(problemSchema),
    }),
  ),
});
export type UnitList = z.infer<typeof unitsSchema>;

/** `POST …/dry-run` of a patient: limits of an episode that would begin. */
export const dryRunRequestSchema = z.strictObject({
  plan: idSchema,
  version: z.string().max(40).optional(),
  unit: idSchema.nullable(),
  parameters: parameterValuesSchema,
});

/** `POST …/dry-run` of an episode: limits, or a version, that it would change to. */
export const changeDryRunSchema = z.strictObject({
  version: z.string().max(40).optional(),
  parameters: parameterValuesSchema,
});

/**
 * What no figure of a dry run has. `staff-closes`: that a finding which only a person ends is ended and
 * comes again; `technical-causes`: that values stayed away because of a device, a gateway or the cloud;
 * `attempts-and-remarks`: attempts without a value, unexpected values and limits that are not set.
 */
export const notCounted = ['staff-closes', 'technical-causes', 'attempts-and-remarks'] as const;
export type NotCounted = (typeof notCounted)[number];

const outcome = z.strictObject({
  days: z.int(),
  /** Everything that rules would have found, also what gives no task. */
  findings: counts,
  tasks: counts,
  /** Guided repeats that were not beyond the limit, and what was seen only after the fact. */
  unconfirmed: z.int(),
  notes: z.int(),
  /** Calls because values stayed away, as if nobody had measured. */
  missing: counts,
  ...rates,
});

export const dryRunSchema = z.strictObject({
  plan: z.string(),
  version: z.string(),
  /** The whole set as it would hold: what is to be shown, and what the digest confirms. */
  parameters: parameterValuesSchema,
  /** What holds now; null when it would begin. */
  before: parameterValuesSchema.nullable(),
  /** Given back by the licensed professional who has seen these limits. */
  digest: z.string(),
  /** What is wrong with the limits; nothing is predicted then. */
  problems: z.array(problemSchema),
  limitNotice: textSchema.nullable(),
  emergencyNotice: textSchema.nullable(),
  prediction: z
    .strictObject({
      lookBackDays: z.int(),
      taskMinutes: z.strictObject({
        minutes: z.strictObject({ info: z.number(), yellow: z.number(), red: z.number() }),
        basis: z.enum(['usual', 'timed']),
      }),
      /** Null: no values of this patient in that time. */
      patient: outcome.nullable(),
      /** Null: nobody else on this plan with values. */
      similar: z
        .strictObject({
          patients: z.int(),
          truncated: z.boolean(),
          findings: counts,
          tasks: counts,
          missing: counts,
          ...rates,
        })
        .nullable(),
      notCounted: z.array(z.enum(notCounted)),
      unit: z
        .strictObject({
          id: z.string(),
          budgetMinutes: z.number(),
          currentMinutes: z.number(),
          /** Null: there is no history to tell it from. */
          expectedMinutes: z.number().nullable(),
          isOverBudget: z.boolean(),
        })
        .nullable(),
    })
    .nullable(),
});
export type DryRun = z.infer<typeof dryRunSchema>;

const confirmed = {
  /** The `digest` of the dry run whose limits were seen. */
  digest: z.string().max(64).nullable(),
  /** The licensed professional, when that is somebody else than who acts. */
  confirmedBy: ref.nullable(),
  /** Needed when more minutes a week are expected than the unit has. */
  overBudgetReason: reason.nullable(),
};

/** No plan asks for as much before it may start. */
const maxSuitability = 100;

/** `POST …/episodes` of a patient. */
export const startRequestSchema = z.strictObject({
  plan: idSchema,
  version: z.string().max(40).optional(),
  kind,
  unit: idSchema.nullable(),
  parameters: parameterValuesSchema,
  suitability: z.array(idSchema).max(maxSuitability),
  ...confirmed,
});
export const startedSchema = z.strictObject({ episode: z.string() });

/** `POST` of an episode: what is changed; the answer is `{}`. */
export const limitsRequestSchema = z.strictObject({
  parameters: parameterValuesSchema,
  reason,
  ...confirmed,
});
export const versionRequestSchema = limitsRequestSchema.extend({ version: z.string().max(40) });
export const pauseRequestSchema = z.strictObject({
  from: dateSchema,
  to: dateSchema.nullable(),
  reason: z.enum(pauseReasons),
});
export const resumeRequestSchema = z.strictObject({});
export const snoozeRequestSchema = z.strictObject({ rule: idSchema, to: dateSchema, reason });
export const snoozeEndRequestSchema = z.strictObject({ rule: idSchema });
export const phaseRequestSchema = z.strictObject({ phase: idSchema });
export const seriesRequestSchema = z.strictObject({ series: idSchema });
export const endRequestSchema = z.strictObject({
  reason: z.enum(endReasons),
  note: reason.nullable(),
  /** Why it ends without what its programme asks for at the end; only needed then. */
  without: reason.nullable().default(null),
});
export const baselineRequestSchema = z.strictObject({
  reason: reason.nullable(),
  from: dateSchema.nullable(),
  values: z.record(idSchema, z.number()).nullable(),
});
