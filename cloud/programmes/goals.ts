import type { GoalInterval } from '@hemma/protocols/api/programmes.js';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { Text } from '@hemma/protocols/plans/text.js';
import { activityLog } from '../plans/completed.js';
import { type Decimal, compare, decimal, mean, roundHalfUp } from '../plans/decimal.js';
import { derivedMetrics } from '../plans/derived.js';
import { Facts } from '../plans/facts.js';
import type { PatientReading } from '../plans/record.js';
import { numberOf } from '../plans/parameters.js';
import { ofKind } from '../record/care-record.js';
import type { KeptEvent } from '../record/care-record.js';
import { activityTitle } from './choice.js';
import { type Known, calendarOf, currentCourse, today } from './known.js';
import { doneActivities } from './activities.js';

/** Goals with how far they are (monitoring plans §7): those of the plan, and the patient's own. */

type PlanGoal = Plan['goals'][number];

export interface Goal {
  readonly id: string;
  readonly title: Text;
  readonly isOwn: boolean;
  /** The parameter that decides the target; null where the goal itself does. */
  readonly setting: string | null;
  readonly op: PlanGoal['op'];
  readonly target: number;
  readonly unit: Text;
  readonly interval: GoalInterval | 'change';
  readonly counts: string | null;
  readonly value: number | null;
  readonly isReached: boolean | null;
  readonly setDay: number | null;
}

export type OwnGoal = Extract<KeptEvent['event'], { kind: 'goal' }>;

/** What the latest words on each goal are; one that was ended is not there. */
export function goalsSet(events: readonly KeptEvent[]): ReadonlyMap<string, KeptEvent<OwnGoal>> {
  const set = new Map<string, KeptEvent<OwnGoal>>();
  const told = [...ofKind(events, 'goal'), ...ofKind(events, 'goal-end')];
  for (const it of told.toSorted((a, b) => a.receivedAt - b.receivedAt || (a.id < b.id ? -1 : 1))) {
    if (it.event.kind === 'goal-end') set.delete(it.event.goal);
    else set.set(it.event.goal, { ...it, event: it.event });
  }
  return set;
}

/** Units of plans are words of one language. */
const unitWords: Readonly<Record<string, Text>> = {
  'gånger/vecka': { sv: 'gånger i veckan', en: 'times a week' },
  'pass/vecka': { sv: 'pass i veckan', en: 'sessions a week' },
  moduler: { sv: 'moduler', en: 'modules' },
  poäng: { sv: 'poäng', en: 'points' },
  steg: { sv: 'steg', en: 'on the scale' },
};
const timesWords: Readonly<Record<GoalInterval, Text>> = {
  week: { sv: 'gånger i veckan', en: 'times a week' },
  programme: { sv: 'gånger', en: 'times' },
};

/** `readings` are those that were accepted, since the start. */
export function goalsOf(known: Known, readings: readonly PatientReading[]): readonly Goal[] {
  const course = currentCourse(known);
  const facts = new Facts({
    ...{ course, now: known.now },
    record: { ...known.record, readings, staffActs: [] },
  });
  const set = goalsSet(known.events);
  const ofPlan = course.plan.goals.map((it) => planGoal(known, it, { facts, set: set.get(it.id) }));
  const own = [...set.values()].flatMap((it) => ownGoal(known, it));
  return [...ofPlan, ...own];
}

interface Told {
  readonly facts: Facts;
  readonly set: KeptEvent<OwnGoal> | undefined;
}

function planGoal(known: Known, goal: PlanGoal, { facts, set }: Told): Goal {
  const { parameters, plan } = currentCourse(known);
  const setting = plan.parameters.some((it) => it.id === goal.parameter) ? goal.parameter : null;
  const told = setting === null ? null : numberOf(parameters, setting);
  const target = told?.toNumber() ?? set?.event.target ?? goal.value;
  const value = valueOf(goal, facts, today(known));
  return {
    ...{ id: goal.id, title: goal.title, isOwn: false, setting, op: goal.op, target },
    unit: unitWords[goal.unit] ?? { sv: goal.unit, en: goal.unit },
    interval: intervalOf(goal),
    ...{ counts: null, value: value?.toNumber() ?? null },
    isReached: value && isReached(value, goal.op, decimal(target)),
    setDay: setting !== null || set === undefined ? null : calendarOf(known).dayOf(set.at),
  };
}

