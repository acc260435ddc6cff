import { setImmediate as nextTurn } from 'node:timers/promises';
import { isTransient } from '@hemma/protocols/errors.js';
import type { ErrorCode } from '@hemma/protocols/errors.js';
import type { Status } from '@hemma/protocols/wire/messages.js';
import { Backoff } from '@hemma/runtime/backoff.js';
import type { Part } from '@hemma/runtime/lifecycle.js';
import { faultOf } from '../fault.js';
import type { Malformed } from './dead-letters.js';
import { readStatus } from './messages.js';
import { Pending } from './pending.js';
import type { PendingLimits } from './pending.js';
import { carryOut, codeOf } from './work.js';
import type { Work, WorkParts } from './work.js';

export interface IngestParts extends WorkParts {
  readonly limits: PendingLimits;
}

/** Most envelopes in one transaction: at 200 rows each still well below a second of work. */
const envelopesPerRound = 32;
/** A database that restarts is back in seconds; until then nothing is confirmed, so it is asked often. */
const retryLimits = { firstMs: 100, maxMs: 10_000 };
/** Turns of the event loop that bring nothing more; large envelopes come in several pieces. */
const quietTurns = 3;
/** A backlog comes in bursts, each after the receipt for the one before: so long, more is expected. */
const lullMs = 50;

/**
 * Takes envelopes from the broker into the journal. All that wait are stored in one transaction (one
 * sync to disk for many gateways), then each gateway gets one receipt. Nothing that matters is kept
 * in memory: what is lost here was never confirmed, and comes again.
 */
export class Ingest implements Part {
  readonly name = 'ingest';
  readonly #parts: IngestParts;
  readonly #pending: Pending;
  readonly #backoff = new Backoff(retryLimits);
  readonly #stopping = new AbortController();
  /** The newest of each gateway: a status says all that the one before it said. */
  #statuses = new Map<string, Status>();
  #malformed: Malformed[] = [];
  #overloaded = new Set<string>();
  #running: Promise<void> | null = null;
  #idleSinceMs = 0;

  constructor(parts: IngestParts) {
    this.#parts = parts;
    this.#pending = new Pending(parts.limits);
  }

  /** Whether envelopes are being stored, or were a moment ago. */
  get busy(): boolean {
    return this.#running !== null || this.#parts.clock.monotonicMs() - this.#idleSinceMs < lullMs;
  }

  start(): void {
    this.#kick();
  }

  /** Lets the round in hand finish; what still waits comes again from the gateways. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** An envelope has come in. Never throws. */
  hearMeasurements(gateway: string, payload: Uint8Array): void {
    if (!this.#pending.offer({ gateway, payload }) && this.#hasRoom(this.#overloaded.size))
      this.#overloaded.add(gateway);
    this.#kick();
  }

  /** A status has come in. Never throws. */
  hearStatus(gateway: string, payload: Uint8Array): void {
    try {
      const { status, leftOut } = readStatus(gateway, payload);
      if (leftOut !== null) this.#setAside({ gateway, code: leftOut, payload });
      if (this.#hasRoom(this.#statuses.size)) this.#statuses.set(gateway, status);
    } catch (error) {
      this.#setAside({ gateway, code: codeOf(error), payload });
    }
    this.#kick();
  }

  /** The broker has cut off a gateway. Never throws. */
  hearRefused(gateway: string, code: ErrorCode): void {
    this.#setAside({ gateway, code, payload: new Uint8Array() });
    this.#kick();
  }

  #setAside(malformed: Malformed): void {
    if (this.#hasRoom(this.#malformed.length)) this.#malformed.push(malformed);
  }

  /** The lists beside the envelopes fill up only when the store is away for long. */
  #hasRoom(count: number): boolean {
    return count < this.#parts.limits.envelopes;
  }

  #kick(): void {
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.#gather();
      const work = this.#take();
      if (isEmpty(work)) break;
      await this.#finish(work);
    }
    this.#idleSinceMs = this.#parts.clock.monotonicMs();
    // In the same turn as the last look: what comes after it starts a new run.
    this.#running = null;
  }

  /** Lets envelopes that are coming in right now come together in one round: it costs one sync. */
  async #gather(): Promise<void> {
    let seen = 0;
    let quiet = 0;
    while (quiet < quietTurns && seen < envelopesPerRound) {
      await nextTurn();
      const { size } = this.#pending;
      quiet = size > seen ? 0 : quiet + 1;
      seen = size;
    }
  }

  #take(): Work {
    const work = {
      envelopes: this.#pending.take(envelopesPerRound),
      statuses: [...this.#statuses.values()],
      malformed: this.#malformed,
      overloaded: this.#overloaded,
    };
    this.#statuses = new Map();
    this.#malformed = [];
    this.#overloaded = new Set();
    return work;
  }

  /** Waits for a store that is away. Nothing that one envelope does can hold up the others. */
  async #finish(work: Work): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await carryOut(work, this.#parts);
        this.#backoff.reset();
        return;
      } catch (error) {
        this.#parts.log.error({ ...faultOf(error) }, 'a round could not be stored');
        if (!isTransient(error)) return this.#finishApart(work);
        await this.#parts.clock.sleep(this.#backoff.next(), this.#stopping.signal);
      }
    }
  }

  async #finishApart(work: Work): Promise<void> {
    const parts = [
      ...work.envelopes.map((envelope) => ({ ...nothing, envelopes: [envelope] })),
      { ...work, envelopes: [] },
    ].filter((part) => !isEmpty(part));
    if (parts.length > 1) for (const part of parts) await this.#finish(part);
    else
      for (const { gateway, payload } of work.envelopes)
        this.#setAside({ gateway, code: 'internal', payload });
  }
}

const nothing: Work = { envelopes: [], statuses: [], malformed: [], overloaded: new Set() };

function isEmpty(work: Work): boolean {
  const { envelopes, statuses, malformed, overloaded } = work;
  return envelopes.length + statuses.length + malformed.length + overloaded.size === 0;
}
