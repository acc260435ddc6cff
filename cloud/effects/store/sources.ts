import type { Level } from '@hemma/protocols/api/effects.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Kysely } from 'kysely';
import type { Catalogue } from '../../catalogue.js';
import type { Tables } from '../../database/schema.js';
import type { PlanOf } from '../../episodes/episode-course.js';
import type { Episode } from '../../episodes/episodes.js';
import { zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import type { Content } from '../../plans/content.js';
import type { KeptEvent } from '../../record/care-record.js';
import type { Span } from '../period.js';

/** What the log is read with. */
export interface EffectSources {
  readonly db: Kysely<Tables>;
  readonly content: Content;
  readonly planOf: PlanOf;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
}

/** The part of the log that a report is about. */
export interface LogAsked {
  readonly span: Span;
  readonly level: Level;
}

/** The local days of patients and staff. */
export const calendar = zonedCalendar();

/** Episodes with what their patients did; the events of a patient are shared by the episodes. */
export interface Group {
  readonly episodes: readonly Episode[];
  readonly events: ReadonlyMap<string, readonly KeptEvent[]>;
}

/** Parts of a list, so that one statement is about no more than `size` of it. */
export function chunksOf<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(list.length / size);
  return Array.from({ length: count }, (_, i) => list.slice(i * size, (i + 1) * size));
}
