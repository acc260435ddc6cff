import type { Frequency, QuestionnaireFrequency } from './schedule.js';
import { weekdayOf } from './calendar.js';
import { phaseOn } from './phases.js';
import type { Running } from './phases.js';

/** Monitoring plans §2: on which days something is due, and how often. */

type AnyFrequency = Frequency | QuestionnaireFrequency;

/** How many times something is due on a day, whatever its windows. */
export function occasionsOn(frequency: AnyFrequency, course: Running, day: number): number {
  const planDay = day - course.startDay;
  switch (frequency.type) {
    case 'daily':
      return 1;
    case 'weekly':
      return frequency.daysOfWeek.includes(weekdayOf(day)) ? 1 : 0;
    case 'every':
      return planDay % frequency.days === 0 ? 1 : 0;
    case 'days':
      return frequency.days.includes(planDay) ? 1 : 0;
    case 'phase': {
      const phase = phaseOn(course, day);
      const form = phase === null ? 'none' : (shortForms(frequency).get(phase.id) ?? 'none');
      return occasionsOn(fromShortForm(form), course, day);
    }
    case 'from-parameter':
      return spreadEvenly(Number(course.parameters[frequency.parameter] ?? 0), weekdayOf(day));
    default:
      return 0;
  }
}

/** N a week: up to 7 on weekdays 1 + floor(i·7/N); more as floor or ceil of N/7, larger first. */
function spreadEvenly(perWeek: number, weekday: number): number {
  if (perWeek > 7) return Math.floor(perWeek / 7) + (weekday <= perWeek % 7 ? 1 : 0);
  const days = Array.from({ length: perWeek }, (_, i) => 1 + Math.floor((i * 7) / perWeek));
  return days.includes(weekday) ? 1 : 0;
}

/**
 * The interval of a schedule in days, for the age limit of consecutive values (§5): 1 for daily,
 * 7/k for k days a week, d for every d days. Without a known phase it is the longest of the phases.
 */
export function intervalDays(frequency: AnyFrequency, phase: string | null): number {
  switch (frequency.type) {
    case 'weekly':
      return 7 / frequency.daysOfWeek.length;
    case 'every':
      return frequency.days;
    case 'days':
      return longestGap(frequency.days);
    case 'phase': {
      const forms = shortForms(frequency);
      const told = phase === null ? undefined : forms.get(phase);
      const intervals = (told === undefined ? [...forms.values()] : [told]).map((form) =>
        intervalDays(fromShortForm(form), null),
      );
      return Math.max(1, ...intervals);
    }
    default:
      return 1;
  }
}

function longestGap(days: readonly number[]): number {
  const sorted = days.toSorted((a, b) => a - b);
  return Math.max(1, ...sorted.slice(1).map((day, i) => day - (sorted[i] ?? day)));
}

function shortForms(frequency: Extract<AnyFrequency, { type: 'phase' }>): Map<string, string> {
  const entries = Object.entries(frequency).filter(([key]) => key !== 'type');
  return new Map(entries.flatMap(([key, it]) => (typeof it === 'string' ? [[key, it]] : [])));
}

/** `daily`, `weekly:1,4`, `every:14`; `none` is due on no day. */
function fromShortForm(form: string): AnyFrequency {
  const [type, list = ''] = form.split(':');
  const numbers = list.split(',').map(Number);
  if (type === 'daily') return { type };
  if (type === 'weekly') return { type, daysOfWeek: numbers };
  if (type === 'every') return { type, days: numbers[0] ?? 1 };
  return { type: 'on-demand', suggestedBy: [] };
}
