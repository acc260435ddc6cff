import type { MissingData } from '@hemma/protocols/plans/plan.js';
import { segmentAt } from '../../episodes/segments.js';
import type { Segment } from '../../episodes/segments.js';
import type { Evidence } from '../../plans/evidence.js';
import type { PatientRecord } from '../../plans/record.js';
import { seriesDays } from '../../plans/series-days.js';
import type { AgreedPause } from '../../record/patient-record.js';
import { gapsOf } from './gaps.js';
import type { Gap } from './gaps.js';
import { missedWindows, openingOf } from './stages.js';
import type { MissedWindow, Opening } from './stages.js';
import { watchedBy } from './watched.js';
import type { Watched } from './watched.js';

/** What tells which stages of missing data opened, whatever their cause (monitoring plans §6). */
export interface OpeningOptions {
  readonly segments: readonly [Segment, ...Segment[]];
  /** Of the plan in force, with everything that was measured since `from`. */
  readonly evidence: Evidence;
  readonly record: PatientRecord;
  readonly pauses: readonly AgreedPause[];
  /** Event time: what stayed away before is in the findings, and stays as it is. */
  readonly from: number;
  /** Where the record begins: the last value before is asked for. */
  readonly lastBefore: (watched: Watched) => Promise<number | null>;
  readonly now: number;
}

/** A stage that has opened in a gap. */
export interface OpenedStage {
  readonly stage: MissingData;
  readonly watched: Watched;
  readonly gap: Gap;
  readonly opening: Opening;
  readonly missed: readonly MissedWindow[];
}

/** The stages of the plan in force that opened in the gaps which go on after `from`. */
export async function openedStages(options: OpeningOptions): Promise<
  readonly {
    readonly stage: MissingData;
    /** The value before the first of the gaps. */
    readonly since: number;
    readonly opened: readonly OpenedStage[];
  }[]
> {
  const { course } = options.segments.at(-1) ?? options.segments[0];
  const { missingData } = course.plan;
  const found = [];
  for (const task of new Set(missingData.map((it) => it.task))) {
    const watched = watchedBy(course.plan, task);
    if (watched === null) continue;
    const { gaps, since } = await gapsSince(watched, options);
    for (const stage of missingData.filter((it) => it.task === task))
      found.push({ stage, since, opened: openedIn(gaps, { stage, watched, options }) });
  }
  return found;
}

/** The gaps that go on after `from`, and the value before the first of them. */
async function gapsSince(
  watched: Watched,
  { segments, record, pauses, from, now, lastBefore }: OpeningOptions,
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
  readonly options: OpeningOptions;
}

function openedIn(
  gaps: readonly Gap[],
  { stage, watched, options }: Looked,
): readonly OpenedStage[] {
  const { segments, evidence, record, pauses, now } = options;
  const { calendar } = segments[0].course;
  const runs = watched.code === null ? [] : evidence.runs(watched.code);
  const { course } = evidence;
  const isSeriesDay = seriesDays({ course, record, runs: (member) => evidence.runs(member) });
  const due = (day: number) => {
    const inForce = segmentAt(segments, calendar.instant(day, 0)).course;
    return pauseOn(pauses, day) === null ? watched.windows(day, inForce, isSeriesDay) : [];
  };
  return gaps.flatMap((gap) => {
    const opening = openingOf(stage.after, { gap, due, runs, calendar, now });
    if (opening === null) return [];
    const missed = missedWindows(opening, { gap, due, calendar });
    return [{ stage, watched, gap, opening, missed }];
  });
}

/** Why nothing is expected on a day; null where something is. */
export function pauseOn(pauses: readonly AgreedPause[], day: number): AgreedPause['reason'] | null {
  return pauses.find((it) => it.fromDay <= day && day <= it.toDay)?.reason ?? null;
}
