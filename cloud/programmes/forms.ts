import type { Text } from '@hemma/protocols/plans/text.js';
import type { Content } from '../plans/content.js';
import { phaseOn, runsIn } from '@hemma/protocols/plans/phases.js';
import type { Course } from '../plans/course.js';
import { whoseForm } from '../plans/whose-form.js';
import { occasionsOn } from '@hemma/protocols/plans/frequency.js';
import { type Known, answersTo, courseOn, currentCourse, planOf, today } from './known.js';

/** Forms of a programme, by the day on which they are due. */

type Asked = Course['plan']['questionnaires'][number];

export interface FormFacts {
  readonly questionnaire: string;
  readonly title: Text;
  readonly by: 'patient' | 'staff';
  readonly licensed: boolean;
}

export interface DueForm extends FormFacts {
  readonly day: number;
  /** Answers that are given today count for it. */
  readonly isOpen: boolean;
  /** The day that the answers belong to; null when there are none. */
  readonly answered: number | null;
}

export function formFacts(
  { id, licensed }: Pick<Asked, 'id' | 'licensed'>,
  content: Content,
): FormFacts {
  const title = content.questionnaires.get(id)?.title ?? { sv: id, en: id };
  return { questionnaire: id, title, by: whoseForm(id), licensed };
}

/**
 * The forms that are due on these days. Answers count for a due day until the next one, so that a form
 * of day 28 which is answered on day 30 is answered.
 */
export function dueForms(known: Known, fromDay: number, toDay: number): readonly DueForm[] {
  const { plan, content } = currentCourse(known);
  return plan.questionnaires
    .filter((it) => it.enabledByDefault && it.when.type !== 'on-activity')
    .flatMap((asked) => {
      const days = dueDays(asked, known, fromDay, toDay);
      const answers = answersTo(known, asked.id);
      return days.map((day, i) => {
        const until = days[i + 1] ?? nextDueDay(asked, known, day);
        const answer = answers.find((it) => it.day >= day && it.day < until);
        const isOpen = day <= today(known) && today(known) < Math.min(until, day + openDays);
        return { ...formFacts(asked, content), day, isOpen, answered: answer?.day ?? null };
      });
    });
}

function dueDays(asked: Asked, known: Known, fromDay: number, toDay: number): readonly number[] {
  const days: number[] = [];
  for (let day = fromDay; day <= toDay; day += 1) if (isDue(asked, known, day)) days.push(day);
  return days;
}

function isDue({ when, phases }: Asked, known: Known, day: number): boolean {
  const course = courseOn(known, day);
  return runsIn(phases, phaseOn(course, day)) && occasionsOn(when, course, day) > 0;
}

/** What is asked on a day may be filled in for so long after it, if nothing is asked anew before. */
const openDays = 14;
/** Nothing is asked at a longer interval than this; later answers are of no due day before. */
const maxInterval = 100;

function nextDueDay(asked: Asked, known: Known, day: number): number {
  for (let next = day + 1; next <= day + maxInterval; next += 1)
    if (isDue(asked, known, next)) return next;
  return day + maxInterval + 1;
}

export interface AskedForm extends FormFacts {
  readonly answered: number | null;
}

/** Before the programme (requirement R44): the first answers in the time of the zero measurement. */
export function formsBefore(known: Known): readonly AskedForm[] {
  const { plan, startDay } = currentCourse(known);
  const before = startDay + plan.baseline.windowDays;
  return measured(known).map((it) => {
    const first = answersTo(known, it.questionnaire).find(({ day }) => day < before);
    return { ...it, answered: first?.day ?? null };
  });
}

/**
 * After it: the same again, and what the plan asks at its end. They count from as many days before the
 * end as the zero measurement took, and never those of the zero measurement itself.
 */
export function formsAfter(known: Known, endDay: number): readonly AskedForm[] {
  const { plan, startDay, content } = currentCourse(known);
  const from = Math.max(startDay + plan.baseline.windowDays, endDay - plan.baseline.windowDays);
  const again = measured(known);
  const atEnd = plan.questionnaires
    .filter((it) => it.enabledByDefault && isAskedAtEnd(it, plan.duration.defaultDays))
    .map((it) => formFacts(it, content))
    .filter((it) => !again.some(({ questionnaire }) => questionnaire === it.questionnaire));
  return [...again, ...atEnd].map((it) => {
    const last = answersTo(known, it.questionnaire).findLast(({ day }) => day >= from);
    return { ...it, answered: last?.day ?? null };
  });
}

function isAskedAtEnd({ when }: Asked, lastDay: number): boolean {
  return when.type === 'days' && when.days.includes(lastDay);
}

/** What the zero measurement asks for and the plan has on; licensed ones by their scores. */
function measured(known: Known): readonly FormFacts[] {
  const { plan, content } = currentCourse(known);
  const wanted = [...plan.baseline.questionnaires, ...plan.baseline.imports];
  return plan.questionnaires
    .filter((it) => it.enabledByDefault && wanted.includes(it.id))
    .map((it) => formFacts(it, content));
}

/** What an end today would lack: answers of the last days, where the programme asks for them. */
export function formsMissingNow(known: Known): readonly FormFacts[] {
  if (planOf(known).questionnaires.length === 0) return [];
  return formsAfter(known, today(known)).filter((it) => it.answered === null);
}
