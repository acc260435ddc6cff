import { z } from 'zod';
import { languages, textSchema, wallTimeSchema } from '../plans/text.js';

/** Reminders of a patient: when the plans remind, and what the patient has chosen. */

/** How a patient can be told; `log` is for trying out. */
export const addressChannels = ['email', 'webhook', 'log'] as const;
export type AddressChannel = (typeof addressChannels)[number];

/** Longest address: that of a web hook. */
export const maxAddress = 2_000;
const address = z.string().max(maxAddress);

/** A window of a task in a plan: `task/window`, of a questionnaire `q:id/day`. */
const itemSchema = z
  .string()
  .max(140)
  .regex(/^(?:q:)?[A-Za-z][\w-]*\/[A-Za-z][\w-]*$/, 'task/window');

export const reminderSchema = z.strictObject({
  plan: z.string(),
  planName: textSchema,
  item: z.string(),
  title: textSchema,
  window: textSchema,
  /** When it reminds first: a wall time of the local day. */
  time: wallTimeSchema,
  /** The time of the plan. */
  usualTime: wallTimeSchema,
  isOwn: z.boolean(),
  isOff: z.boolean(),
  mayChange: z.boolean(),
  repeatMinutes: z.int(),
  /** With the first. */
  atMost: z.int(),
  quietHours: z.strictObject({ from: wallTimeSchema, to: wallTimeSchema }),
});
export type Reminder = z.infer<typeof reminderSchema>;

export const remindersSchema = z.strictObject({
  patient: z.string(),
  language: z.enum(languages),
  isOff: z.boolean(),
  /** Without one nobody is reminded. */
  addresses: z.array(
    z.strictObject({
      channel: z.enum(addressChannels),
      address: z.string(),
      /** Of what could not be told: how many, and why the last could not. */
      failed: z.int(),
      code: z.string().nullable(),
    }),
  ),
  reminders: z.array(reminderSchema),
  /** The only words that are sent, whatever they remind of. */
  sentence: textSchema,
  /** Milliseconds since 1970 UTC; null when there is none today or tomorrow, or nobody to tell. */
  nextAt: z.int().nullable(),
});
export type Reminders = z.infer<typeof remindersSchema>;

/** An own time for one window; null for that of the plan. */
export const reminderTimeSchema = z.strictObject({
  plan: z.string().max(64),
  item: itemSchema,
  time: wallTimeSchema.nullable(),
  isOff: z.boolean().default(false),
});

export const reminderChoicesSchema = z.strictObject({
  language: z.enum(languages).optional(),
  isOff: z.boolean().optional(),
});

export const addressRequestSchema = z.strictObject({ channel: z.enum(addressChannels), address });
export const addressEndSchema = z.strictObject({ address });

const of = (patient: string, what = ''): string =>
  `/api/patients/${encodeURIComponent(patient)}/reminders${what}`;

export const reminderPaths = {
  reminders: (patient: string) => of(patient),
  time: (patient: string) => of(patient, '/time'),
  choices: (patient: string) => of(patient, '/choices'),
  address: (patient: string) => of(patient, '/address'),
  addressEnd: (patient: string) => of(patient, '/address-end'),
} as const;
