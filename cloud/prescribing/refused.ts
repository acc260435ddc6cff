import type { Problem } from '../plans/problems.js';
import { Refused } from '../plans/refused.js';

/** What is prescribed cannot hold as it is. */
export class PrescriptionRefused extends Refused {
  constructor(problems: readonly Problem[]) {
    super('prescription_refused', problems);
    this.name = 'PrescriptionRefused';
  }
}

/** Throws {@link PrescriptionRefused} when there is a reason. */
export function mustHaveNoProblem(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new PrescriptionRefused(problems);
}
