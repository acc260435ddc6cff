import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { Window } from '@hemma/protocols/plans/schedule.js';
import { MINUTE_MS, minutesIn } from '@hemma/protocols/plans/calendar.js';
import type { Calendar } from '@hemma/protocols/plans/calendar.js';
import { phaseOn, runsIn } from '@hemma/protocols/plans/phases.js';
import type { Course } from '../plans/course.js';
import { isPaused } from '@hemma/protocols/plans/occasions.js';
import type { Occasion, Pause } from '@hemma/protocols/plans/occasions.js';
import type { PatientRecord } from '../plans/record.js';
import { occasionsOn } from '@hemma/protocols/plans/frequency.js';
import { patientForms } from '../plans/whose-form.js';
import type { IsSeriesDay } from '@hemma/protocols/plans/due.js';
import { plannedOccasions } from '../prescribing/occasions.js';

/** When a patient is reminded of what is to be done: a pure function (monitoring plans §2, reminders). */

export type ReminderRules = NonNullable<Plan['tasks'][number]['reminder']>;

/** What a patient has set for one window of one task; null where the time of the plan holds. */
export interface OwnTime {
  /** A wall time `HH:MM`. */
  readonly time: string | null;
  readonly isOff: boolean;
}

/** The windows of which a plan reminds, and the rules for it. */
export interface RemindedWindow {
  /** `task/window`; of a questionnaire `q:id/day`. */
  readonly item: string;
  readonly window: Window;
  readonly rules: ReminderRules;
}

/** A questionnaire has no window in its plan: the day and the time of what may be done all day. */
const questionnaireWindow: Window = {
  ...{ id: 'day', label: { sv: 'Under dagen', en: 'During the day' } },
  ...{ from: '06:00', to: '23:00', target: '18:00' },
};

export const itemOf = (task: string, window: string): string => `${task}/${window}`;

/** All that a plan reminds a patient of; what staff write is nothing to remind a patient of. */
export function remindedWindows(plan: Plan): readonly RemindedWindow[] {
  const tasks = plan.tasks.filter(isDueAtTimes).flatMap(({ id, reminder, schedule }) =>
    reminder === null
      ? []
      : schedule.windows.map((window) => ({
          ...{ item: itemOf(id, window.id), window, rules: reminder },
        })),
  );
  const forms = patientForms(plan).map(({ id, reminder }) => ({
    ...{ item: itemOf(`q:${id}`, questionnaireWindow.id), window: questionnaireWindow },
    rules: reminder,
  }));
  return [...tasks, ...forms];
}

/** What is measured when a rule suggests it has no time of its own. */
function isDueAtTimes({ type, enabledByDefault, schedule }: Plan['tasks'][number]): boolean {
  return enabledByDefault && type !== 'message' && schedule.frequency.type !== 'on-demand';
}

export interface ReminderFacts {
  readonly course: Course;
  readonly record: Pick<PatientRecord, 'readings' | 'completions' | 'responses' | 'seriesStarts'>;
  readonly pauses: readonly Pause[];
  /** When the episode began: before it nobody was to be reminded. */
  readonly startedAt: number;
  /** By item. */
  readonly own: ReadonlyMap<string, OwnTime>;
  readonly now: number;
  /** With the days by which a series is extended; without it each has its planned length. */
  readonly isSeriesDay?: IsSeriesDay;
}

/**
 * The instants at which a patient is reminded on these days, in order and each once, of what is not
 * done as far as is known. Whole minutes: what falls together is one reminder.
 */
export function remindersOn(
  facts: ReminderFacts,
  fromDay: number,
  toDay: number,
): readonly number[] {
  const { course, own, startedAt } = facts;
  const { calendar } = course;
  const windows = new Map(remindedWindows(course.plan).map((it) => [it.item, it]));
  const waiting = [
    ...tasksToDo(facts, fromDay, toDay),
    ...formsToDo(facts, fromDay, toDay),
  ].flatMap(({ item, day }) => {
    const reminded = windows.get(item);
    const set = own.get(item) ?? { time: null, isOff: false };
    return reminded === undefined || set.isOff
      ? []
      : remindersFor({ ...reminded, day, own: set.time, calendar });
  });
  return [...new Set(waiting)].filter((it) => it >= startedAt).toSorted((a, b) => a - b);
}

interface ToDo {
  readonly item: string;
  readonly day: number;
}

const stillToDo: readonly Occasion['state'][] = ['upcoming', 'open'];

function tasksToDo(facts: ReminderFacts, fromDay: number, toDay: number): readonly ToDo[] {
  return plannedOccasions(facts, fromDay, toDay)
    .filter((it) => stillToDo.includes(it.state))
    .map(({ task, window, day }) => ({ item: itemOf(task, window), day }));
}

function formsToDo(facts: ReminderFacts, fromDay: number, toDay: number): readonly ToDo[] {
  const { course, record, pauses, now } = facts;
  const { calendar, plan, startDay } = course;
  const first = Math.max(fromDay, startDay, calendar.dayOf(now));
  const days = Array.from({ length: Math.max(0, toDay - first + 1) }, (_, i) => first + i);
  return days
    .filter((day) => !isPaused(pauses, day))
    .flatMap((day) => {
      const phase = phaseOn(course, day);
      const answered = record.responses.filter((it) => calendar.dayOf(it.at) === day);
      return patientForms(plan)
        .filter((it) => runsIn(it.phases, phase) && occasionsOn(it.when, course, day) > 0)
        .filter((it) => !answered.some(({ questionnaire }) => questionnaire === it.id))
        .map((it) => ({ item: itemOf(`q:${it.id}`, questionnaireWindow.id), day }));
    });
}

interface Reminded {
  readonly window: Window;
  readonly rules: ReminderRules;
  readonly day: number;
  /** The wall time that the patient chose. */
  readonly own: string | null;
  readonly calendar: Calendar;
}

/**
 * First at the patient's own time or the target, then again until the window closes. The first counts;
 * one that falls into the quiet hours counts too and is not sent, unless the patient placed it there.
 */
function remindersFor({ window, rules, day, own, calendar }: Reminded): readonly number[] {
  const first = calendar.instant(day, minutesIn(own ?? window.target));
  const closesAt = calendar.instant(day, minutesIn(window.to));
  return Array.from(
    { length: rules.maxPerWindow },
    (_, i) => first + i * rules.repeatMinutes * MINUTE_MS,
  ).filter((at, i) => {
    if (i === 0 && own !== null) return true;
    const isInWindow = i === 0 || at <= closesAt;
    return isInWindow && !isQuiet(calendar.minuteOf(at), rules.quietHours);
  });
}

/** From, inclusive, until, exclusive; over midnight where it ends before it begins. */
function isQuiet(minute: number, quiet: ReminderRules['quietHours']): boolean {
  const [from, to] = [minutesIn(quiet.from), minutesIn(quiet.to)];
  return from <= to ? from <= minute && minute < to : from <= minute || minute < to;
}
