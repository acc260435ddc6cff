import { z } from 'zod';
import { deviceIdentitySchema, gatewayIdSchema } from '../wire/measurement.js';
import { dateSchema } from './units.js';

/** Devices that medical technology checks from time to time. Times are milliseconds since 1970 UTC. */

export const deviceChecksSchema = z.strictObject({
  devices: z.array(
    z.strictObject({
      device: deviceIdentitySchema,
      model: z.string().nullable(),
      gateway: z.string().nullable(),
      /** The unit that checks it. */
      unit: z.string(),
      intervalMonths: z.int(),
      /** Calendar day of the newest check, and the name of who did it. */
      verifiedOn: dateSchema,
      verifiedBy: z.string(),
      /** When the next is due; null for a device that is used no more. */
      dueAt: z.int().nullable(),
    }),
  ),
});
export type DeviceChecks = z.infer<typeof deviceChecksSchema>;

/** Somebody has checked a device; what is left out stays as it was, the day is then today. */
export const verifiedSchema = z.strictObject({
  device: deviceIdentitySchema,
  on: dateSchema.optional(),
  model: z.string().max(60).optional(),
  gateway: gatewayIdSchema.optional(),
  unit: z.string().max(64).optional(),
  intervalMonths: z.int().optional(),
});
export const retiredSchema = verifiedSchema.pick({ device: true });

export const devicePaths = {
  checks: '/api/device-checks',
  verified: '/api/device-checks/verified',
  retired: '/api/device-checks/retired',
} as const;
