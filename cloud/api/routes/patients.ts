import type { FastifyInstance } from 'fastify';
import type { Kysely } from 'kysely';
import { clinicPaths, patientsSchema } from '@hemma/protocols/api/clinic.js';
import type { PatientSummary } from '@hemma/protocols/api/clinic.js';
import type { TaskKind } from '@hemma/protocols/api/worklist.js';
import type { Severity } from '@hemma/protocols/plans/rule.js';
import type { Tables } from '../../database/schema.js';
import { isProgramme } from '../../plans/completed.js';
import { unreadOfAll } from '../../messages/thread.js';
import { groupBy } from '../../plans/group.js';
import { sent } from '../check.js';
import type { ApiContext } from '../context.js';

/** A list that a person can look through; a clinic with more needs a search. */
const maxPatients = 1_000;
/** Plans ask for something every week: after this a patient without tasks is no longer green. */
const silentAfterMs = 7 * 86_400_000;

/** `GET /api/patients`: everybody, by name. */
export function patientRoutes(app: FastifyInstance, { db, planOf, clock }: ApiContext): void {
  app.get(clinicPaths.patients, async () => {
    const rows = await patientRows(db, maxPatients + 1);
    const tasks = await tasksToDo(db);
    const episodes = groupBy(await followed(db), (it) => it.patient);
    const missing = await withoutValues(db);
    const unread = await unreadOfAll(db);
    const now = clock.wall().ms;
    const patients = rows.slice(0, maxPatients).map((row): PatientSummary => {
      const own = tasks.get(row.ref) ?? { open: 0, severities: new Set<Severity>() };
      return {
        ref: row.ref,
        displayName: row.display_name,
        isTest: row.test_person === 1,
        episodes: (episodes.get(row.ref) ?? []).map(({ id, plan, plan_version }) => {
          const version = planOf(plan, plan_version);
          return {
            ...{ id, plan },
            // A version that is not known here any more has no name but its id.
            planName: version?.title ?? { sv: plan, en: plan },
            isProgramme: version !== undefined && isProgramme(version),
          };
        }),
        openTasks: own.open,
        unreadMessages: unread.get(row.ref) ?? { patient: 0, staff: 0 },
        lastMeasuredAt: row.measured_at,
        colour: colourOf(own.severities, missing.has(row.ref) || isSilent(row.measured_at, now)),
      };
    });
    return sent(patientsSchema, { patients, truncated: rows.length > maxPatients });
  });
}

/** Missing data is never "normal": it is grey, unless there is something worse. */
function colourOf(severities: ReadonlySet<Severity>, isMissing: boolean): PatientSummary['colour'] {
  if (severities.has('red')) return 'red';
  if (severities.has('yellow')) return 'yellow';
  return isMissing ? 'grey' : 'green';
}

function isSilent(lastMeasuredAt: number | null, now: number): boolean {
  return lastMeasuredAt === null || now - lastMeasuredAt > silentAfterMs;
}

/** Whose values stay away for so long that help was offered, whatever the cause (§6). */
async function withoutValues(db: Kysely<Tables>): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('findings')
    .select('patient')
    .distinct()
    .where('topic', '=', 'missing')
    .where('audience', '<>', 'patient')
    .where('cleared_at', 'is', null)
    .execute();
  return new Set(rows.map((it) => it.patient));
}

function patientRows(db: Kysely<Tables>, limit: number) {
  return db
    .selectFrom('patients')
    .leftJoin('latest_measurements', 'latest_measurements.patient', 'patients.ref')
    .select(['ref', 'display_name', 'test_person', 'latest_measurements.measured_at'])
    .orderBy('display_name')
    .orderBy('ref')
    .limit(limit)
    .execute();
}

/** What goes on, oldest first. */
function followed(db: Kysely<Tables>) {
  return db
    .selectFrom('episodes')
    .select(['id', 'patient', 'plan', 'plan_version'])
    .where('ended_at', 'is', null)
    .orderBy('started_at')
    .execute();
}

/** Missing data is grey, however soon somebody is to call; a message says nothing of values. */
function isOfValues(kind: TaskKind): boolean {
  return kind !== 'missing' && kind !== 'message' && kind !== 'message-due';
}

interface OwnTasks {
  open: number;
  readonly severities: Set<Severity>;
}

/** Of each patient: how many tasks nobody has seen, and the severities of all that are not closed. */
async function tasksToDo(db: Kysely<Tables>): Promise<ReadonlyMap<string, OwnTasks>> {
  const rows = await db
    .selectFrom('tasks')
    .select(['patient', 'severity', 'state', 'kind'])
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('state', 'not in', ['resolved', 'closed'])
    .where('audience', '=', 'clinic')
    .where('patient', 'is not', null)
    .$narrowType<{ patient: string }>()
    .groupBy(['patient', 'severity', 'state', 'kind'])
    .execute();
  const tasks = new Map<string, OwnTasks>();
  for (const { patient, severity, state, kind, count } of rows) {
    const own = tasks.get(patient) ?? { open: 0, severities: new Set() };
    if (isOfValues(kind)) own.severities.add(severity);
    if (state === 'open') own.open += count;
    tasks.set(patient, own);
  }
  return tasks;
}
