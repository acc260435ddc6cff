import type { Running } from '@hemma/protocols/plans/phases.js';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { Content } from './content.js';
import { withDefaults } from './parameters.js';

/** How one plan runs for one patient. Days are local calendar days. */
export interface Course extends Running {
  readonly plan: Plan;
  readonly content: Content;
  /** Days between two due days, where a dry run tells it; else the schedule of the plan does. */
  readonly toldInterval: number | null;
}

type CourseOptions = Pick<Course, 'plan' | 'content' | 'calendar' | 'parameters' | 'startDay'> &
  Partial<Pick<Course, 'phaseMoves' | 'phaseKnown' | 'toldInterval'>>;

export function courseOf(options: CourseOptions): Course {
  return {
    phaseMoves: [],
    phaseKnown: true,
    toldInterval: null,
    ...options,
    parameters: withDefaults(options.plan, options.parameters),
  };
}
