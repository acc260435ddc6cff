import type { Kysely } from 'kysely';
import type { Tables } from '../../database/schema.js';
import { kindOfNoValue } from '../values/value-findings.js';

/** What medical technology has been told of a patient already. */
export interface Told {
  /** Kinds of readings whose attempts give no value, as long as nobody has dealt with it. */
  readonly kinds: ReadonlySet<string>;
  /** Causes for which values of another episode stay away, or did and nobody has dealt with it. */
  readonly causes: ReadonlySet<string | null>;
}

/** One cause is one task, whatever it stops: attempts, stages, tasks of a plan, and other plans. */
export async function toldOf(
  db: Kysely<Tables>,
  { patient, episode }: { readonly patient: string; readonly episode: string },
): Promise<Told> {
  const rows = await db
    .selectFrom('findings')
    .innerJoin('tasks', 'tasks.finding', 'findings.id')
    .select(['findings.rule', 'findings.topic', 'findings.cause', 'findings.episode'])
    .where('findings.patient', '=', patient)
    .where('findings.topic', 'in', ['no-value', 'missing'])
    .where('findings.audience', '=', 'technology')
    .where((eb) =>
      eb.or([
        eb.and([eb('findings.topic', '=', 'missing'), eb('findings.cleared_at', 'is', null)]),
        eb('tasks.state', 'not in', ['resolved', 'closed']),
      ]),
    )
    .execute();
  const [attempts, elsewhere] = [
    rows.filter((it) => it.topic === 'no-value'),
    rows.filter((it) => it.topic === 'missing' && it.episode !== episode),
  ];
  return {
    kinds: new Set(attempts.map((it) => kindOfNoValue(it.rule))),
    causes: new Set(elsewhere.map((it) => it.cause)),
  };
}
