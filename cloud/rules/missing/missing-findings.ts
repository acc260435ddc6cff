import type { Kysely } from 'kysely';
import type { MissingData } from '@hemma/protocols/plans/plan.js';
import type { Tables } from '../../database/schema.js';
import { segmentAt } from '../../episodes/segments.js';
import type { Segment } from '../../episodes/segments.js';
import type { LentGateway } from '../../fleet/completeness.js';
import type { Evidence } from '../../plans/evidence.js';
import type { PatientRecord } from '../../plans/record.js';
import { seriesDays } from '../../plans/series-days.js';
import type { AgreedPause } from '../../record/patient-record.js';
import type { SideFinding } from '../side-finding.js';
import { causeFacts } from './cause-facts.js';
import { causeOf, isTechnical } from './cause.js';
import type { Cause, CauseFacts } from './cause.js';
import { gapsOf } from './gaps.js';
import type { Gap } from './gaps.js';
import { hints } from './hints.js';
import { openingOf } from './stages.js';
import type { Opening } from './stages.js';
import { toldOf } from './told.js';
import type { Told } from './told.js';
import { watchedBy } from './watched.js';
import type { Watched } from './watched.js';

export interface MissingOptions {
  readonly db: Kysely<Tables>;
  readonly patient: string;
  readonly episode: string;
  readonly segments: readonly [Segment, ...Segment[]];
  /** Of the plan in force, with everything that was measured since `from`. */
  readonly evidence: Evidence;
  readonly record: PatientRecord;
  readonly pauses: readonly AgreedPause[];
  readonly gateways: readonly LentGateway[];
  /** Event time: what stayed away before is in the findings, and stays as it is. */
  readonly from: number;
  /** Where the record begins: the last value before is asked for. */
  readonly lastBefore: (watched: Watched) => Promise<number | null>;
  readonly position: number;
  readonly now: number;
}

/** What is missing by one stage of the plan, from an instant on. */
export interface MissingByStage {
  readonly stage: MissingData;
  /** The findings that were raised after it take the place of what was found so far. */
  readonly since: number;
  readonly findings: readonly SideFinding[];
}

/** A stage that has opened in a gap, and why. */
interface Opened {
  readonly stage: MissingData;
  readonly watched: Watched;
  readonly gap: Gap;
  readonly opening: Opening;
  readonly facts: CauseFacts;
}

/**
 * What stays away, by the plan in force (monitoring plans §6): each stage once per gap, with the cause
 * that the facts give now. Only what nobody measured goes to the clinic, and there only the stage that
 * asks staff to call is a task. A technical cause is one task for medical technology, however many
 * attempts, stages, tasks and plans it stops.
 */
export async function missingFindings(options: MissingOptions): Promise<readonly MissingByStage[]> {
  const { course } = options.segments.at(-1) ?? options.segments[0];
  const { missingData } = course.plan;
  const found: { stage: MissingData; since: number; opened: readonly Opened[] }[] = [];
  for (const task of new Set(missingData.map((it) => it.task))) {
    const watched = watchedBy(course.plan, task);
    if (watched === null) continue;
    const { gaps, since } = await gapsSince(watched, options);
    for (const stage of missingData.filter((it) => it.task === task))
      found.push({ stage, since, opened: await openedIn(gaps, { stage, watched, options }) });
  }
  const told = await toldOf(options.db, options);
  const asked = firstOfEachCause(
    found
      .flatMap((it) => it.opened)
      .filter((it) => it.gap.until > options.now && !isTold(it, told)),
  );
  return found.map(({ stage, since, opened }) => ({
    ...{ stage, since },
    findings: opened.map((it) => findingOf(it, asked.has(it), options)),
  }));
}

/** Attempts that give no value are told as such; that nothing else comes is the same. */
function isTold({ facts, watched }: Opened, { kinds, causes }: Told): boolean {
  const cause = causeOf(facts);
  return causes.has(cause) || (cause === 'refused' && watched.kinds.some((it) => kinds.has(it)));
}

