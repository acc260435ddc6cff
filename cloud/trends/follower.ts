import type { Kysely } from 'kysely';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Log } from '@hemma/runtime/log.js';
import type { Tables } from '../database/schema.js';
import { faultOf } from '../fault.js';
import { resetPlace } from '../follow.js';
import type { ProjectingFollower } from '../follow.js';
import type { JournalEntry } from '../journal/journal.js';
import type { Trends } from './trends.js';

const name = 'trends';

export interface TrendsFollowerParts {
  readonly trends: Trends;
  readonly db: Kysely<Tables>;
  readonly log: Log;
  /** Told whose points came; charts are drawn anew then. */
  readonly changed?: (patients: readonly string[]) => void;
}

/** Copies the journal into the time series store. */
export class TrendsFollower implements ProjectingFollower {
  readonly name = name;
  readonly mode = 'projecting';
  readonly #parts: TrendsFollowerParts;
  /** Whether the store was seen to hold what the place says; asked again after every outage. */
  #checked = false;

  constructor(parts: TrendsFollowerParts) {
    this.#parts = parts;
  }

  async apply(entries: readonly JournalEntry[]): Promise<void> {
    try {
      if (!this.#checked && (await this.#wasEmptied(entries))) await this.#beginAnew();
      else await this.#write(entries);
      this.#checked = true;
      this.#parts.changed?.([...new Set(entries.map((entry) => entry.patient))]);
    } catch (error) {
      this.#checked = false;
      throw error;
    }
  }

  /** A store that lost its files comes back empty: it is filled from the beginning. */
  async #wasEmptied(entries: readonly JournalEntry[]): Promise<boolean> {
    const first = entries[0]?.position ?? 1;
    return first > 1 && (await this.#parts.trends.count()) === 0;
  }

  async #beginAnew(): Promise<void> {
    this.#parts.log.warn({ follower: name }, 'the time series store is empty: filling it again');
    await resetPlace(this.#parts.db, name);
  }

  /** What the store refuses for ever is logged and passed over: it must not hold up all patients. */
  async #write(entries: readonly JournalEntry[]): Promise<void> {
    try {
      await this.#parts.trends.write(entries.map((entry) => entry.measurement));
    } catch (error) {
      if (!isRefused(error)) throw error;
      if (entries.length > 1) for (const entry of entries) await this.#write([entry]);
      else this.#reportRefused(entries[0], error);
    }
  }

  #reportRefused(entry: JournalEntry | undefined, error: unknown): void {
    const where = { position: entry?.position ?? null };
    this.#parts.log.error({ ...where, ...faultOf(error) }, 'refused by the store');
  }
}

/** Empties the store and sends its follower back to the beginning of the journal. */
export async function rebuildTrends(trends: Trends, db: Kysely<Tables>): Promise<void> {
  await trends.clear();
  await resetPlace(db, name);
}

function isRefused(error: unknown): boolean {
  return error instanceof CodedError && error.code === 'trends_refused';
}
