import type { Task } from '@hemma/protocols/plans/task.js';

/**
 * What a task is done by: any of its measurements (monitoring plans §6, "the last value of the task").
 * The pulse comes with other measurements too, and does none of them: it counts where it is all.
 */
export function ownTypes({ measurementTypes }: Pick<Task, 'measurementTypes'>): readonly string[] {
  const own = measurementTypes.filter((it) => it !== 'pulse_rate');
  return own.length === 0 ? measurementTypes : own;
}
