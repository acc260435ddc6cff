import { MINUTE_MS, minutesIn } from '@hemma/protocols/plans/calendar.js';
import type { Calendar } from '@hemma/protocols/plans/calendar.js';
import { byOccasion, windowAt } from '@hemma/protocols/plans/done.js';
import { windowsOn } from '@hemma/protocols/plans/due.js';
import { occasionsOn } from '@hemma/protocols/plans/frequency.js';
import { isPaused, occasionsOf } from '@hemma/protocols/plans/occasions.js';
import type { Occasion } from '@hemma/protocols/plans/occasions.js';
import { phaseOn, runsIn } from '@hemma/protocols/plans/phases.js';
import type { Running } from '@hemma/protocols/plans/phases.js';
import type {
  OnDemand,
  Schedule,
  ScheduleForm,
  ScheduleTask,
} from '@hemma/protocols/wire/schedule.js';
import type { IsSeriesDay } from '@hemma/protocols/plans/due.js';
import type { TakenReading } from '../taken.js';
import { seriesDaysAt } from './series.js';

/** Something to do, or to come: one occasion of one task. */
export interface Item {
  readonly task: ScheduleTask;
  readonly occasion: Occasion;
  /** Readings of this occasion that are there, and that are asked for. */
  readonly readings: number;
  readonly of: number;
  /** Milliseconds since 1970 UTC: the wait after the reading before is over then; null: no wait. */
  readonly waitUntil: number | null;
}

export interface Agenda {
  /** What to do now, what closes first before the rest. */
  readonly now: readonly Item[];
  /** What comes next, today or in the days to come; null when nothing does. */
  readonly next: Item | null;
  readonly doneToday: readonly Occasion[];
  /** Questionnaires that are to be answered today. */
  readonly forms: readonly ScheduleForm[];
  /** What may be done at any time in this phase, pauses included: it is asked for by nobody. */
  readonly onDemand: readonly OnDemand[];
  readonly isPaused: boolean;
}

export interface AgendaFacts {
  readonly schedule: Schedule;
  readonly calendar: Calendar;
  /** What was taken of the patient, oldest first. */
  readonly taken: readonly TakenReading[];
  /** Questionnaires that were answered, and when. */
  readonly answered: readonly { readonly form: string; readonly at: number }[];
  readonly now: number;
}

/** What comes next is looked for no further ahead: what is later needs no line on a small screen. */
const daysAhead = 14;
/** A second reading that is later than this after the one before begins nothing anew. */
const sequenceMs = 60 * MINUTE_MS;

/**
 * What to do now and next by a schedule (monitoring plans §2). A pure function of what was taken and the
 * time; the occasions are those that the cloud finds, by the same engine.
 */
export function agendaOf(facts: AgendaFacts): Agenda {
  const { schedule, calendar, now } = facts;
  const running = runningOf(schedule, calendar);
  const today = calendar.dayOf(now);
  const items = itemsOf(facts, [today, today + daysAhead]);
  const open = items.filter((it) => isNow(it, now));
  const later = items.filter((it) => it.occasion.state === 'upcoming');
  const byTime = (a: Item, b: Item) => a.occasion.opensAt - b.occasion.opensAt;
  return {
    now: open.toSorted((a, b) => a.occasion.closesAt - b.occasion.closesAt),
    next: later.toSorted(byTime)[0] ?? null,
    doneToday: items
      .map((it) => it.occasion)
      .filter((it) => it.day === today && it.state.startsWith('done')),
    forms: isPaused(pausesOf(schedule), today) ? [] : formsOf(facts, running, today),
    onDemand: onDemandOf(schedule, running, today),
    isPaused: isPaused(pausesOf(schedule), today),
  };
}

/** A schedule as the occasion engine takes it. */
export function runningOf(schedule: Schedule, calendar: Calendar): Running {
  const { phases, parameters, startDay, phaseMoves } = schedule;
  return { plan: { phases }, calendar, parameters, startDay, phaseMoves, phaseKnown: true };
}

/** Whether a reading counts for a task. */
export function countsFor(task: ScheduleTask, reading: TakenReading): boolean {
  if (reading.failed || !task.kinds.includes(reading.kind)) return false;
  return reading.values.some(({ code }) => task.quantities.includes(code));
}

