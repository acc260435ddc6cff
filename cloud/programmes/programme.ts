import type { Programme } from '@hemma/protocols/api/programmes.js';
import { dateOfDay } from '@hemma/protocols/plans/calendar.js';
import { isPaused } from '@hemma/protocols/plans/occasions.js';
import { Staff } from '../staff/staff.js';
import { looksOf } from '../units/looks.js';
import { type DoneOn } from './activities.js';
import { choiceOf } from './choice.js';
import { commentsOf } from './comments.js';
import type { AskedForm } from './forms.js';
import { type Goal, goalsOf } from './goals.js';
import { type Known, planOf, today } from './known.js';
import { type Milestone, lastDayOf, milestonesOf, missingAtEnd } from './milestones.js';
import { modulesOf } from './modules.js';
import { type ProgrammeParts, mustKnow, readingsOf } from './read.js';
import { type Week, type WeekItem, nextContactDay, weekOf, weeksOf } from './weeks.js';

/**
 * A programme as patient and staff see it. Throws `not_found` for an episode that is none, and
 * `wrong_state` when the version of its plan is not known here any more.
 */
export async function programmeOf(parts: ProgrammeParts, id: string): Promise<Programme> {
  const { db, clock } = parts;
  const known = await mustKnow(parts, id);
  const { episode } = known;
  const comments = commentsOf(known);
  const names = await new Staff(db).names([...new Set(comments.map((it) => it.staff))]);
  const isOver = episode.endedAt !== null;
  return {
    ...shownProgramme(known),
    goals: goalsOf(known, await readingsOf(parts, known)).map(shownGoal),
    comments: comments.map(({ staff, ...it }) => ({ ...it, by: names.get(staff) ?? staff })),
    looks: isOver ? null : await looksOf(db, episode.unit, clock.wall().ms),
  };
}

/** All that needs nothing but what is known: a pure function. */
export function shownProgramme(known: Known): Omit<Programme, 'goals' | 'comments' | 'looks'> {
  const { episode, pauses } = known;
  const plan = planOf(known);
  const day = today(known);
  const isOver = episode.endedAt !== null;
  const going = isPaused(pauses, day) ? 'paused' : 'running';
  return {
    ...{ episode: episode.id, plan: plan.id, planName: plan.title, kind: episode.kind },
    state: isOver ? 'ended' : going,
    today: dateOfDay(day),
    startedOn: dateOfDay(milestonesOf(known)[0]?.day ?? day),
    lastDay: dateOfDay(lastDayOf(known)),
    week: weekOf(known, day),
    modules: moduleCount(known),
    weeks: weeksOf(known).map(shownWeek),
    milestones: milestonesOf(known).map(shownMilestone),
    choice: choiceOf(known, day),
    nextContact: isOver ? null : dateOrNull(nextContactDay(known)),
    missingAtEnd: isOver ? [] : [...missingAtEnd(known)],
  };
}

function moduleCount(known: Known): Programme['modules'] {
  const tasks = planOf(known).tasks.filter((it) => it.enabledByDefault && it.type === 'content');
  if (tasks.length === 0) return null;
  const all = tasks.flatMap((it) => modulesOf(known, it));
  return { done: all.filter((it) => it.done !== null).length, of: all.length };
}

function dateOrNull(day: number | null): string | null {
  return day === null ? null : dateOfDay(day);
}

function shownWeek({ fromDay, toDay, items, ...week }: Week): Programme['weeks'][number] {
  const dates = { from: dateOfDay(fromDay), to: dateOfDay(toDay) };
  return { ...week, ...dates, items: items.map(shownItem) };
}

function shownItem(item: WeekItem): Programme['weeks'][number]['items'][number] {
  switch (item.kind) {
    case 'module': {
      const { opensOn, fillFrom, done, ...it } = item;
      const dates = { opensOn: dateOfDay(opensOn), fillFrom: dateOfDay(fillFrom) };
      return { ...it, ...dates, done: done && shownDone(done) };
    }
    case 'activity': {
      const { fillFrom, done, ...it } = item;
      return { ...it, fillFrom: dateOfDay(fillFrom), done: done.map(shownDone) };
    }
    case 'form': {
      const { day, answered, ...it } = item;
      return { ...it, date: dateOfDay(day), answered: dateOrNull(answered) };
    }
    case 'message':
      return item;
  }
}

function shownDone({ id, day, minutes, note, canUndo }: DoneOn) {
  return { id, date: dateOfDay(day), minutes, note, canUndo };
}

function shownMilestone({
  day,
  doneDay,
  forms,
  ...it
}: Milestone): Programme['milestones'][number] {
  const dates = { date: dateOfDay(day), doneOn: dateOrNull(doneDay) };
  return { ...it, ...dates, forms: forms.map(shownForm) };
}

function shownForm({ questionnaire, title, by, licensed, answered }: AskedForm) {
  return { questionnaire, title, by, licensed, answered: dateOrNull(answered) };
}

function shownGoal({ setDay, ...goal }: Goal): Programme['goals'][number] {
  return { ...goal, setOn: dateOrNull(setDay) };
}
