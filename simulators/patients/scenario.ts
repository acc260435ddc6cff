/** The patients that can be simulated, by name. */
import type { Scenario } from './course.js';
import { scenarios } from './scenarios.generated.js';

/** The scenario of this name; throws RangeError when there is none. */
export function scenarioOf(name: string): Scenario {
  const scenario = scenarios.find((one) => one.name === name);
  if (scenario === undefined) throw new RangeError(`there is no scenario ${name}`);
  return scenario;
}
