import { createHash } from 'node:crypto';
import type { StaffedHours } from '@hemma/protocols/api/units.js';
import type { Pause } from '@hemma/protocols/plans/occasions.js';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { Task } from '@hemma/protocols/plans/task.js';
import { quantityUnits, readingKinds } from '@hemma/protocols/reading.js';
import type { QuantityCode } from '@hemma/protocols/reading.js';
import { kindQuantities } from '@hemma/protocols/wire/measurement.js';
import type {
  OnDemand,
  Schedule,
  ScheduleForm,
  ScheduleTask,
} from '@hemma/protocols/wire/schedule.js';
import { typesThatCount } from '@hemma/protocols/plans/done.js';
import { safetyPage } from '../forms/safety-texts.js';
import type { Course } from '../plans/course.js';
import { patientForms } from '../plans/whose-form.js';
import type { PatientRecord } from '../plans/record.js';
import { plannedSeries, readingsPerWindow, startDays, taskOfSeries } from '../plans/series-runs.js';
import { goalBand } from '../rules/goals.js';
import { hoursText } from './hours-text.js';

/** What a schedule is compiled from: one running episode as it stands now. */
export interface Compiled {
  readonly patient: string;
  readonly course: Course;
  readonly record: Pick<PatientRecord, 'seriesStarts'>;
  readonly pauses: readonly Pause[];
  /** Of the unit that answers; null when none does. */
  readonly hours: StaffedHours | null;
  /** The local day that it is compiled on: what was over before is left out. */
  readonly today: number;
  readonly timeZone: string;
}

/** How far back a home may have to tell what an occasion was: late entries, and two weeks shown. */
const keptDays = 28;
/** Series that a home has to know: with one a week, more than a year. */
const maxSpans = 60;

const emergency = {
  sv: 'Hemma är ingen akuttjänst. Vid akut sjukdom: ring 112. Råd dygnet runt: ring 1177.',
  en: 'Hemma is no emergency service. In an emergency, call 112. For advice at any hour, call 1177.',
};

/**
 * The plan of one patient as a home follows it without the cloud (monitoring plans §2 and §4). A pure
 * function: the same plan, settings and events give the same revision. Limits of rules stay here.
 */
export function compileSchedule(compiled: Compiled): Schedule {
  const { patient, course, pauses, hours, today, timeZone } = compiled;
  const { plan, startDay } = course;
  // What no device and no hand at home can measure is done elsewhere: it would stay open for ever.
  const tasks = plan.tasks
    .filter((it) => it.enabledByDefault)
    .map((it) => taskOf(it, course))
    .filter((it) => it.kinds.length > 0);
  const questionnaires = questionnairesOf(course);
  return sealed({
    ...{ v: 1, patient, plan: plan.id, planVersion: plan.version, title: plan.title },
    ...{ timeZone, startDay },
    phases: [...plan.phases],
    phaseMoves: movesOf(course, today),
    pauses: pauses
      .filter((it) => it.toDay >= today - keptDays)
      .map(({ fromDay, toDay }) => ({
        fromDay,
        toDay: Number.isFinite(toDay) ? toDay : null,
      })),
    parameters: parametersOf(tasks, course),
    series: spansOf(compiled),
    seriesRules: seriesRulesOf(course),
    tasks,
    questionnaires,
    onDemand: onDemandOf(tasks, questionnaires),
    goals: goalsOf(course),
    instructions: plan.patientInstructions,
    looks: hoursText(hours),
    emergency: plan.emergencyNotice ?? emergency,
  });
}

/** A schedule with the revision that follows from its content; the one that it has does not count. */
export function sealed(content: Unsealed): Schedule {
  const text = JSON.stringify({ ...content, revision: undefined });
  const digest = createHash('sha256').update(text).digest('hex');
  return { ...content, revision: digest.slice(0, 16) };
}

type Unsealed = Omit<Schedule, 'revision'> & { readonly revision?: string };

/** Moves that say in which phase a day is that the home may still ask about. */
function movesOf({ phaseMoves }: Course, today: number): Schedule['phaseMoves'] {
  const days = phaseMoves.map((it) => it.day).filter((it) => it <= today - keptDays);
  const since = Math.max(...days);
  return phaseMoves.filter((it) => it.day >= since).map(({ day, phase }) => ({ day, phase }));
}

/** Settings by which days are found. */
function parametersOf(
  tasks: readonly ScheduleTask[],
  { parameters }: Course,
): Schedule['parameters'] {
  const named = tasks.flatMap(({ schedule: { frequency } }) =>
    'parameter' in frequency && typeof frequency.parameter === 'string'
      ? [frequency.parameter]
      : [],
  );
  return Object.fromEntries(named.map((id) => [id, parameters[id] ?? null]));
}

