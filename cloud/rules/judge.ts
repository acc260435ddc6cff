import type { Transaction } from 'kysely';
import type { Rule } from '@hemma/protocols/plans/rule.js';
import type { Prompt } from '@hemma/protocols/wire/command.js';
import type { Catalogue } from '../catalogue.js';
import type { Tables } from '../database/schema.js';
import type { Episode } from '../episodes/episodes.js';
import type { Course } from '../plans/course.js';
import { groupBy } from '../plans/group.js';
import type { PatientReading } from '../plans/record.js';
import type { KeptEvent } from '../record/care-record.js';
import { errorsIn, recordOf } from '../record/patient-record.js';
import { knownFindings, rowOf } from './finding-rows.js';
import type { FindingRow, KnownFinding } from './finding-rows.js';
import { guidedRepeat } from './guided-repeat.js';
import { nextLook } from './next-look.js';
import { contacts, readingsFor, staffActs } from './patient-record.js';
import { planFindings } from './plan-findings.js';
import type { PlanFinding, RuleStart } from './plan-findings.js';
import { reconcile } from './reconcile.js';
import { startOf } from './starts.js';

type Trx = Transaction<Tables>;

/** What findings give to people; everything within the transaction of the finding. */
export interface TaskSink {
  /** Opens the task of an episode, or brings it up to date. */
  sync(trx: Trx, finding: FindingRow): Promise<void>;
  /** The data no longer give a finding that nobody has seen: its task goes with it. */
  drop(trx: Trx, finding: string): Promise<void>;
}

/** What is asked in the home of a patient; everything within the transaction of the finding. */
export interface PromptSink {
  /** From now on the patient is asked these things because of the episode, and nothing else. */
  sync(trx: Trx, episode: Judged['episode'], prompts: readonly Prompt[]): Promise<void>;
}

export interface Judged {
  readonly trx: Trx;
  readonly episode: Pick<Episode, 'id' | 'patient'>;
  readonly course: Course;
  /** What people did, for the patient as a whole. */
  readonly events: readonly KeptEvent[];
  readonly catalogue: Catalogue;
  readonly tasks: TaskSink;
  readonly prompts: PromptSink;
  /** When the oldest of the new readings was measured; null when it is time that has passed. */
  readonly oldest: number | null;
  readonly now: number;
  /** Position of the journal that is reached with this. */
  readonly position: number;
}

/** Judges what is new in one episode, and brings findings, tasks and the next look up to date. */
export async function judgeEpisode(judged: Judged): Promise<void> {
  const { trx, episode, course, events, now } = judged;
  const rules = course.plan.rules.filter((it) => it.enabledByDefault);
  const judgedUntil = await lockedProgress(trx, episode);
  const known = await knownFindings(trx, episode.id);
  const ofRule = groupBy(known, (it) => it.rule);
  const starts = new Map(
    rules.map(({ id }) => {
      const progress = { judgedUntil, oldest: judged.oldest };
      return [id, startOf(ofRule.get(id) ?? [], progress, course.calendar)] as const;
    }),
  );
  const after = Math.min(...[...starts.values()].map((it) => it.after));
  const errors = errorsIn(events);
  const { patient } = episode;
  const measured = await readingsFor({ ...judged, patient, rules, after });
  const readings = measured.filter((it) => !errors.has(it.id));
  const told = recordOf(events, course.calendar);
  const record = {
    ...told,
    readings,
    contacts: [...told.contacts, ...contacts(known)],
    staffActs: staffActs(known),
  };
  const found = planFindings({ course, record, now, starts });
  const foundBy = groupBy(found, (it) => it.rule);
  const asked: Prompt[] = [];
  for (const rule of rules) {
    const rows = openAfter(ofRule.get(rule.id) ?? [], starts.get(rule.id));
    const written = await write(judged, rule, foundBy.get(rule.id) ?? [], rows);
    asked.push(...written.flatMap((it) => guidedRepeat(it, rule) ?? []));
  }
  // A finding that awaits its repeat is judged from its beginning each time, so `asked` has them all.
  if (asked.length > 0 || known.some((it) => it.kind === 'confirming'))
    await judged.prompts.sync(trx, episode, asked);
  await trx
    .updateTable('judgings')
    .set({
      judged_until: Math.max(judgedUntil, reached(readings, found, now)),
      next_at: nextLook({ rules, findings: found, readings, calendar: course.calendar, now }),
      news_from: null,
    })
    .where('episode', '=', episode.id)
    .execute();
}

