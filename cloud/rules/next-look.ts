import { leavesOf } from '@hemma/protocols/plans/condition.js';
import type { Rule } from '@hemma/protocols/plans/rule.js';
import { type Calendar, MINUTE_MS } from '../plans/calendar.js';
import type { PatientReading } from '../plans/record.js';
import { NIGHT_MINUTE } from '../plans/series-runs.js';
import { kindOf } from './kinds/table.js';
import type { PlanFinding } from './plan-findings.js';

interface Look {
  readonly rules: readonly Rule[];
  readonly findings: readonly PlanFinding[];
  readonly readings: readonly PatientReading[];
  readonly calendar: Calendar;
  readonly now: number;
}

/**
 * The next moment at which time alone can change something for a patient: a repeat that did not come,
 * a reading that is dated ahead, or the next night (§5) where a rule looks at time. Null when nothing
 * can.
 */
export function nextLook({ rules, findings, readings, calendar, now }: Look): number | null {
  const deadlines = findings.flatMap((it) => deadlineOf(it, rules) ?? []);
  const ahead = readings.map((it) => it.at).filter((at) => at > now);
  const open = new Set(findings.filter((it) => it.clearedAt === null).map((it) => it.rule));
  const nights = rules.some((it) => looksAtTime(it, open.has(it.id)))
    ? [nextNight(calendar, now)]
    : [];
  const next = Math.min(...deadlines, ...ahead.slice(0, 1), ...nights);
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

function nextNight(calendar: Calendar, now: number): number {
  const today = calendar.dayOf(now);
  const night = calendar.instant(today, NIGHT_MINUTE);
  return night > now ? night : calendar.instant(today + 1, NIGHT_MINUTE);
}
