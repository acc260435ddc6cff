import type { Choice } from '@hemma/protocols/api/programmes.js';
import { leavesOf } from '@hemma/protocols/plans/condition.js';
import type { Parameter, Plan } from '@hemma/protocols/plans/plan.js';
import type { Text } from '@hemma/protocols/plans/text.js';
import { activityLog, activityTypes } from '../plans/completed.js';
import type { Content } from '../plans/content.js';
import { type ParameterValues, numberOf } from '../plans/parameters.js';
import { ofKind } from '../record/care-record.js';
import { type Known, calendarOf, currentCourse } from './known.js';

/** What a plan leaves to patient and staff: which activities, how often and how long (R51). */

export interface Choosable {
  readonly activities: Parameter;
  readonly perWeek: Parameter;
  readonly minutesEach: Parameter | null;
  readonly restAfter: Parameter | null;
}

/**
 * Null where there is nothing to choose: no list of activities, none that is due so many times a week,
 * or a limit of a yellow or red rule in it, which a licensed professional decides.
 */
export function choosableIn(plan: Plan): Choosable | null {
  const frequency = plan.tasks.find((it) => it.id === activityLog.task && it.enabledByDefault)
    ?.schedule.frequency;
  if (frequency?.type !== 'from-parameter') return null;
  const named = (id: string) => plan.parameters.find((it) => it.id === id) ?? null;
  const activities = plan.parameters.find((it) => it.unit === 'list');
  const perWeek = named(frequency.parameter);
  if (activities === undefined || perWeek === null || isLimit(plan, perWeek.id)) return null;
  const free = (id: string) => (isLimit(plan, id) ? null : named(id));
  return { activities, perWeek, minutesEach: free('minutesEach'), restAfter: free('restAfter') };
}

function isLimit({ rules }: Plan, parameter: string): boolean {
  return rules.some(
    ({ severity, when }) =>
      severity !== 'info' &&
      leavesOf(when).some(
        (it) => 'valueFromParameter' in it && it.valueFromParameter === parameter,
      ),
  );
}

/** The activities of a patient on a day, each with its times a week where they were told. */
export function chosenOn(known: Known, day: number): ReadonlyMap<string, number | null> {
  const { plan } = currentCourse(known);
  const choosable = choosableIn(plan);
  if (choosable === null) return new Map();
  const at = calendarOf(known).instant(day + 1, 0) - 1;
  const { parameters } = (known.segments.findLast((it) => it.from <= at) ?? known.segments[0])
    .course;
  const told = ofKind(known.events, 'choice').findLast((it) => it.at <= at)?.event.counts ?? {};
  const ids = chosenIn(parameters, choosable);
  // Limits that were changed since then may say something else than the numbers did.
  const isWhole = ids.length === Object.keys(told).length && ids.every((id) => id in told);
  const sum = Object.values(told).reduce((total, it) => total + it, 0);
  const holds = isWhole && sum === numberOf(parameters, choosable.perWeek.id)?.toNumber();
  return new Map(ids.map((id) => [id, holds ? (told[id] ?? null) : null]));
}

function chosenIn(parameters: ParameterValues, { activities }: Choosable): readonly string[] {
  const value = parameters[activities.id];
  return Array.isArray(value) ? value : [];
}

/** What an activity is called: as in the form in which it is described. */
export function activityTitle(id: string, { questionnaires }: Content): Text {
  const set = questionnaires.get(activityLog.questionnaire)?.answerSets['type'];
  const answers = Array.isArray(set) ? set : [];
  const type = activityTypes.get(id);
  return answers.find((it) => it.value === type)?.text ?? { sv: id, en: id };
}

export function choiceOf(known: Known, day: number): Choice | null {
  const { plan, content, parameters } = currentCourse(known);
  const choosable = choosableIn(plan);
  if (choosable === null) return null;
  const chosen = chosenOn(known, day);
  const valueOf = (it: Parameter | null) =>
    it === null ? null : (numberOf(parameters, it.id)?.toNumber() ?? null);
  const { minutesEach, restAfter, perWeek } = choosable;
  return {
    activities: (choosable.activities.allowed ?? []).map((id) => ({
      ...{ id, title: activityTitle(id, content), isChosen: chosen.has(id) },
      perWeek: chosen.get(id) ?? null,
    })),
    perWeek: valueOf(perWeek) ?? 0,
    minutesEach: valueOf(minutesEach),
    restAfter: valueOf(restAfter),
    bounds: {
      perWeek: boundsOf(perWeek),
      minutesEach: minutesEach && boundsOf(minutesEach),
      restAfter: restAfter && boundsOf(restAfter),
    },
  };
}

/** Without bounds of its own, a number is one that fits into a week. */
function boundsOf({ min, max }: Parameter): { min: number; max: number } {
  return { min: min ?? 0, max: max ?? 7 * 1_440 };
}
