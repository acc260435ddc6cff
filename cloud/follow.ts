import { setImmediate as nextTurn } from 'node:timers/promises';
import { Backoff } from '@hemma/runtime/backoff.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Part } from '@hemma/runtime/lifecycle.js';
import type { Log } from '@hemma/runtime/log.js';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from './database/schema.js';
import { faultOf } from './fault.js';
import { GiveWay } from './give-way.js';
import type { Foremost } from './give-way.js';
import type { Journal, JournalEntry } from './journal/journal.js';

/**
 * A follower reads the journal in order and keeps its own place, so it may stop, fail or be new, and
 * catches up by itself. Nothing is ever left out: whatever the error, the same entries come again.
 */
export type Follower = ProjectingFollower | TransactionalFollower;

/** Writes somewhere else; the place is saved afterwards, so after a crash a batch comes again. */
export interface ProjectingFollower {
  readonly name: string;
  readonly mode: 'projecting';
  /** Must give the same result when the same entries are applied again. */
  apply(entries: readonly JournalEntry[]): Promise<void>;
}

/** Writes into tables of its own; entries and place are committed together: exactly once. */
export interface TransactionalFollower {
  readonly name: string;
  readonly mode: 'transactional';
  /** Reads and writes through `trx` only: SQLite has one connection, and it is this one. */
  apply(entries: readonly JournalEntry[], trx: Transaction<Tables>): Promise<void>;
  /** After the commit: the moment to tell the pages. */
  committed?(entries: readonly JournalEntry[]): void;
  /** Whether something is to be done because time has passed; asked every few seconds. */
  isDue?(db: Kysely<Tables>): Promise<boolean>;
  /** Does it, with the journal applied up to `position`; gives what is to be done after the commit. */
  wake?(trx: Transaction<Tables>, position: number): Promise<() => void>;
}

export interface FollowingParts {
  readonly follower: Follower;
  readonly journal: Journal;
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  readonly log: Log;
  /** Ingest, where it runs in this process: what is not stored yet goes before what can be repeated. */
  readonly foremost?: Foremost;
}

/** Entries per step: about a megabyte, and a step stays well below a second. */
const stepEntries = 1_000;
/** Steps in a row after which what is due is looked at, however much the journal still has. */
const maxStepsWithoutWake = 20;
/** Another process may have appended; this one is only told of its own appends. */
const pollMs = 2_000;
/** A store that restarts is back in seconds; one that is away for long is asked twice a minute. */
const retryLimits = { firstMs: 250, maxMs: 30_000 };

interface Place {
  readonly position: number;
  readonly resets: number;
}

/** Runs one follower. */
export class Following implements Part {
  readonly name: string;
  readonly #parts: FollowingParts;
  readonly #backoff = new Backoff(retryLimits);
  readonly #giveWay: GiveWay;
  #stopped = false;
  #appends = 0;
  #pause = new AbortController();
  #loop: Promise<void> | null = null;
  #behind = 0;
  #stepsWithoutWake = 0;
  #failing = false;

  constructor(parts: FollowingParts) {
    this.name = parts.follower.name;
    this.#parts = parts;
    this.#giveWay = new GiveWay(parts.clock, parts.foremost ?? { busy: false });
  }

  /** How many entries of the journal are not applied yet. */
  get behind(): number {
    return this.#behind;
  }

  /** Whether the last step failed and is being repeated. */
  get failing(): boolean {
    return this.#failing;
  }

