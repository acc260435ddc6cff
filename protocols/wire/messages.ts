import { z } from 'zod';
import { errorCodes, isErrorCode } from '../errors.js';
import type { ErrorCode } from '../errors.js';
import { maxCommandVersion } from './command.js';
import { gatewayIdSchema } from './measurement.js';
import { maxSchedules, revisionSchema } from './schedule.js';

/** The messages beside envelope and command: receipt and status. JSON, version 1 each. */

const codes = Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]];

/** Longer than any code, and more of them than a registry has. */
const maxCodeLength = 80;
const maxProblems = 500;

/** More refusals than this never fit between two receipts: the gateway's window is smaller. */
export const maxReceiptRefusals = 2_000;

/**
 * The cloud's word that it has stored everything up to `upTo`, except what it refuses with a code.
 * Cumulative: a lost receipt costs nothing, since the next one says the same and more.
 */
export const receiptSchema = z.strictObject({
  v: z.literal(1),
  gateway: gatewayIdSchema,
  ledger: z.string().regex(/^[0-9a-f]{32}$/),
  upTo: z.int().nonnegative(),
  refused: z
    .array(z.strictObject({ seq: z.int().positive(), code: z.enum(codes) }))
    .max(maxReceiptRefusals),
  /** The cloud's clock when it spoke, milliseconds since 1970 UTC: a time source for the gateway. */
  at: z.int(),
  /** How long the gateway should wait before the next envelope; back-pressure. */
  pauseMs: z.int().nonnegative().max(600_000),
});
export type Receipt = z.infer<typeof receiptSchema>;

/** What a gateway does for its radio, from the mildest to the hardest. */
export const healingSteps = [
  'rescan',
  'reset_adapter',
  'restart_bluetooth',
  'power_cycle_usb',
  'reboot',
] as const;

/** `unproven`: nobody came by on whom a cure could be seen. `failed`: the step could not be taken. */
export const healingOutcomes = ['pending', 'cured', 'no_effect', 'failed', 'unproven'] as const;
export type HealingOutcome = (typeof healingOutcomes)[number];

/** More than a month; a fault is forgotten long before. */
const maxRecoveryMs = 2_678_400_000;
/** The loop guard of the gateway allows less than this for every step together. */
const maxStepsADay = 1_000;

/** How a radio is healed: the last step, and how many steps there were in the last day. */
const healingSchema = z.object({
  step: z.enum(healingSteps),
  /** What it was against. */
  fault: z.enum(codes),
  outcome: z.enum(healingOutcomes),
  /** From the first sight of the fault to the proof that it was gone; null unless cured. */
  recoveryMs: z.int().nonnegative().max(maxRecoveryMs).nullable(),
  /** Steps of the last 24 hours in which the machine was on, by kind; kinds without one left out. */
  stepsADay: z.partialRecord(z.enum(healingSteps), z.int().positive().max(maxStepsADay)),
});

/**
 * What a gateway says of itself; retained, with a last will that says `offline`. Read with tolerance:
 * gateways are updated at their own pace, and a field or code that is not known here is left out.
 */
export const statusSchema = z.object({
  v: z.literal(1),
  gateway: gatewayIdSchema,
  state: z.enum(['online', 'offline']),
  at: z.int(),
  /** Software version of the gateway. */
  software: z.string().max(40).optional(),
  /** Rows at home that the cloud has not confirmed. */
  waiting: z.int().nonnegative().optional(),
  /** Readings held until the gateway knows the time. */
  held: z.int().nonnegative().optional(),
  /** Readings of which somebody at home is asked whose they are. */
  doubtful: z.int().nonnegative().optional(),
  /** Version of the newest command that it has applied; absent when there was none yet. */
  commandVersion: z.int().nonnegative().max(maxCommandVersion).optional(),
  /** Revisions of the schedules that it has: none of them needs to be sent again. */
  schedules: z.array(revisionSchema).max(maxSchedules).optional().catch(undefined),
  /** What is wrong right now, codes of the registry. */
  problems: z
    .array(z.string().max(maxCodeLength))
    .max(maxProblems)
    .transform((said) => said.filter(isErrorCode))
    .optional(),
  /** Absent when nothing had to be done for the radio, and from gateways that do nothing. */
  healing: healingSchema.optional().catch(undefined),
});
export type Status = z.infer<typeof statusSchema>;
