import { CodedError } from '@hemma/protocols/errors.js';
import type { Problem } from '../plans/problems.js';

/** What is prescribed cannot hold as it is: every reason at once, each with a code of its own. */
export class PrescriptionRefused extends CodedError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super('prescription_refused');
    this.name = 'PrescriptionRefused';
    this.problems = problems;
  }

  /** For a terminal: a line for each reason. */
  inLines(): string {
    const reasons = this.problems.map((it) => `  ${it.code} ${it.path}: ${it.message}`);
    return [this.message, ...reasons].join('\n');
  }
}

/** Throws {@link PrescriptionRefused} when there is a reason. */
export function mustHaveNoProblem(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new PrescriptionRefused(problems);
}
