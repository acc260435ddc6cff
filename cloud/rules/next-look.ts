import { leavesOf } from '@hemma/protocols/plans/condition.js';
import type { Rule } from '@hemma/protocols/plans/rule.js';
import { type Calendar, MINUTE_MS } from '@hemma/protocols/plans/calendar.js';
import type { PatientReading } from '../plans/record.js';
import type { Course } from '../plans/course.js';
import { NIGHT_MINUTE } from '@hemma/protocols/plans/series-run.js';
import { kindOf } from './kinds/table.js';
import type { PlanFinding } from './plan-findings.js';

interface Look {
  readonly rules: readonly Rule[];
  readonly findings: readonly PlanFinding[];
  readonly readings: readonly PatientReading[];
  readonly course: Course;
  /** Windows after which something may be missing, see `afterWindows`. */
  readonly windows: readonly number[];
  /** When snoozes end: what goes on gives its task then. */
  readonly snoozesEnd: readonly number[];
  /** Up to here the journal is known to be complete. */
  readonly completeTo: number;
  readonly now: number;
}

/** A gateway that was silent in the night tells its state each hour. */
const AGAIN_MS = 60 * MINUTE_MS;

/**
 * The next moment at which time alone can change something for a patient: a repeat that did not come,
 * a reading that is dated ahead, a window that has closed, or the next night (§5) where a rule looks at
 * time or something may be missing. Null when nothing can.
 */
export function nextLook(look: Look): number | null {
  const { rules, findings, readings, now } = look;
  const deadlines = findings.flatMap((it) => deadlineOf(it, rules) ?? []);
  const ahead = readings.map((it) => it.at).filter((at) => at > now);
  const open = new Set(findings.filter((it) => it.clearedAt === null).map((it) => it.rule));
  const watches = look.course.plan.missingData.length > 0;
  const nights =
    watches || rules.some((it) => looksAtTime(it, open.has(it.id))) ? [nightOrAgain(look)] : [];
  const ends = [...look.windows, ...look.snoozesEnd].filter((at) => at > now);
  const next = Math.min(...deadlines, ...ahead.slice(0, 1), ...nights, ...ends);
  return next === Infinity ? null : next;
}

function deadlineOf(finding: PlanFinding, rules: readonly Rule[]): number | null {
  if (finding.state !== 'confirming') return null;
  const confirm = rules.find((it) => it.id === finding.rule)?.confirm;
  return confirm == null ? null : finding.beganAt + confirm.withinMinutes * MINUTE_MS;
}

/** A series is over when its last day is; other conditions say themselves when time changes them. */
function looksAtTime({ when, clear }: Rule, isOpen: boolean): boolean {
  const isOnSeries = leavesOf(when).some((it) => 'aggregate' in it && it.aggregate === 'series');
  if (isOnSeries || kindOf(when).ticks?.(when, 'when') != null) return true;
  return isOpen && clear != null && kindOf(clear).ticks?.(clear, 'clear') != null;
}

/** The next night; sooner where the last one waits for the word of a gateway. */
function nightOrAgain({ course: { calendar }, completeTo, now }: Look): number {
  const night = nextNight(calendar, now);
  const today = calendar.dayOf(now);
  const isWaiting = now >= calendar.instant(today, NIGHT_MINUTE);
  const isIncomplete = completeTo < calendar.instant(today, 0);
  return isWaiting && isIncomplete ? Math.min(night, now + AGAIN_MS) : night;
}

/** The next evaluation at night (§5) after an instant. */
export function nextNight(calendar: Calendar, now: number): number {
  const today = calendar.dayOf(now);
  const night = calendar.instant(today, NIGHT_MINUTE);
  return night > now ? night : calendar.instant(today + 1, NIGHT_MINUTE);
}
