import type { Plan } from '@hemma/protocols/plans/plan.js';
import { derivedMetrics } from './derived.js';
import { intervalDays } from '@hemma/protocols/plans/frequency.js';

/**
 * Days between two due days of what a metric is measured by, in a phase; the longest of all phases
 * when none is named (monitoring plans §5).
 */
export function intervalOf(plan: Plan, metric: string, phase: string | null): number {
  const source = derivedMetrics.get(metric)?.follows ?? metric;
  const questionnaire = plan.questionnaires.find((it) => source === `q:${it.id}`);
  if (questionnaire !== undefined) return intervalDays(questionnaire.when, phase);
  const tasks = plan.tasks.filter((it) => it.id === source || it.measurementTypes.includes(source));
  const task = tasks.find((it) => it.enabledByDefault) ?? tasks[0];
  return task === undefined ? 1 : intervalDays(task.schedule.frequency, phase);
}