function spansOf({ course, record, today }: Compiled): Schedule['series'] {
  const spans = (course.plan.series ?? []).flatMap(({ id }) => {
    const planned = plannedSeries(course, id);
    if (planned === null) return [];
    const { lengthDays, maxExtensionDays } = planned.rules;
    return startDays(planned, course, record)
      .filter((it) => it + lengthDays + maxExtensionDays > today - keptDays)
      .map((fromDay) => ({ series: id, fromDay, toDay: fromDay + lengthDays - 1 }));
  });
  return spans.toSorted((a, b) => a.fromDay - b.fromDay).slice(0, maxSpans);
}

/** The home counts for itself when a series has enough: the days of an extension come without the cloud. */
function seriesRulesOf(course: Course): Schedule['seriesRules'] {
  return (course.plan.series ?? []).flatMap(({ id }) => {
    const planned = plannedSeries(course, id);
    const task = taskOfSeries(course, id);
    if (planned === null || !task?.enabledByDefault) return [];
    const quantities = planned.series.members.filter(
      (it): it is QuantityCode => it in quantityUnits,
    );
    const { windows, ...rules } = planned.rules;
    return { series: id, task: task.id, quantities, windows: [...windows], ...rules };
  });
}

function taskOf(task: Task, course: Course): ScheduleTask {
  const { schedule, device, lateEntry, reminder } = task;
  const quantities = typesThatCount(task.measurementTypes).filter(
    (it): it is QuantityCode => it in quantityUnits,
  );
  return {
    ...{ id: task.id, title: task.title, instructions: task.instructions },
    kinds: readingKinds.filter((kind) =>
      kindQuantities[kind].some((it) => quantities.includes(it)),
    ),
    ...{ quantities, phases: task.phases },
    schedule: {
      // Which rule suggests it is no business of the home.
      frequency:
        schedule.frequency.type === 'on-demand'
          ? { type: 'on-demand', suggestedBy: [] }
          : schedule.frequency,
      windows: schedule.windows.map(({ id, label, from, to, target }) => ({
        ...{ id, label, from, to, target },
      })),
    },
    readings: readingsPerWindow(task, course),
    minutesBetween: schedule.minutesBetweenReadings,
    restMinutes: schedule.restMinutesBefore,
    byHand: device.manualEntryAllowed && quantities.length > 0,
    backfillDays: lateEntry.allowed ? lateEntry.backfillDays : 0,
    reminder: reminder && {
      ...{ repeatMinutes: reminder.repeatMinutes, maxPerWindow: reminder.maxPerWindow },
      ...{ quietHours: reminder.quietHours, text: reminder.text },
    },
  };
}

function questionnairesOf({ plan, content }: Course): ScheduleForm[] {
  return patientForms(plan).flatMap(({ id, when, phases }) => {
    const form = content.questionnaires.get(id);
    if (form === undefined) return [];
    const { version, title, recall, instruction, answerSets, items, logic } = form;
    const safety = form.safety.map(({ when: { item, op, value }, page }) => {
      const { title: head, paragraphs } = safetyPage(page);
      return { item, op, value, title: head, paragraphs: [...paragraphs] };
    });
    const asked = { id, version, title, recall, instruction, answerSets, items };
    return {
      ...{ when, phases, safety, attribution: form.licence.attribution },
      form: logic === undefined ? asked : { ...asked, logic },
    };
  });
}

/** What has no due time: the home cannot know which rule suggests it, and offers it at any time. */
function onDemandOf(tasks: readonly ScheduleTask[], forms: readonly ScheduleForm[]): OnDemand[] {
  return [
    ...tasks
      .filter((it) => it.schedule.frequency.type === 'on-demand')
      .map(({ id, title, instructions, phases, kinds, quantities, byHand }) => ({
        ...{ id, title, instructions, phases, kinds, quantities, byHand, form: null },
      })),
    ...forms
      .filter(({ when }) => when.type === 'on-activity' || ('onDemand' in when && when.onDemand))
      .map(({ form: { id, title, instruction: instructions }, phases }) => ({
        ...{ id, title, instructions, phases, kinds: [], quantities: [], byHand: false, form: id },
      })),
  ];
}

function goalsOf({ plan, parameters }: Course): Schedule['goals'] {
  return shownQuantities(plan).flatMap((quantity) => {
    const band = goalBand(plan, parameters, quantity);
    return band === null ? [] : [{ quantity, low: band.low, high: band.high }];
  });
}

function shownQuantities(plan: Plan): readonly QuantityCode[] {
  const named = new Set(
    plan.tasks.filter((it) => it.enabledByDefault).flatMap((it) => it.measurementTypes),
  );
  return (Object.keys(quantityUnits) as QuantityCode[]).filter((it) => named.has(it)); // its own keys
}
