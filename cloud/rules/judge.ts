import type { Transaction } from 'kysely';
import type { Rule } from '@hemma/protocols/plans/rule.js';
import type { Prompt } from '@hemma/protocols/wire/command.js';
import type { Tables } from '../database/schema.js';
import { segmentAt } from '../episodes/segments.js';
import { maxRevisitMs, watermark } from '../fleet/completeness.js';
import { groupBy } from '../plans/group.js';
import type { PatientReading } from '../plans/record.js';
import { recordOf } from '../record/patient-record.js';
import { ruleIds, rulesOf } from './episode-findings.js';
import { evaluate } from './evaluate.js';
import type { Evaluation } from './evaluate.js';
import { knownFindings, rowOf } from './finding-rows.js';
import type { FindingRow, KnownFinding } from './finding-rows.js';
import { guidedRepeat } from './guided-repeat.js';
import { judgeMissing } from './judge-missing.js';
import { judgeValues } from './judge-values.js';
import { afterWindows } from './missing/after-windows.js';
import { nextLook } from './next-look.js';
import type { PlanFinding, RuleStart } from './plan-findings.js';
import type { Judged, Judging } from './judged.js';
import { snoozesOf } from './snoozes.js';
import type { Snooze } from './snoozes.js';
import { takeBaseline } from './take-baseline.js';
import { writeFindings } from './write-findings.js';

type Trx = Transaction<Tables>;

/** Judges what is new in one episode, and brings findings, tasks and the next look up to date. */
export async function judgeEpisode(asked: Judged): Promise<void> {
  const { trx, episode, segments, events, gateways, now } = asked;
  const { course } = segments.at(-1) ?? segments[0];
  const judging = await lockedProgress(trx, episode);
  // Also what people did, and what a reading that comes at the same time would otherwise hide.
  const judged = { ...asked, oldest: earlier(asked.oldest, judging.news_from) };
  const known = await knownFindings(trx, episode.id);
  const completeTo = watermark(gateways, now);
  const isAwaited = isLookAwaited(judged, known, judging.next_at);
  const missingFrom = isAwaited ? missingSince(judged, judging) : null;
  const told = recordOf(events, episode.id, course.calendar);
  const evaluation = await evaluate(judged, { known, completeTo, missingFrom, judging, told });
  const { evaluated, after, found } = evaluation;
  const snoozes = snoozesOf(events, episode.id);
  await writeRules(judged, evaluation, snoozes);
  await judgeValues(judged, evaluated, after);
  await judgeMissing(judged, evaluated);
  const rules = rulesOf({ course });
  const reachedAt = Math.min(completeTo, reached(evaluated.record.readings, found, now));
  const next = nextLook({
    ...{ rules, findings: found, readings: evaluated.record.readings, course, completeTo, now },
    windows: afterWindows(course, now),
    snoozesEnd: snoozes.map((it) => it.until),
  });
  const baselineAt = await takeBaseline({ ...judged, course }, told);
  await trx
    .updateTable('judgings')
    .set({
      judged_until: Math.max(judging.judged_until, reachedAt),
      next_at: earlier(next, baselineAt),
      news_from: null,
      missing_until: missingUntil(judged, judging.missing_until, missingFrom),
    })
    .where('episode', '=', episode.id)
    .execute();
}

/** Locks the episode against what staff do at the same time; nothing was judged before 1970. */
async function lockedProgress(trx: Trx, { id, patient }: Judged['episode']): Promise<Judging> {
  return trx
    .insertInto('judgings')
    .values({
      ...{ episode: id, patient, judged_until: 0, next_at: null, news_from: null },
      missing_until: 0,
    })
    .onConflict((conflict) =>
      conflict
        .column('episode')
        .doUpdateSet((eb) => ({ judged_until: eb.ref('judgings.judged_until') })),
    )
    .returning(['judged_until', 'missing_until', 'news_from', 'next_at'])
    .executeTakeFirstOrThrow();
}

/** The earlier of two instants; null is none. */
function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

/**
 * Missing data is looked at as time goes on, and when a value comes that may end it, so that a value
 * that comes while nothing is missing costs nothing.
 */
function isLookAwaited(
  { why, now }: Judged,
  known: readonly KnownFinding[],
  nextAt: number | null,
): boolean {
  if (why === 'look' || (nextAt !== null && nextAt <= now)) return true;
  return known.some((it) => it.topic === 'missing' && it.cleared_at === null);
}

function missingSince({ oldest }: Judged, { missing_until: until }: Judging): number {
  return Math.min(until, (oldest ?? Infinity) - 1);
}

/** What was decided while a gateway was silent is decided again when it has spoken. */
function missingUntil(
  { oldest, gateways, now }: Judged,
  before: number,
  from: number | null,
): number {
  if (from === null) return Math.min(before, (oldest ?? Infinity) - 1);
  return watermark(gateways, now, maxRevisitMs);
}

async function writeRules(
  judged: Judged,
  { evaluated: { known }, starts, found }: Evaluation,
  snoozes: readonly Snooze[],
): Promise<void> {
  const { trx, episode, segments, now } = judged;
  const foundBy = groupBy(found, (it) => it.rule);
  const ofRule = groupBy(known, (it) => it.rule);
  const asked: Prompt[] = [];
  for (const id of ruleIds(segments)) {
    const rows = openAfter(ofRule.get(id) ?? [], starts.get(id));
    const toRow = (finding: PlanFinding, row: KnownFinding | null): FindingRow => {
      const { course } = segmentAt(segments, finding.matchedAt);
      const rule = ruleIn(segments, finding);
      return rowOf(finding, row, { episode, rule, course, snoozes, now });
    };
    const written = await writeFindings(judged, foundBy.get(id) ?? [], rows, toRow);
    const rule = rulesOf(segmentAt(segments, now)).find((it) => it.id === id);
    if (rule) asked.push(...written.flatMap((it) => guidedRepeat(it, rule) ?? []));
  }
  // A finding that awaits its repeat is judged from its beginning each time, so `asked` has them all.
  if (asked.length > 0 || known.some((it) => it.kind === 'confirming'))
    await judged.prompts.sync(trx, episode, asked);
}

/** The rule as it was in force when it was true last. */
function ruleIn(segments: Judged['segments'], { rule: id, matchedAt }: PlanFinding): Rule {
  const candidates = [segmentAt(segments, matchedAt), ...segments.toReversed()];
  const rule = candidates.flatMap((it) => rulesOf(it)).find((it) => it.id === id);
  if (rule === undefined) throw new Error('A finding belongs to a rule of some segment.');
  return rule;
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