/** Locks the episode against what staff do at the same time; nothing was judged before 1970. */
async function lockedProgress(trx: Trx, { id, patient }: Judged['episode']): Promise<number> {
  const row = await trx
    .insertInto('judgings')
    .values({ episode: id, patient, judged_until: 0, next_at: null, news_from: null })
    .onConflict((conflict) =>
      conflict
        .column('episode')
        .doUpdateSet((eb) => ({ judged_until: eb.ref('judgings.judged_until') })),
    )
    .returning('judged_until')
    .executeTakeFirstOrThrow();
  return row.judged_until;
}

/** The rows that the findings after a start take the place of. */
function openAfter(
  rows: readonly KnownFinding[],
  start: RuleStart | undefined,
): readonly KnownFinding[] {
  if (start === undefined) return [];
  return rows.filter(
    (it) =>
      it.began_at > start.after || (start.open !== null && it.began_at === start.open.beganAt),
  );
}

/** The last moment that has left something in the findings. */
function reached(
  readings: readonly PatientReading[],
  findings: readonly PlanFinding[],
  now: number,
): number {
  const measured = readings.findLast((it) => it.at <= now)?.at ?? 0;
  const steps = findings.flatMap((it) => [...[it.raisedAt ?? 0, it.clearedAt ?? 0, it.matchedAt]]);
  return Math.max(measured, ...steps);
}

/** Gives the rows of the findings as they are now. */
async function write(
  { trx, episode, course, tasks, now }: Judged,
  rule: Rule,
  findings: readonly PlanFinding[],
  rows: readonly KnownFinding[],
): Promise<readonly FindingRow[]> {
  const { kept, lost } = reconcile(findings, rows);
  const written: FindingRow[] = [];
  for (const row of lost) await lose({ trx, tasks, now }, row);
  for (const [finding, known] of kept) {
    const row = rowOf(finding, known, { episode, rule, course });
    written.push(row);
    if (known !== null && isSame(row, known)) continue;
    await save(trx, row, known !== null);
    if (row.kind === 'raised' || isSeen(known)) await tasks.sync(trx, row);
    else if (known !== null) await tasks.drop(trx, row.id);
  }
  return written;
}

function isSeen(row: KnownFinding | null): boolean {
  return row !== null && (row.acknowledged_at !== null || row.answered_at !== null);
}

function isSame(row: FindingRow, known: KnownFinding): boolean {
  return Object.entries(row).every(
    ([column, value]) => known[column as keyof FindingRow] === value,
  ); // its own keys
}

async function save(trx: Trx, row: FindingRow, isKnown: boolean): Promise<void> {
  const { id, ...columns } = row;
  if (!isKnown) await trx.insertInto('findings').values(row).execute();
  else await trx.updateTable('findings').set(columns).where('id', '=', id).execute();
}

/** Nobody has seen it: it is gone. What staff have seen is never removed (§3.7). */
async function lose(
  { trx, tasks, now }: Pick<Judged, 'trx' | 'tasks' | 'now'>,
  row: KnownFinding,
): Promise<void> {
  if (isSeen(row)) {
    const over = { recalculated: 1, cleared_at: row.cleared_at ?? now };
    await trx.updateTable('findings').set(over).where('id', '=', row.id).execute();
    await tasks.sync(trx, { ...row, ...over });
    return;
  }
  await tasks.drop(trx, row.id);
  await trx.deleteFrom('findings').where('id', '=', row.id).execute();
}