  /** Applies what there is and then ends; throws where the loop would try again. */
  async catchUp(): Promise<void> {
    while (await this.#step()) await nextTurn();
  }

  start(): void {
    this.#stopped = false;
    this.#loop ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#pause.abort();
    await this.#loop;
    this.#loop = null;
  }

  async #run(): Promise<void> {
    const silence = this.#parts.journal.onAppended(() => {
      this.#appends += 1;
      if (!this.#failing) this.#pause.abort();
    });
    while (!this.#stopped) {
      await this.#turn();
      // SQLite answers without waiting: a long catch-up would otherwise never let sockets be read.
      await nextTurn();
    }
    silence();
  }

  async #turn(): Promise<void> {
    const before = this.#appends;
    try {
      const hasMore = await this.#giveWay.turn(() => this.#step());
      if (this.#failing) this.#parts.log.info({ follower: this.#parts.follower.name }, 'recovered');
      this.#failing = false;
      this.#backoff.reset();
      if (!hasMore && this.#appends === before) await this.#sleep(pollMs);
    } catch (error) {
      this.#failing = true;
      this.#parts.log.warn(
        { follower: this.#parts.follower.name, ...faultOf(error) },
        'will retry',
      );
      await this.#sleep(this.#backoff.next());
    }
  }

  /** Applies one batch; tells whether there is more to do at once. */
  async #step(): Promise<boolean> {
    const { follower, journal, db } = this.#parts;
    const place = await loadPlace(db, follower.name);
    this.#behind = Math.max(0, (await journal.head()) - place.position);
    const entries = await journal.readFrom(place.position, stepEntries);
    const last = entries.at(-1);
    this.#stepsWithoutWake += 1;
    if (last === undefined || this.#stepsWithoutWake > maxStepsWithoutWake) {
      this.#stepsWithoutWake = 0;
      return (await this.#wake(place)) || last !== undefined;
    }
    if (!(await this.#apply(entries, place, last.position))) return true;
    this.#behind = Math.max(0, this.#behind - entries.length);
    // What waited for the end of the journal is looked at in the next step.
    return entries.length === stepEntries || (await this.#isDue());
  }

  /** False when the place was moved meanwhile, by a rebuild or by another process. */
  async #apply(entries: readonly JournalEntry[], place: Place, reached: number): Promise<boolean> {
    const { follower, db } = this.#parts;
    if (follower.mode === 'projecting') {
      await follower.apply(entries);
      return savePlace(db, follower.name, place, reached);
    }
    const saved = await db.transaction().execute(async (trx) => {
      // First, so that of several processes one waits for the other.
      if (!(await savePlace(trx, follower.name, place, reached))) return false;
      await follower.apply(entries, trx);
      return true;
    });
    if (saved) follower.committed?.(entries);
    return saved;
  }

  /** Whether time, or what was put off, leaves the follower something to do. */
  async #isDue(): Promise<boolean> {
    const { follower, db } = this.#parts;
    return follower.mode === 'transactional' && (await follower.isDue?.(db)) === true;
  }

  /** What time alone brings; tells whether there may be more of it. */
  async #wake(place: Place): Promise<boolean> {
    const { follower, db } = this.#parts;
    if (follower.mode === 'projecting' || !(await this.#isDue())) return false;
    const after = await db.transaction().execute(async (trx) => {
      if (!(await savePlace(trx, follower.name, place, place.position))) return null;
      return (await follower.wake?.(trx, place.position)) ?? null;
    });
    after?.();
    return true;
  }

  async #sleep(ms: number): Promise<void> {
    if (this.#stopped) return;
    this.#pause = new AbortController();
    await this.#parts.clock.sleep(ms, this.#pause.signal);
  }
}

async function loadPlace(db: Kysely<Tables>, follower: string): Promise<Place> {
  const find = db
    .selectFrom('places')
    .select(['position', 'resets'])
    .where('follower', '=', follower);
  const known = await find.executeTakeFirst();
  if (known !== undefined) return known;
  await db
    .insertInto('places')
    .values({ follower, position: 0, resets: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return find.executeTakeFirstOrThrow();
}

async function savePlace(
  db: Kysely<Tables>,
  follower: string,
  from: Place,
  position: number,
): Promise<boolean> {
  const result = await db
    .updateTable('places')
    .set({ position })
    .where('follower', '=', follower)
    .where('position', '=', from.position)
    .where('resets', '=', from.resets)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/**
 * Sends a follower back to the beginning. To rebuild a store, empty it first: whatever a running
 * follower writes in between is then written once more.
 */
export async function resetPlace(db: Kysely<Tables>, follower: string): Promise<void> {
  await loadPlace(db, follower);
  await db
    .updateTable('places')
    .set((eb) => ({ position: 0, resets: eb('resets', '+', 1) }))
    .where('follower', '=', follower)
    .execute();
}
