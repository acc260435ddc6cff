/**
 * Glucose meters with the Glucose Service (1808): Glucose Profile 1.0.1. The gateway asks the
 * record store; nothing in the meter is ever deleted.
 */
import { CodecRefusal } from '../codec.js';
import type { GattConversation, GattProfile } from '../device.js';
import type { Reading } from '../reading.js';
import { Collector } from './common/collect.js';
import {
  announcesContext,
  contextSequence,
  perhapsKetone,
  readGlucose,
  withContext,
  writeGlucose,
} from './common/glucose-reading.js';
import { greet, setClock, tellClock } from './common/greeting.js';
import { optionally } from './common/optionally.js';
import { RecordAccess, recordAccessUuid } from './common/record-access.js';

export const glucoseServiceUuid = '1808';
export const glucoseMeasurementUuid = '2a18';
export const glucoseContextUuid = '2a34';

/** A context follows its record at once; some meters send all contexts after all records. */
const contextWaitMs = 3_000;
/** Records that wait for their context at a time; the largest home meters store 2 000. */
const maxWaiting = 2_000;

export interface GlucoseOptions {
  /** Unit that a virtual meter works in; default kg/L, which is mg/dL. */
  readonly unit?: 'kg/L' | 'mol/L';
  /** Whether the meter's clock is set through a standard characteristic; default true. */
  readonly setsClock?: boolean;
  /** Whether a context may say that its record is ketone: without it nobody knows. Default false. */
  readonly measuresKetone?: boolean;
}

/** Joins records and contexts by sequence number, whichever comes first. */
class Joiner {
  readonly #take: (reading: Reading) => Promise<void>;
  /** What a record is worth whose announced context did not come. */
  readonly #alone: (reading: Reading) => Reading;
  readonly #records = new Map<number, Reading>();
  readonly #contexts = new Map<number, Uint8Array>();
  /** Sequence numbers seen in this conversation. */
  readonly seen = new Set<number>();

  constructor(take: (reading: Reading) => Promise<void>, alone: (reading: Reading) => Reading) {
    this.#take = take;
    this.#alone = alone;
  }

  get waiting(): boolean {
    return this.#records.size > 0;
  }

  readonly record = async (octets: Uint8Array): Promise<void> => {
    const reading = readGlucose(octets);
    const sequence = reading.sequence ?? 0;
    this.seen.add(sequence);
    const context = this.#contexts.get(sequence);
    this.#contexts.delete(sequence);
    if (context !== undefined) await this.#take(withContext(reading, context));
    else if (announcesContext(octets)) await this.#hold(sequence, reading);
    else await this.#take(reading);
  };

  readonly context = async (octets: Uint8Array): Promise<void> => {
    const sequence = contextSequence(octets);
    const reading = this.#records.get(sequence);
    if (reading !== undefined) {
      this.#records.delete(sequence);
      await this.#take(withContext(reading, octets));
      return;
    }
    // Its record went without it, or is not there at all: keep the trace, and no more of it.
    if (this.seen.has(sequence) || this.#contexts.size >= maxWaiting) {
      throw new CodecRefusal('format', 'context without a record');
    }
    this.#contexts.set(sequence, octets.slice());
  };

  /** Takes what still waits: a record counts for more than its context, see {@link GlucoseOptions}. */
  async flush(): Promise<void> {
    for (const [sequence, reading] of this.#records) {
      await this.#take(this.#alone(reading));
      this.#records.delete(sequence);
    }
  }

  async #hold(sequence: number, reading: Reading): Promise<void> {
    const before = this.#records.get(sequence);
    if (before !== undefined) await this.#take(this.#alone(before));
    this.#records.set(sequence, reading);
    if (this.#records.size > maxWaiting) await this.flush();
  }
}

/**
 * Has the new records reported. Asks from the last one known on, that one included: when it does
 * not come again, the meter was emptied or has begun to count anew, and everything is asked for.
 */
async function reportNew(
  conversation: GattConversation,
  store: RecordAccess,
  joiner: Joiner,
): Promise<void> {
  if ((await store.count()) === 0) return;
  const last = conversation.lastSequence();
  if (last !== null) {
    const found = await optionally(() => store.report(last));
    if (found === true && joiner.seen.has(last)) return;
  }
  await store.report();
}

function asItIs(reading: Reading): Reading {
  return reading;
}

/** A glucose meter; see {@link GlucoseOptions}. */
export function glucose(options: GlucoseOptions = {}): GattProfile {
  const { unit = 'kg/L', setsClock = true, measuresKetone = false } = options;
  const alone = measuresKetone ? perhapsKetone : asItIs;
  return {
    name: 'glucose',
    services: [glucoseServiceUuid],
    clock: setsClock ? 'set' : 'read',
    read: readGlucose,
    write: (reading) => writeGlucose(reading, unit),
    async converse(conversation) {
      await greet(conversation);
      const shown = await tellClock(conversation);
      if (setsClock) await setClock(conversation, shown);
      const joiner = new Joiner((reading) => conversation.take(reading), alone);
      const store = new RecordAccess(conversation);
      const collector = new Collector(conversation, {
        [glucoseMeasurementUuid]: joiner.record,
        [glucoseContextUuid]: joiner.context,
        [recordAccessUuid]: store.handler,
      });
      store.waitWith(collector);
      await conversation.subscribe(glucoseMeasurementUuid);
      if (conversation.has(glucoseContextUuid)) await conversation.subscribe(glucoseContextUuid);
      await conversation.subscribe(recordAccessUuid);
      const readAll = async (): Promise<void> => {
        await reportNew(conversation, store, joiner);
        await collector.until(() => !joiner.waiting, contextWaitMs);
      };
      // After a link that broke the meter still has what waits here, and its context with it: a
      // record of glucose is taken all the same, one that may be ketone comes again.
      await readAll().catch(async (error: unknown) => {
        if (!measuresKetone) await joiner.flush();
        throw error;
      });
      await joiner.flush();
    },
  };
}
