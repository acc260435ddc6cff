import { z } from 'zod';

/** Says which member of staff a request comes from, until there is sign-in. */
export const staffHeader = 'hemma-staff';

export const staffSchema = z.strictObject({
  staff: z.array(
    z.strictObject({
      ref: z.string(),
      displayName: z.string(),
      roles: z.array(z.string()),
      licensed: z.boolean(),
      unit: z.string().nullable(),
    }),
  ),
});
export type StaffList = z.infer<typeof staffSchema>;

export const staffPath = '/api/staff';
