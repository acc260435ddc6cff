import type { Kysely } from 'kysely';
import type { Tables } from '../../database/schema.js';
import { causes, isTechnical } from '../../rules/missing/cause.js';
import type { Downtime, TaskEntry } from '../log.js';
import type { Span } from '../period.js';
import { chunksOf } from './sources.js';

/** Episodes in one statement. */
const episodesAtOnce = 500;

/** Tasks of the clinic of these episodes that were opened in the period, each with its finding. */
export async function readTasks(
  db: Kysely<Tables>,
  episodes: readonly string[],
  { fromAt, untilAt }: Span,
): Promise<readonly TaskEntry[]> {
  const found: TaskEntry[][] = [];
  for (const chunk of chunksOf(episodes, episodesAtOnce)) {
    const rows = await db
      .selectFrom('findings')
      .innerJoin('tasks', 'tasks.finding', 'findings.id')
      .select((eb) => eb.ref('findings.episode').$notNull().as('episode'))
      .select(['tasks.severity', 'tasks.opened_at', 'tasks.acknowledged_at'])
      .select(['tasks.resolved_at', 'tasks.closed_at', 'tasks.due_at'])
      .where('findings.episode', 'in', chunk)
      .where('tasks.audience', '=', 'clinic')
      .where('tasks.opened_at', '>=', fromAt)
      .where('tasks.opened_at', '<', untilAt)
      .execute();
    found.push(
      rows.map((it) => ({
        ...{ episode: it.episode, severity: it.severity, openedAt: it.opened_at },
        // Whoever has dealt with it has seen it.
        seenAt: it.acknowledged_at ?? it.resolved_at,
        ...{ closedAt: it.closed_at, dueAt: it.due_at },
      })),
    );
  }
  return found.flat();
}

const technicalCauses = causes.filter(isTechnical);

/**
 * Times in which a technical cause kept values away: from when the first stage of the plan told of it
 * until a value came. A gateway that is away while nothing is due stops no value.
 */
export async function readDowntimes(
  db: Kysely<Tables>,
  episodes: readonly string[],
  { fromAt, untilAt }: Span,
): Promise<readonly Downtime[]> {
  const found: Downtime[][] = [];
  for (const chunk of chunksOf(episodes, episodesAtOnce)) {
    const rows = await db
      .selectFrom('findings')
      .select(['patient', 'began_at', 'cleared_at'])
      .select((eb) => eb.ref('cause').$notNull().as('cause'))
      .where('episode', 'in', chunk)
      .where('topic', '=', 'missing')
      .where('cause', 'in', technicalCauses)
      .where('began_at', '<', untilAt)
      .where((eb) => eb.or([eb('cleared_at', 'is', null), eb('cleared_at', '>', fromAt)]))
      .execute();
    found.push(
      rows.map((it) => ({
        ...{ patient: it.patient, gateway: null, device: null, cause: it.cause },
        ...{ from: it.began_at, until: it.cleared_at },
      })),
    );
  }
  return found.flat();
}
