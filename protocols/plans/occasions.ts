import { MINUTE_MS, minutesIn } from './calendar.js';
import type { Running } from './phases.js';
import type { DueWindow } from './due.js';

/** Monitoring plans §2: what was to be done, and what became of it. */
export interface Occasion {
  readonly task: string;
  readonly day: number;
  readonly window: string;
  readonly opensAt: number;
  readonly closesAt: number;
  readonly state: OccasionState;
}

export type OccasionState =
  'upcoming' | 'open' | 'done' | 'done-late' | 'backfilled' | 'missed' | 'paused';

/** Something that was done for a task; `enteredAt` is later than `at` when it was filled in after. */
export interface Done {
  readonly at: number;
  readonly enteredAt: number;
  readonly byHand: boolean;
}

/** An agreed pause (holiday, hospital stay), both days included. */
export interface Pause {
  readonly fromDay: number;
  readonly toDay: number;
}

export interface OccasionFacts {
  readonly course: Pick<Running, 'calendar'>;
  readonly task: { readonly id: string };
  readonly done: readonly Done[];
  readonly pauses: readonly Pause[];
  /** The windows in which the task is due on a day, one entry for each occasion. */
  readonly dueOn: (day: number) => readonly DueWindow[];
  readonly now: number;
}

/** Years of a daily task; a longer question is a mistake. */
const MAX_DAYS = 3653;

/** The occasions of a task on the days `fromDay` to `toDay`, in order. */
export function occasionsOf(
  facts: OccasionFacts,
  fromDay: number,
  toDay: number,
): readonly Occasion[] {
  const count = Math.min(Math.max(0, toDay - fromDay + 1), MAX_DAYS);
  return Array.from({ length: count }, (_, i) => occasionsOn(facts, fromDay + i)).flat();
}

export function isPaused(pauses: readonly Pause[], day: number): boolean {
  return pauses.some((it) => it.fromDay <= day && day <= it.toDay);
}

function occasionsOn(facts: OccasionFacts, day: number): readonly Occasion[] {
  const { course, task, dueOn } = facts;
  const windows = dueOn(day);
  const doers = assign(windows, facts, day);
  return windows.map((window, i) => {
    const opensAt = course.calendar.instant(day, minutesIn(window.from));
    const closesAt = course.calendar.instant(day, minutesIn(window.to));
    const state = stateOf({ facts, day, opensAt, closesAt, done: doers[i] });
    return { task: task.id, day, window: window.id, opensAt, closesAt, state };
  });
}

/** What was done in a window is of that window; the rest fills what is left, in order. */
function assign(
  windows: readonly DueWindow[],
  { course: { calendar }, done }: OccasionFacts,
  day: number,
): readonly (Done | undefined)[] {
  const left = done.filter((it) => calendar.dayOf(it.at) === day);
  const take = (found: number) => (found < 0 ? undefined : left.splice(found, 1)[0]);
  const inWindows = windows.map(({ from, to }) =>
    take(
      left.findIndex((it) => {
        const minute = calendar.minuteOf(it.at);
        return minutesIn(from) <= minute && minute <= minutesIn(to);
      }),
    ),
  );
  return inWindows.map((it) => it ?? left.shift());
}

interface OccasionTimes {
  readonly facts: OccasionFacts;
  readonly day: number;
  readonly opensAt: number;
  readonly closesAt: number;
  readonly done: Done | undefined;
}

function stateOf({ facts, day, opensAt, closesAt, done }: OccasionTimes): OccasionState {
  const { calendar } = facts.course;
  // What was done before a window opens does not do it in advance.
  if (done !== undefined && (opensAt <= done.at || opensAt <= facts.now)) {
    if (done.byHand && calendar.dayOf(done.enteredAt) > day) return 'backfilled';
    return opensAt <= done.at && done.at < closesAt + MINUTE_MS ? 'done' : 'done-late';
  }
  if (isPaused(facts.pauses, day)) return 'paused';
  if (facts.now >= calendar.instant(day + 1, 0)) return 'missed';
  return facts.now < opensAt ? 'upcoming' : 'open';
}
