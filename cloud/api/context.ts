import type { Kysely } from 'kysely';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Log } from '@hemma/runtime/log.js';
import type { PlanLibrary } from '../authoring/library.js';
import type { Catalogue } from '../catalogue.js';
import type { Tables } from '../database/schema.js';
import type { PlanOf } from '../episodes/episode-course.js';
import type { Fleet } from '../fleet/fleet.js';
import type { FormsOfPatients } from '../forms/forms.js';
import type { Journal } from '../journal/journal.js';
import type { Content } from '../plans/content.js';
import type { Organisation } from '../plans/guard.js';
import type { Staff } from '../staff/staff.js';
import type { Trends } from '../trends/trends.js';
import type { Worklist } from '../worklist/worklist.js';
import type { LiveFeed } from './live.js';

/** What the routes answer from. */
export interface ApiContext {
  readonly db: Kysely<Tables>;
  readonly journal: Pick<Journal, 'head' | 'onAppended'>;
  readonly trends: Trends;
  readonly worklist: Worklist;
  readonly staff: Staff;
  readonly forms: FormsOfPatients;
  readonly fleet: Pick<Fleet, 'overview'>;
  readonly followers: readonly { readonly name: string; readonly behind: number }[];
  readonly library: PlanLibrary;
  /** What the organisation has licensed and confirmed, for what it publishes. */
  readonly tenant: Organisation;
  readonly planOf: PlanOf;
  readonly content: Content;
  readonly catalogue: Catalogue;
  readonly live: LiveFeed;
  readonly clock: Clock;
  readonly log: Log;
}
