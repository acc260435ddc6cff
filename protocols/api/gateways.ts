import { z } from 'zod';
import { healingOutcomes, healingSteps, stepOutcomes } from '../wire/healing.js';

/** The gateways that are out in homes, for medical technology. Times are milliseconds since 1970 UTC. */

const gateway = {
  id: z.string(),
  /** References of those whom it is lent to. */
  patients: z.array(z.string()),
  state: z.enum(['online', 'offline', 'unknown']),
  software: z.string().nullable(),
  lastSeenAt: z.int().nullable(),
  waiting: z.int().nullable(),
  held: z.int().nullable(),
  doubtful: z.int().nullable(),
  /** Codes of the registry. */
  problems: z.array(z.string()),
  /** The last step that it took for its radio; null when it told of none. */
  lastStep: z
    .strictObject({
      step: z.enum(healingSteps),
      fault: z.string(),
      outcome: z.enum(stepOutcomes),
      /** Steps of the last 24 hours that it was on, all kinds together. */
      stepsADay: z.int(),
    })
    .nullable(),
};

export const gatewaysSchema = z.strictObject({ gateways: z.array(z.strictObject(gateway)) });
export type GatewaySummary = z.infer<typeof gatewaysSchema>['gateways'][number];

/** The healings of one gateway's radio that are kept, newest first. */
export const healingsSchema = z.strictObject({
  healings: z.array(
    z.strictObject({
      id: z.string(),
      /** The fault that was seen first, a code of the registry. */
      cause: z.string(),
      /** The hardest step that was taken or tried. */
      highest: z.enum(healingSteps),
      steps: z.int(),
      outcome: z.enum(healingOutcomes),
      /** From when the radio was ill. */
      sinceAt: z.int(),
      /** How long; null unless it is known to be well again. */
      recoveryMs: z.int().nullable(),
    }),
  ),
});
export type KeptHealing = z.infer<typeof healingsSchema>['healings'][number];

export const gatewayPaths = {
  gateways: '/api/gateways',
  healings: (gateway: string): string => `/api/gateways/${encodeURIComponent(gateway)}/healings`,
} as const;
