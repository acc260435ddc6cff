import type { Database } from '@hemma/cloud/database/database.js';
import { staffedHoursSchema } from '@hemma/protocols/api/units.js';
import type { Role } from '@hemma/cloud/staff/actor.js';
import { Staff } from '@hemma/cloud/staff/staff.js';
import { Units } from '@hemma/cloud/units/units.js';

/** A unit that can answer, and who works there. */
export interface CareUnit {
  readonly unit: string;
  /** A licensed clinician, who is responsible. */
  readonly licensed: string;
  /** A therapist without licence, who stands in. */
  readonly therapist: string;
}

const officeHours = staffedHoursSchema.parse({
  week: Array.from({ length: 7 }, (_, day) => (day < 5 ? [{ from: '08:00', to: '16:30' }] : [])),
});

/** A unit with office hours, a responsible and a substitute, and time for its findings. */
export async function careUnit(
  db: Database['db'],
  at: number,
  { unit = 'heart-clinic', budgetMinutes = 600 } = {},
): Promise<CareUnit> {
  const units = new Units(db);
  const nobody = { responsible: null, substitute: null };
  await units.add(unit, { name: unit, hours: officeHours, ...nobody, budgetMinutes }, at);
  const add = (role: Role, licensed: boolean) =>
    new Staff(db).add({ displayName: `A ${role}`, roles: [role], licensed, unit }, at);
  const licensed = await add('clinician', true);
  const therapist = await add('therapist', false);
  await units.set(unit, { responsible: licensed, substitute: therapist });
  return { unit, licensed, therapist };
}