/** The gaps that go on after `from`, and the value before the first of them. */
async function gapsSince(
  watched: Watched,
  { segments, record, pauses, from, now, lastBefore }: MissingOptions,
): Promise<{ gaps: readonly Gap[]; since: number }> {
  const { startDay, calendar } = segments[0].course;
  const start = calendar.instant(startDay, 0);
  const values = watched
    .values(record)
    .filter((at) => start <= at && at <= now)
    .toSorted((a, b) => a - b);
  const earlier = values.findLast((at) => at <= from) ?? (await lastBefore(watched));
  const last = earlier !== null && earlier >= start ? earlier : null;
  const done = [...(last === null ? [] : [last]), ...values.filter((at) => at > (last ?? -1))];
  return { gaps: gapsOf({ done, pauses, startDay, calendar }), since: last ?? -Infinity };
}

interface Looked {
  readonly stage: MissingData;
  readonly watched: Watched;
  readonly options: MissingOptions;
}

async function openedIn(
  gaps: readonly Gap[],
  { stage, watched, options }: Looked,
): Promise<readonly Opened[]> {
  const { segments, evidence, record, pauses, now, position } = options;
  const { calendar } = segments[0].course;
  const runs = watched.code === null ? [] : evidence.runs(watched.code);
  const { course } = evidence;
  const isSeriesDay = seriesDays({ course, record, runs: (member) => evidence.runs(member) });
  const due = (day: number) => {
    const inForce = segmentAt(segments, calendar.instant(day, 0)).course;
    return pauseOn(pauses, day) === null ? watched.windows(day, inForce, isSeriesDay) : [];
  };
  const opened: Opened[] = [];
  for (const gap of gaps) {
    const opening = openingOf(stage.after, { gap, due, runs, calendar, now });
    if (opening === null) continue;
    const pause = pauseOn(pauses, calendar.dayOf(opening.at));
    const { db, patient, gateways } = options;
    const asked = { db, patient, gateways, kinds: watched.kinds, pause, position, now };
    const facts = await causeFacts(asked, gap, opening);
    opened.push({ stage, watched, gap, opening, facts });
  }
  return opened;
}

function pauseOn(pauses: readonly AgreedPause[], day: number): AgreedPause['reason'] | null {
  return pauses.find((it) => it.fromDay <= day && day <= it.toDay)?.reason ?? null;
}

/** Of those that go on: the first of each technical cause that staff are to hear of. */
function firstOfEachCause(opened: readonly Opened[]): ReadonlySet<Opened> {
  const first = new Map<Cause, Opened>();
  const inOrder = opened.toSorted((a, b) => a.opening.at - b.opening.at);
  for (const one of inOrder) {
    const cause = causeOf(one.facts);
    if (one.stage.stage !== 'reminder' && isTechnical(cause) && !first.has(cause))
      first.set(cause, one);
  }
  return new Set(first.values());
}

function findingOf(
  { stage, watched, gap, opening, facts }: Opened,
  isFirst: boolean,
  { segments, now }: MissingOptions,
): SideFinding {
  const { plan } = (segments.at(-1) ?? segments[0]).course;
  const cause = causeOf(facts);
  const technical = isTechnical(cause);
  const goesOn = gap.until > now;
  const isTask = technical ? isFirst : stage.stage === 'staff-contact' && cause === 'not-measured';
  const toStaff = technical ? ('technology' as const) : ('clinic' as const);
  return {
    ...{ rule: stage.id, topic: 'missing' },
    severity: stage.severity === 'none' ? 'info' : stage.severity,
    kind: isTask && goesOn ? 'raised' : 'note',
    ...{ beganAt: opening.at, raisedAt: opening.at, knownAt: opening.at, latestAt: opening.at },
    ...{ clearedAt: goesOn ? null : gap.until, count: 1, cause },
    audience: stage.stage === 'reminder' ? 'patient' : toStaff,
    hint: hints[cause] ?? stage.patientMessage,
    ...{ code: watched.code, plan: plan.id, planVersion: plan.version, entries: [] },
    facts: { stage: stage.stage, after: stage.after, lastAt: gap.lastAt, ...facts },
  };
}
