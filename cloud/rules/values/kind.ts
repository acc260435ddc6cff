import type { Severity } from '@hemma/protocols/plans/rule.js';
import type { Text } from '@hemma/protocols/plans/text.js';
import type { Catalogue } from '../../catalogue.js';
import type { PastMeasurement } from '../../journal/journal.js';
import type { Course } from '../../plans/course.js';
import type { Audience, Topic } from '../tables.js';

/** What is in force for a value, and what else the patient is to measure. */
export interface ValueScene {
  /** Of the time at which it was measured. */
  readonly course: Course;
  readonly catalogue: Catalogue;
  /** Whether any plan that the patient follows asks for one of these measurements. */
  readonly isExpected: (codes: readonly string[]) => boolean;
}

/** What is to be said of an entry that gave no value to judge. */
export interface Remark {
  readonly cause: string;
  /** What it is about: a kind of reading, or the parameter that is not set. */
  readonly about: string;
  readonly code: string | null;
  readonly severity: Severity;
  readonly audience: Audience;
  readonly hint: Text;
}

/** A kind of task about values: one file each, one line in `table.ts`. */
export interface ValueKind {
  readonly topic: Exclude<Topic, 'assess' | 'missing'>;
  /** Null when there is nothing to say of the entry. */
  remark(entry: PastMeasurement, scene: ValueScene): Remark | null;
}
