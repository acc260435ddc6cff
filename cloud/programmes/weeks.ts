import type { Text } from '@hemma/protocols/plans/text.js';
import type { Task } from '@hemma/protocols/plans/task.js';
import { activityLog, isDoing } from '../plans/completed.js';
import { phaseOn } from '@hemma/protocols/plans/phases.js';
import { dueWindows } from '../plans/schedule.js';
import { ofKind } from '../record/care-record.js';
import { type DoneOn, doneActivities } from './activities.js';
import { activityTitle, chosenOn } from './choice.js';
import { type DueForm, dueForms } from './forms.js';
import { type Known, calendarOf, courseOn, currentCourse, isPausedOn, today } from './known.js';
import { lastDayOf } from './milestones.js';
import { type Module, fillFrom, modulesOf } from './modules.js';

/**
 * The weeks of a programme. Week 1 begins on the day on which the plan began, as its phases are counted
 * (§1); a pause makes nothing due in its days and moves no week. A pure function of what is known.
 */

/** A year and a day; of a longer programme the newest are shown. */
export const maxWeeks = 53;

const weekDays = 7;

interface OfTask {
  readonly task: string;
  readonly title: Text;
  readonly instructions: Text;
}

type ModuleItem = OfTask & Module & { readonly kind: 'module' };

type ActivityItem = OfTask & {
  readonly kind: 'activity';
  readonly activity: string | null;
  readonly planned: number | null;
  readonly done: readonly DoneOn[];
  readonly fillFrom: number;
};

type MessageItem = OfTask & {
  readonly kind: 'message';
  readonly planned: number;
  readonly written: number;
};

type FormItem = DueForm & { readonly kind: 'form' };

export type WeekItem = ModuleItem | ActivityItem | FormItem | MessageItem;

export interface Week {
  readonly number: number;
  readonly fromDay: number;
  readonly toDay: number;
  readonly phase: Text | null;
  readonly isOpen: boolean;
  readonly isCurrent: boolean;
  readonly pausedDays: number;
  /** Activities together; null without any. */
  readonly planned: number | null;
  readonly items: readonly WeekItem[];
}

/** The number of the week of a day, from 1. */
export function weekOf(known: Known, day: number): number {
  return Math.floor((day - currentCourse(known).startDay) / weekDays) + 1;
}

/** The weeks up to that of the closing talk, or that of today when it goes on longer. */
export function weeksOf(known: Known): readonly Week[] {
  const last = weekOf(known, Math.max(lastDayOf(known), today(known)));
  const first = Math.max(1, last - maxWeeks + 1);
  return Array.from({ length: last - first + 1 }, (_, i) => weekNumber(known, first + i));
}

function weekNumber(known: Known, number: number): Week {
  const fromDay = currentCourse(known).startDay + (number - 1) * weekDays;
  const toDay = fromDay + weekDays - 1;
  const now = today(known);
  const days = Array.from({ length: weekDays }, (_, i) => fromDay + i);
  const span = { fromDay, toDay, days };
  const { tasks } = courseOn(known, Math.min(toDay, now)).plan;
  const on = tasks.filter((it) => it.enabledByDefault);
  const doing = on.filter((it) => it.type === 'activity');
  return {
    ...{ number, fromDay, toDay },
    phase: phaseOn(courseOn(known, fromDay), fromDay)?.title ?? null,
    isOpen: fromDay <= now,
    isCurrent: fromDay <= now && now <= toDay,
    pausedDays: days.filter((day) => isPausedOn(known, day)).length,
    planned: doing.length === 0 ? null : doing.reduce((sum, it) => sum + due(known, it, days), 0),
    items: [
      ...on.filter(isDoing).flatMap((it) => doingItems(known, it, span)),
      ...dueForms(known, fromDay, toDay).map((it) => ({ kind: 'form' as const, ...it })),
      ...on.filter((it) => it.type === 'message').flatMap((it) => messageItem(known, it, span)),
    ],
  };
}

interface Span {
  readonly fromDay: number;
  readonly toDay: number;
  readonly days: readonly number[];
}

/** How often a task is due on these days, by the settings of each; on none of a pause. */
function due(known: Known, task: Task, days: readonly number[]): number {
  return days
    .filter((day) => !isPausedOn(known, day))
    .reduce((sum, day) => sum + dueWindows(task, courseOn(known, day), day, () => false).length, 0);
}

function doingItems(known: Known, task: Task, span: Span): readonly WeekItem[] {
  return task.type === 'content' ? modulesIn(known, task, span) : activitiesIn(known, task, span);
}

function modulesIn(known: Known, task: Task, { fromDay, toDay }: Span): readonly ModuleItem[] {
  return modulesOf(known, task)
    .filter((it) => fromDay <= it.opensOn && it.opensOn <= toDay)
    .map((it) => ({ kind: 'module', ...ofTask(task), ...it }));
}

function ofTask({ id, title, instructions }: Task): OfTask {
  return { task: id, title, instructions };
}

function activitiesIn(known: Known, task: Task, span: Span): readonly ActivityItem[] {
  const { fromDay, toDay, days } = span;
  const { content } = currentCourse(known);
  const done = doneActivities(known, task).filter((it) => fromDay <= it.day && it.day <= toDay);
  const planned = due(known, task, days);
  const common = { kind: 'activity' as const, ...ofTask(task) };
  const from = fillFrom(known, task, fromDay);
  const settingsDay = Math.min(toDay, today(known));
  const chosen =
    task.id === activityLog.task ? chosenOn(known, settingsDay) : new Map<string, null>();
  if (chosen.size === 0)
    return planned === 0 && done.length === 0
      ? []
      : [{ ...common, activity: null, planned, done, fillFrom: from }];
  const ids = new Set([...chosen.keys(), ...done.flatMap((it) => it.activity ?? [])]);
  const named = [...ids].map((id) => ({
    ...{ ...common, title: activityTitle(id, content), activity: id, fillFrom: from },
    planned: span.days.some((day) => isPausedOn(known, day)) ? null : (chosen.get(id) ?? null),
    done: done.filter((it) => it.activity === id),
  }));
  const other = done.filter((it) => it.activity === null);
  if (other.length === 0) return named;
  return [...named, { ...common, activity: null, planned: null, done: other, fillFrom: from }];
}

function messageItem(
  known: Known,
  task: Task,
  { fromDay, toDay, days }: Span,
): readonly MessageItem[] {
  const planned = due(known, task, days);
  const written = writtenDays(known).filter((day) => fromDay <= day && day <= toDay).length;
  if (planned === 0 && written === 0) return [];
  return [{ kind: 'message', ...ofTask(task), planned, written }];
}

/** The days on which staff wrote to the patient: a message, or a comment. */
function writtenDays(known: Known): readonly number[] {
  const messages = ofKind(known.events, 'contact').filter((it) => it.event.channel === 'message');
  const comments = ofKind(known.events, 'comment').filter((it) => it.staff !== null);
  return [...messages, ...comments].map((it) => calendarOf(known).dayOf(it.at));
}

/** How many days ahead the next message is looked for: a longer silence is not planned. */
const maxLookAhead = 60;

/** The next day on which staff write by the plan; today counts as long as nobody has written today. */
export function nextContactDay(known: Known): number | null {
  const now = today(known);
  const tasks = currentCourse(known).plan.tasks.filter(
    (it) => it.enabledByDefault && it.type === 'message',
  );
  const wroteToday = writtenDays(known).includes(now);
  for (let day = wroteToday ? now + 1 : now; day <= now + maxLookAhead; day += 1)
    if (tasks.some((it) => due(known, it, [day]) > 0)) return day;
  return null;
}
