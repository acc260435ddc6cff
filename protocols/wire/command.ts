import { z } from 'zod';
import { quantityUnits, readingKinds } from '../reading.js';
import type { QuantityCode } from '../reading.js';
import { maxEnvelopeOctets } from './envelope.js';
import { deviceIdentitySchema, gatewayIdSchema, patientRefSchema } from './measurement.js';
import { maxSchedules } from './schedule.js';

/**
 * The command: all that the cloud wants of one gateway, with a version that only grows. It says what
 * is to be, not what has happened, so a lost, repeated or late one costs nothing: the newest version
 * is retained on the broker and takes the place of every one before it. JSON, version 1.
 */

/** The same as for what goes up: every broker that carries envelopes carries commands. */
export const maxCommandOctets = maxEnvelopeOctets;
/** A home asks for one or two repeats at a time; more than these nobody could follow. */
export const maxPrompts = 16;
/** All prompts of one command together: the rest of its 64 KiB belongs to schedules and messages. */
export const maxPromptOctets = 11_264;
/** Characters of one text in one language: a few sentences, read from a small display. */
export const maxPromptText = 300;
/** A rest before a repeat is minutes; a day of rest is another occasion. */
export const maxRestMinutes = 1_440;
/** The last moment that ECMAScript knows: versions begin as milliseconds and have room above. */
export const maxCommandVersion = 8_640_000_000_000_000;

const quantityCodes = Object.keys(quantityUnits) as [QuantityCode, ...QuantityCode[]]; // its own keys
const textSchema = z.object({
  sv: z.string().max(maxPromptText),
  en: z.string().max(maxPromptText),
});

/** A guided repeat: somebody in the home is asked to rest and to measure again. No value, no cause. */
export const promptSchema = z.object({
  /** Random; the same for as long as it is the same question. */
  id: z.string().regex(/^[0-9a-f]{32}$/),
  patient: patientRefSchema,
  /** A measurement of one of these kinds, with one of these quantities, is the answer. */
  kinds: z.array(z.enum(readingKinds)).min(1).max(readingKinds.length),
  quantities: z.array(z.enum(quantityCodes)).min(1).max(quantityCodes.length),
  text: textSchema,
  restMinutes: z.int().nonnegative().max(maxRestMinutes),
  /** The rest is over: what is measured before is kept, and is no answer. Milliseconds since 1970 UTC. */
  notBefore: z.int().nonnegative(),
  /** What is measured after is no answer any more. */
  until: z.int().nonnegative(),
});
export type Prompt = z.infer<typeof promptSchema>;

/** Messages that a page in the home shows; older ones are in the cloud. */
export const maxMessages = 20;
/** Characters of one message; a page of a small screen. */
export const maxMessageText = 1_000;
/** All messages of one command together: the rest of its 64 KiB belongs to schedules and prompts. */
export const maxMessageOctets = 8_192;
/** Ledgers of a gateway that somebody may still look at: it begins one anew when its file was damaged. */
export const maxSeen = 32;

/** What somebody in care wrote to the patient; the text is theirs, names are left out. */
export const homeMessageSchema = z.object({
  id: z.string().min(1).max(64),
  patient: patientRefSchema,
  /** Milliseconds since 1970 UTC. */
  at: z.int().nonnegative(),
  /** As what it was written; never a name. */
  sender: z.enum(['care', 'clinician', 'therapist', 'patient']),
  text: z.string().max(maxMessageText),
});
export type HomeMessage = z.infer<typeof homeMessageSchema>;

/** Somebody in care has looked at what came of this patient, up to this row of a ledger. */
export const seenSchema = z.object({
  patient: patientRefSchema,
  ledger: z.string().regex(/^[0-9a-f]{32}$/),
  upTo: z.int().nonnegative(),
});
export type Seen = z.infer<typeof seenSchema>;

/** Patients of one home; a gateway is lent to one, or to a couple. */
export const maxLentTo = 8;
/** Devices that are handed over with one gateway: a home has three or four. */
export const maxKitDevices = 16;

/**
 * Whom the gateway and its devices are lent to, and since when: what was measured before is none of
 * theirs. Milliseconds since 1970 UTC; 0: nobody had it before.
 */
export const loanSchema = z.object({
  patients: z
    .array(z.object({ patient: patientRefSchema, fromMs: z.int().nonnegative() }))
    .max(maxLentTo),
  devices: z
    .array(z.object({ identity: deviceIdentitySchema, fromMs: z.int().nonnegative() }))
    .max(maxKitDevices),
});
export type Loan = z.infer<typeof loanSchema>;

/** A gateway that is older than the cloud passes over the parts that it does not know. */
export const commandSchema = z.object({
  v: z.literal(1),
  gateway: gatewayIdSchema,
  /** Higher than that of every command before. */
  version: z.int().positive().max(maxCommandVersion),
  /** Every prompt that is in force; what is not named has been withdrawn. */
  prompts: z.array(promptSchema).max(maxPrompts),
  /**
   * The schedule of each plan that is followed: `Schedule`, packed, or a mark; absent: there is none.
   * Each is checked by itself: one of a later form must not keep the rest of the command from being
   * followed.
   */
  schedules: z.array(z.unknown()).max(maxSchedules).optional(),
  /** Newest first. */
  messages: z.array(homeMessageSchema).max(maxMessages).optional(),
  seen: z.array(seenSchema).max(maxSeen).optional(),
  /** Absent: the settings of the gateway alone say it. */
  loan: loanSchema.optional(),
});
export type Command = z.infer<typeof commandSchema>;
