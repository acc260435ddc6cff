import { z } from 'zod';
import { errorCodes } from '../errors.js';
import type { ErrorCode } from '../errors.js';

/** What a gateway tells of the healing of its radio: a part of its status. */

const codes = Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]; // the keys of the registry

/** What a gateway does for its radio, from the mildest to the hardest. */
export const healingSteps = [
  'rescan',
  'reset_adapter',
  'restart_bluetooth',
  'power_cycle_usb',
  'reboot',
] as const;
export type HealingStep = (typeof healingSteps)[number];

/** `unproven`: nobody came by on whom a cure could be seen. `failed`: the step could not be taken. */
export const stepOutcomes = ['pending', 'cured', 'no_effect', 'failed', 'unproven'] as const;
export type StepOutcome = (typeof stepOutcomes)[number];

/**
 * What became of a healing: `ill` goes on; `unhealed` goes on, and every step was in vain; `cured` by
 * its last step; `passed` without one that could be taken; `unproven`: nobody knows.
 */
export const healingOutcomes = ['ill', 'unhealed', 'cured', 'passed', 'unproven'] as const;
export type HealingOutcome = (typeof healingOutcomes)[number];

/** More than a month; a fault is forgotten long before. */
export const maxRecoveryMs = 2_678_400_000;
/** The loop guard of the gateway allows less than this for every step together. */
const maxStepsADay = 1_000;
/** A month of steps of one fault that nothing mends. */
export const maxStepsOfOne = 31 * maxStepsADay;
/** So many of the newest healings are in each status: more than can end between two that are heard. */
export const maxHealingsTold = 4;
/** A list that is longer than this is no list of healings; a status has 8 KiB. */
const maxHealingsRead = 50;
/** The last instant that a date can have. */
const maxInstant = 8_640_000_000_000_000;

const recoveryMs = z.int().nonnegative().max(maxRecoveryMs).nullable();

/** One healing: from the first sight of a fault until it was gone, with all its steps. */
const healingSchema = z.object({
  /** Random, by the gateway: a healing that is told again is known by it. */
  id: z.string().regex(/^[0-9a-f]{16}$/),
  /** The gateway's clock at the first sight of the fault; null when it did not know the time. */
  since: z.int().nonnegative().max(maxInstant).nullable(),
  /** The fault that was seen first; one that turns into another is still the same healing. */
  cause: z.enum(codes),
  /** The hardest step that was taken or tried. */
  highest: z.enum(healingSteps),
  steps: z.int().positive().max(maxStepsOfOne),
  outcome: z.enum(healingOutcomes),
  /** From the first sight of the fault to the proof that it was gone; null unless cured or passed. */
  recoveryMs,
});
export type Healing = z.infer<typeof healingSchema>;

const lastStep = {
  step: z.enum(healingSteps),
  /** What it was against. */
  fault: z.enum(codes),
  outcome: z.enum(stepOutcomes),
  recoveryMs,
  /** Steps of the last 24 hours in which the machine was on, by kind; kinds without one left out. */
  stepsADay: z.partialRecord(z.enum(healingSteps), z.int().positive().max(maxStepsADay)),
};

/** The last step, how many there were in a day, and the newest healings, newest first. */
export const healingReportSchema = z.object({
  ...lastStep,
  /** Absent from gateways that tell of their last step alone. One that is none is left out. */
  healings: z
    .array(healingSchema.nullable().catch(null))
    .max(maxHealingsRead)
    .transform((told) => told.filter((it) => it !== null).slice(0, maxHealingsTold))
    .optional(),
});
export type HealingReport = z.infer<typeof healingReportSchema>;

const wholeSchema = z.object({
  ...lastStep,
  healings: z.array(healingSchema).max(maxHealingsTold).optional(),
});

/** Whether nothing of a report is left out when it is read with {@link healingReportSchema}. */
export function isWholeReport(value: unknown): boolean {
  return wholeSchema.safeParse(value).success;
}
