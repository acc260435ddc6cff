import type { Database } from '@hemma/cloud/database/database.js';
import { beginEpisode } from '@hemma/cloud/episodes/episodes.js';
import type { NewEpisode } from '@hemma/cloud/episodes/episodes.js';
import { People } from '@hemma/cloud/people/people.js';
import type { NewPatient } from '@hemma/cloud/people/people.js';

export interface Enrolled extends NewPatient {
  /** Id of the monitoring plan; null for none. */
  readonly plan: string | null;
  readonly planVersion?: string;
  readonly kind?: NewEpisode['kind'];
  readonly parameters?: NewEpisode['parameters'];
  /** The unit that answers; nobody does when it is left out. */
  readonly unit?: string | null;
}

/** The version of the plans that are shipped and may be started. */
const shippedVersion = '0.1.0';

/** A patient who follows a plan from an instant on, prescribed by nobody. Gives the reference. */
export async function enrol(db: Database['db'], patient: Enrolled, at: number): Promise<string> {
  const { plan, planVersion = shippedVersion, kind = 'prescribed', ...more } = patient;
  const { parameters = {}, unit = null, ...person } = more;
  const ref = await new People(db).add(person, at);
  if (plan === null) return ref;
  await db.transaction().execute((trx) =>
    beginEpisode(trx, {
      ...{ patient: ref, plan, planVersion, kind, parameters },
      ...{ unit, startedAt: at },
    }),
  );
  return ref;
}
