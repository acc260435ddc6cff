import type { Kysely } from 'kysely';
import type { Clock } from '@hemma/runtime/clock.js';
import type { PlanLibrary } from '../authoring/library.js';
import type { Catalogue } from '../catalogue.js';
import type { Tables } from '../database/schema.js';
import type { PlanOf } from '../episodes/episode-course.js';
import { zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import type { Content } from '../plans/content.js';
import type { TaskSink } from '../rules/write-findings.js';

/** What prescribing works with, from the command line and over HTTP alike. */
export interface PrescribingParts {
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  readonly content: Content;
  /** Which versions there are, and which of them may be started. */
  readonly library: Pick<PlanLibrary, 'newest' | 'isRetired'>;
  readonly planOf: PlanOf;
  readonly catalogue: Catalogue;
  /** Tasks of what is over when an episode ends. */
  readonly worklist: TaskSink;
}

/** The local days of patients and staff. */
export const calendar = zonedCalendar();
