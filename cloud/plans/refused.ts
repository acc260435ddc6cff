import type { ErrorCode } from '@hemma/protocols/errors.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Problem } from './problems.js';

/** Something cannot hold as it is: every reason at once, each with a code of its own. */
export class Refused extends CodedError {
  readonly problems: readonly Problem[];

  /** `message` says more than what the code means. */
  constructor(code: ErrorCode, problems: readonly Problem[], message?: string) {
    super(code, message);
    this.name = 'Refused';
    this.problems = problems;
  }

  /** For a terminal: a line for each reason. */
  inLines(): string {
    const reasons = this.problems.map((it) => `  ${it.code} ${it.path}: ${it.message}`);
    return [this.message, ...reasons].join('\n');
  }
}
