import type { Kysely } from 'kysely';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { Tables } from '../database/schema.js';
import { courseOfEpisode } from '../episodes/episode-course.js';
import type { Episode } from '../episodes/episodes.js';
import type { Segment } from '../episodes/segments.js';
import { type Course, courseOf } from '../plans/course.js';
import { Evidence } from '../plans/evidence.js';
import type { ParameterValues } from '../plans/parameters.js';
import { eventsOf } from '../record/care-record.js';
import { confirmedIn, errorsIn, pausesOf, recordOf } from '../record/patient-record.js';
import { theBeginning } from '../rules/engine.js';
import { openedStages } from '../rules/missing/openings.js';
import { lastAccepted, measuredFor } from '../rules/patient-record.js';
import { planFindings } from '../rules/plan-findings.js';
import type { PlanFinding } from '../rules/plan-findings.js';
import { type BySeverity, lookBackDays } from './minutes.js';
import { type PrescribingParts, calendar } from './parts.js';

/** What limits would have raised for one patient. */
export interface Outcome {
  /** Days with a first value until now, at least a week: what rates are told over. */
  readonly days: number;
  /** Everything that rules would have found, also what gives no task. */
  readonly findings: BySeverity;
  readonly tasks: BySeverity;
  /** A guided repeat that was not beyond the limit, and what was seen only after the fact. */
  readonly unconfirmed: number;
  readonly notes: number;
  /** Calls that staff would have been asked to make because values stayed away (§6). */
  readonly missing: BySeverity;
}

export interface Replayed {
  readonly patient: string;
  readonly plan: Plan;
  readonly parameters: ParameterValues;
  /** The episode whose days, phases and events hold; null as if it had begun 90 days ago. */
  readonly episode: Episode | null;
}

/** A rate over less than a week says nothing about a week. */
const minDays = 7;

/**
 * Runs the rules over what is in the journal and the record of a patient, as the follower does, under
 * other limits and without what staff did with findings. What stayed away is counted as if nobody had
 * measured: gateways do not keep what was wrong with them then. Null when there is nothing to run over.
 */
export async function replay(
  {
    db,
    content,
    catalogue,
    clock,
  }: Pick<PrescribingParts, 'db' | 'content' | 'catalogue' | 'clock'>,
  { patient, plan, parameters, episode }: Replayed,
): Promise<Outcome | null> {
  const now = clock.wall().ms;
  const earliest = calendar.dayOf(now) - lookBackDays + 1;
  const events = await eventsOf(db, patient);
  const settings = { plan, content, calendar };
  const course: Course =
    episode === null
      ? courseOf({ ...settings, parameters, startDay: earliest })
      : courseOfEpisode({ ...episode, parameters }, events, settings);
  const fromDay = Math.max(earliest, course.startDay);
  const after = calendar.instant(fromDay, 0) - 1;
  const rules = plan.rules.filter((it) => it.enabledByDefault);
  const position = await headOf(db);
  const segments: [Segment] = [{ from: -Infinity, course }];
  const [errors, confirmed] = [errorsIn(events), confirmedIn(events)];
  const asked = { trx: db, patient, segments, after, position, catalogue, confirmed };
  const measured = await measuredFor(asked);
  const readings = measured.readings.filter((it) => !errors.has(it.id));
  const told = recordOf(events, episode?.id ?? null, calendar);
  const record = { ...told, readings, staffActs: [] };
  const moments = [...readings, ...told.responses, ...told.stated, ...told.completions]
    .map((it) => it.at)
    .filter((at) => after < at && at <= now);
  if (moments.length === 0) return null;
  const start = { ...theBeginning, after, open: null };
  const starts = new Map(rules.map((it) => [it.id, start] as const));
  const found = planFindings({ course, record, now, starts });
  const first = calendar.dayOf(moments.reduce((a, b) => Math.min(a, b)));
  const days = Math.max(minDays, calendar.dayOf(now) - first + 1);
  const stages = await openedStages({
    ...{ segments, record, now, from: after },
    evidence: new Evidence({ course, record, now, completeTo: now }),
    pauses: episode === null ? [] : pausesOf(events, episode.id, calendar),
    lastBefore: ({ kinds }) => lastAccepted({ ...asked, errors }, kinds, measured.from),
  });
  return { ...outcomeOf(found, days), missing: callsIn(stages, after) };
}

/** The stages that ask staff to call; the others are hints to the patient, and information. */
function callsIn(stages: Awaited<ReturnType<typeof openedStages>>, after: number): BySeverity {
  const calls = stages.flatMap(({ stage, opened }) =>
    stage.stage === 'staff-contact' ? opened.filter((it) => it.opening.at > after) : [],
  );
  return bySeverity(
    calls.map(({ stage: { severity } }) => ({ severity: severity === 'none' ? 'info' : severity })),
  );
}

function outcomeOf(found: readonly PlanFinding[], days: number): Omit<Outcome, 'missing'> {
  const raised = found.filter((it) => it.raisedAt !== null);
  const notes = raised.filter((it) => it.retrospective);
  return {
    days,
    findings: bySeverity(raised),
    // What is seen only after the fact is a note in the record, and no task.
    tasks: bySeverity(raised.filter((it) => !it.retrospective)),
    unconfirmed: found.filter((it) => it.state === 'unconfirmed').length,
    notes: notes.length,
  };
}

function bySeverity(found: readonly Pick<PlanFinding, 'severity'>[]): BySeverity {
  const counts = { info: 0, yellow: 0, red: 0 };
  for (const { severity } of found) counts[severity] += 1;
  return counts;
}

async function headOf(db: Kysely<Tables>): Promise<number> {
  const row = await db
    .selectFrom('journal')
    .select((eb) => eb.fn.max<number | null>('position').as('head'))
    .executeTakeFirst();
  return row?.head ?? 0;
}