function intervalOf({ evaluate }: PlanGoal): Goal['interval'] {
  if (evaluate === 'change-from-baseline') return 'change';
  return evaluate === 'episode' ? 'programme' : 'week';
}

function isReached(value: Decimal, op: PlanGoal['op'], target: Decimal): boolean {
  return op === 'within' ? value.abs().lte(target) : compare(value, op, target);
}

/** Null for a metric that is not one of a programme, or when there is nothing to tell it from. */
function valueOf({ metric, evaluate }: PlanGoal, facts: Facts, day: number): Decimal | null {
  if (evaluate === 'change-from-baseline') return changeOf(metric, facts, day);
  const rolling = derivedMetrics.get(metric)?.rolling;
  if (rolling === undefined) return null;
  const days = evaluate.startsWith('P') ? Number.parseInt(evaluate.slice(1), 10) : rolling.days;
  const samples = rolling.samples(facts).filter((it) => it.day > day - days && it.day <= day);
  return rolling.value(samples);
}

/** The days that a mean is of, when it is compared with the zero measurement. */
const meanDays = 7;

function changeOf(metric: string, facts: Facts, day: number): Decimal | null {
  const id = metric.replace(/^mean:/, '');
  const baseline = facts.baseline(id, day);
  if (baseline === null) return null;
  const scores = facts.scores(id).filter((it) => it.day > baseline.fromDay);
  const daily = facts.daily(id).filter((it) => it.day > day - meanDays);
  const now = metric === id ? (scores.at(-1)?.value ?? null) : mean(daily.map((it) => it.value));
  return now && roundHalfUp(now.minus(baseline.value), facts.decimals(id));
}

/** One in the patient's words; a changed target of a plan's goal is none. */
function ownGoal(known: Known, { event, at }: KeptEvent<OwnGoal>): readonly Goal[] {
  if (event.words === null) return [];
  const { goal, words, target, interval, counts } = event;
  const value = counts === null ? null : countOf(known, counts, interval);
  return [
    {
      ...{ id: goal, title: { sv: words, en: words }, isOwn: true, setting: null, op: '>=' },
      ...{ target, unit: timesWords[interval], interval, counts, value },
      isReached: value === null ? null : value >= target,
      setDay: calendarOf(known).dayOf(at),
    },
  ];
}

const weekDays = 7;

/** How often an activity, or a task, was done in the last seven days or in all. */
function countOf(known: Known, counts: string, interval: GoalInterval): number {
  const now = today(known);
  const isNear = (day: number) => interval === 'programme' || day > now - weekDays;
  const { plan } = currentCourse(known);
  const task = plan.tasks.find((it) => it.id === counts);
  const done = doneActivities(known, task ?? { id: activityLog.task });
  return done.filter((it) => isNear(it.day) && (task !== undefined || it.activity === counts))
    .length;
}

/** What may count towards a goal, with what it is called: activities and what is done. */
export function countable(known: Known): ReadonlyMap<string, Text> {
  const { plan, content } = currentCourse(known);
  const tasks = plan.tasks.filter((it) => it.enabledByDefault && it.type !== 'message');
  const doing = tasks.filter((it) => it.type === 'content' || it.type === 'activity');
  const list = plan.parameters.find((it) => it.unit === 'list');
  const hasLog = doing.some((it) => it.id === activityLog.task);
  const activities = hasLog ? (list?.allowed ?? []) : [];
  return new Map([
    ...doing.map((it) => [it.id, it.title] as const),
    ...activities.map((id) => [id, activityTitle(id, content)] as const),
  ]);
}