/** All occasions of a schedule on these local days, both included, task by task. */
export function itemsOf(
  facts: AgendaFacts,
  days: readonly [from: number, to: number],
): readonly Item[] {
  const course = runningOf(facts.schedule, facts.calendar);
  const isSeriesDay = seriesDaysAt(facts);
  return facts.schedule.tasks.flatMap((task) =>
    itemsOfTask(task, facts, { course, isSeriesDay, days }),
  );
}

interface Asked {
  readonly course: Running;
  readonly isSeriesDay: IsSeriesDay;
  readonly days: readonly [from: number, to: number];
}

function itemsOfTask(
  task: ScheduleTask,
  { schedule, calendar, taken, now }: AgendaFacts,
  { course, isSeriesDay, days }: Asked,
): readonly Item[] {
  const counted = taken.filter((it) => countsFor(task, it));
  const groups = byOccasion(counted, task.schedule.windows, calendar);
  const done = groups.map(([first]) => ({
    ...{ at: first.at, enteredAt: first.takenAt, byHand: first.byHand },
  }));
  const dueOn = (day: number) => windowsOn(task, course, day, isSeriesDay);
  const asked = { course, task, done, pauses: pausesOf(schedule), dueOn, now };
  const occasions = occasionsOf(asked, ...days);
  return occasions.map((occasion) => {
    const group = groups.find(([first]) => isIn(occasion, first.at, task, calendar)) ?? [];
    const last = group.at(-1);
    const wait = task.minutesBetween ?? 0;
    const waits = last !== undefined && group.length < task.readings && wait > 0;
    return {
      ...{ task, occasion, readings: group.length, of: task.readings },
      waitUntil: waits ? last.at + wait * MINUTE_MS : null,
    };
  });
}

function isIn(occasion: Occasion, at: number, task: ScheduleTask, calendar: Calendar): boolean {
  if (calendar.dayOf(at) !== occasion.day) return false;
  return windowAt(task.schedule.windows, calendar, at)?.id === occasion.window;
}

/** Open, or begun and not all readings there while the sequence may go on. */
function isNow({ occasion, readings, of, waitUntil }: Item, now: number): boolean {
  if (occasion.state === 'open') return true;
  if (occasion.state !== 'done' || readings === 0 || readings >= of) return false;
  return now <= Math.min(occasion.closesAt, (waitUntil ?? occasion.opensAt) + sequenceMs);
}

function formsOf(
  { schedule, calendar, answered }: AgendaFacts,
  running: Running,
  today: number,
): readonly ScheduleForm[] {
  const phase = phaseOn(running, today);
  return schedule.questionnaires.filter(({ when, phases, form }) => {
    if (!runsIn(phases, phase) || occasionsOn(when, running, today) === 0) return false;
    return !answered.some((it) => it.form === form.id && calendar.dayOf(it.at) === today);
  });
}

function onDemandOf(
  { startDay, onDemand }: Schedule,
  running: Running,
  today: number,
): readonly OnDemand[] {
  const phase = phaseOn(running, today);
  return today < startDay ? [] : onDemand.filter((it) => runsIn(it.phases, phase));
}

function pausesOf({ pauses }: Schedule): { fromDay: number; toDay: number }[] {
  return pauses.map(({ fromDay, toDay }) => ({ fromDay, toDay: toDay ?? Infinity }));
}

/**
 * When people are reminded of an occasion, milliseconds since 1970 UTC (monitoring plans §2): first at
 * the target, then again and again, never more often than allowed, and not in quiet hours.
 */
export function remindersOf({ task, occasion }: Item, calendar: Calendar): readonly number[] {
  const window = task.schedule.windows.find((it) => it.id === occasion.window);
  const { reminder } = task;
  if (window === undefined || reminder === null) return [];
  const first = calendar.instant(occasion.day, minutesIn(window.target));
  const all = Array.from(
    { length: Math.min(reminder.maxPerWindow, 24) },
    (_, i) => first + i * reminder.repeatMinutes * MINUTE_MS,
  );
  return all.filter((at) => at <= occasion.closesAt && !isQuiet(at, reminder.quietHours, calendar));
}

function isQuiet(
  at: number,
  { from, to }: { readonly from: string; readonly to: string },
  calendar: Calendar,
): boolean {
  const minute = calendar.minuteOf(at);
  const [begins, ends] = [minutesIn(from), minutesIn(to)];
  return begins <= ends ? begins <= minute && minute < ends : minute >= begins || minute < ends;
}
