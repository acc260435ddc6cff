import type { MissingData } from '@hemma/protocols/plans/plan.js';
import type { Kysely } from 'kysely';
import type { Tables } from '../../database/schema.js';
import type { LentGateway } from '../../fleet/completeness.js';
import type { SideFinding } from '../side-finding.js';
import { causeFacts } from './cause-facts.js';
import { causeOf, isTechnical } from './cause.js';
import type { Cause, CauseFacts } from './cause.js';
import { hints } from './hints.js';
import { openedStages, pauseOn } from './openings.js';
import type { OpenedStage, OpeningOptions } from './openings.js';
import { toldOf } from './told.js';
import type { Told } from './told.js';

export interface MissingOptions extends OpeningOptions {
  readonly db: Kysely<Tables>;
  readonly patient: string;
  readonly episode: string;
  readonly gateways: readonly LentGateway[];
  readonly position: number;
}

/** What is missing by one stage of the plan, from an instant on. */
export interface MissingByStage {
  readonly stage: MissingData;
  /** The findings that were raised after it take the place of what was found so far. */
  readonly since: number;
  readonly findings: readonly SideFinding[];
}

/** A stage that has opened in a gap, and why. */
interface Opened extends OpenedStage {
  readonly facts: CauseFacts;
}

/**
 * What stays away, by the plan in force (monitoring plans §6): each stage once per gap, with the cause
 * that the facts give now. Only what nobody measured goes to the clinic, and there only the stage that
 * asks staff to call is a task. A technical cause is one task for medical technology, however many
 * attempts, stages, tasks and plans it stops.
 */
export async function missingFindings(options: MissingOptions): Promise<readonly MissingByStage[]> {
  const found: { stage: MissingData; since: number; opened: readonly Opened[] }[] = [];
  for (const { stage, since, opened } of await openedStages(options)) {
    const known: Opened[] = [];
    for (const one of opened) known.push(await withFacts(one, options));
    found.push({ stage, since, opened: known });
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

async function withFacts(
  opened: OpenedStage,
  { db, patient, gateways, segments, pauses, position, now }: MissingOptions,
): Promise<Opened> {
  const { opening, watched } = opened;
  const { calendar } = segments[0].course;
  const pause = pauseOn(pauses, calendar.dayOf(opening.at));
  const asked = { db, patient, gateways, kinds: watched.kinds, pause, position, now };
  return { ...opened, facts: await causeFacts(asked, opened) };
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
