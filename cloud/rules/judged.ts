import type { Transaction } from 'kysely';
import type { Prompt } from '@hemma/protocols/wire/command.js';
import type { Catalogue } from '../catalogue.js';
import type { Tables } from '../database/schema.js';
import type { Episode } from '../episodes/episodes.js';
import type { Segment } from '../episodes/segments.js';
import type { LentGateway } from '../fleet/completeness.js';
import type { PatientRecord } from '../plans/record.js';
import type { KeptEvent } from '../record/care-record.js';
import type { KnownFinding } from './finding-rows.js';
import type { Measured } from './patient-record.js';
import type { TaskSink } from './write-findings.js';

type Trx = Transaction<Tables>;

/** What is asked in the home of a patient; everything within the transaction of the finding. */
export interface PromptSink {
  /** From now on the patient is asked these things because of the episode, and nothing else. */
  sync(trx: Trx, episode: Judged['episode'], prompts: readonly Prompt[]): Promise<void>;
  /** Something else that the homes of the patient are told has changed. */
  homeChanged(trx: Trx, patient: string): Promise<void>;
}

export interface Judged {
  readonly trx: Trx;
  readonly episode: Pick<Episode, 'id' | 'patient'>;
  /** What was in force when. */
  readonly segments: readonly [Segment, ...Segment[]];
  /** What people did, for the patient as a whole. */
  readonly events: readonly KeptEvent[];
  /** Those that are lent to the patient. */
  readonly gateways: readonly LentGateway[];
  /** The plans of all that the patient follows, of this episode the version in force; oldest first. */
  readonly following: readonly { readonly episode: string; readonly codes: ReadonlySet<string> }[];
  readonly catalogue: Catalogue;
  readonly tasks: TaskSink;
  readonly prompts: PromptSink;
  /** `news`: something came through the journal; `look`: time has passed, or people did something. */
  readonly why: 'news' | 'look';
  /** The journal has more than is judged with this: nothing is taken once and for all. */
  readonly isBehind: boolean;
  /** When the oldest of the news was measured; null when it is time that has passed. */
  readonly oldest: number | null;
  readonly now: number;
  /** Position of the journal that is reached with this. */
  readonly position: number;
}

/** How far an episode has been judged, in event time. */
export interface Judging {
  readonly judged_until: number;
  readonly missing_until: number;
  readonly news_from: number | null;
  readonly next_at: number | null;
}

/** What one evaluation looks at. */
export interface Evaluated {
  readonly known: readonly KnownFinding[];
  readonly measured: Measured;
  readonly record: PatientRecord;
  readonly completeTo: number;
  /** Ids of events and measurements that were entered in error. */
  readonly errors: ReadonlySet<string>;
  /** Event time: from where missing data is judged; null when it is not looked at now. */
  readonly missingFrom: number | null;
}
