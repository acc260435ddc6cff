import type { ContactPurpose } from '@hemma/protocols/api/contacts.js';
import type { Text } from '@hemma/protocols/plans/text.js';
import { isProgramme } from '../plans/completed.js';
import { stepDays } from '../plans/steps.js';
import { ofKind } from '../record/care-record.js';
import { type AskedForm, dueForms, formsAfter, formsBefore, formsMissingNow } from './forms.js';
import { type Known, calendarOf, currentCourse, planOf } from './known.js';

/** A talk that a programme has beside its weeks (requirements R43, R52, R53), and the forms of it. */
export interface Milestone {
  readonly kind: ContactPurpose;
  readonly day: number;
  readonly isRequired: boolean;
  readonly doneDay: number | null;
  readonly forms: readonly AskedForm[];
}

/** The day of the closing talk: when the plan, and the week of its last module, is over. */
export function lastDayOf(known: Known): number {
  const { plan, startDay } = currentCourse(known);
  const steps = plan.tasks.flatMap((it) => lastStep(known, it) ?? []);
  const ends = steps.map((day) => startDay + 7 * (Math.floor((day - startDay) / 7) + 1));
  return Math.max(startDay + plan.duration.defaultDays, ...ends);
}

function lastStep(known: Known, task: Parameters<typeof stepDays>[0]): number | null {
  return task.enabledByDefault ? (stepDays(task, currentCourse(known))?.at(-1) ?? null) : null;
}

/** Start, reviews and end, in order. */
export function milestonesOf(known: Known): readonly Milestone[] {
  const { startDay, plan } = currentCourse(known);
  const lastDay = lastDayOf(known);
  return [
    {
      ...{ kind: 'start-talk', day: startDay, isRequired: true },
      ...{ doneDay: startTalk(known), forms: formsBefore(known) },
    },
    ...reviewDays(known, lastDay).map((day) => ({
      ...{ kind: 'review-talk' as const, day, isRequired: false },
      doneDay: talkIn(known, 'review-talk', {
        from: day - plan.baseline.windowDays,
        before: day + plan.duration.reviewEveryDays - plan.baseline.windowDays,
      }),
      forms: dueForms(known, day, day),
    })),
    {
      ...{ kind: 'closing-talk', day: lastDay, isRequired: needsClosingTalk(known) },
      ...{ doneDay: talkIn(known, 'closing-talk'), forms: formsAfter(known, lastDay) },
    },
  ];
}

/** A review every `reviewEveryDays`, of which the last is the end itself. */
function reviewDays(known: Known, lastDay: number): readonly number[] {
  const { startDay, plan } = currentCourse(known);
  const every = plan.duration.reviewEveryDays;
  const count = Math.ceil((lastDay - startDay) / every) - 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => startDay + (i + 1) * every);
}

/** A treatment ends with a talk; what is there to support somebody may just end (requirement R43). */
function needsClosingTalk(known: Known): boolean {
  return planOf(known).programmeKind === 'treatment';
}

/** The meeting before the start is one of the things that were ticked when it was prescribed. */
function startTalk(known: Known): number | null {
  const said = talkIn(known, 'start-talk');
  if (said !== null) return said;
  const start = ofKind(known.events, 'start').find((it) => it.event.suitability.length > 0);
  return start === undefined ? null : calendarOf(known).dayOf(start.at);
}

function talkIn(
  known: Known,
  purpose: ContactPurpose,
  { from, before } = { from: -Infinity, before: Infinity },
): number | null {
  const days = ofKind(known.events, 'contact')
    .filter((it) => it.event.purpose === purpose)
    .map((it) => calendarOf(known).dayOf(it.at));
  return days.findLast((day) => from <= day && day < before) ?? null;
}

export interface MissingAtEnd {
  /** `closing-talk`, or the id of a form. */
  readonly id: string;
  readonly title: Text;
}

const closingTalk: Text = { sv: 'Avslutande samtal', en: 'Closing talk' };

/** What a programme asks for at its end and would lack if it ended now; nothing for other plans. */
export function missingAtEnd(known: Known): readonly MissingAtEnd[] {
  if (!isProgramme(planOf(known))) return [];
  const lacksTalk = needsClosingTalk(known) && talkIn(known, 'closing-talk') === null;
  return [
    ...(lacksTalk ? [{ id: 'closing-talk', title: closingTalk }] : []),
    ...formsMissingNow(known).map(({ questionnaire, title }) => ({ id: questionnaire, title })),
  ];
}
