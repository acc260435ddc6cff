/**
 * The device's side of a recorded GATT connection: what it answers, and what it sends after which
 * request. Another central than the recorded one asks in another order and leaves requests out, so a
 * value waits for the request that prompted it, not for the whole conversation before it.
 */
import { fromHex, toHex } from '../bytes.js';
import type { Uuid } from '../device.js';
import type { GattTrace, TraceEvent } from './format.js';

export interface PlayedValue {
  readonly characteristic: Uuid;
  readonly octets: Uint8Array;
  /** Null: the recorder could not see it. */
  readonly way: 'notify' | 'indicate' | null;
  /** How long after the event before it. */
  readonly pauseMs: number;
}

/** A request, and the values that it prompted. */
interface Block {
  readonly position: number;
  /** What was written, hexadecimal; null for a subscription. */
  readonly written: string | null;
  readonly characteristic: Uuid | null;
  readonly values: PlayedValue[];
  played: boolean;
}

/** Setting a clock (Date Time, Current Time) prompts nothing: values that follow it were due anyway. */
const clocks: ReadonlySet<Uuid> = new Set(['2a08', '2a2b']);
const recordAccess: Uuid = '2a52';
/** Response codes of the Record Access Control Point (GSS 3.198): answer, to, with. */
const response = { opCode: 0x06, notSupported: 0x02, noRecords: 0x06 } as const;

export class GattPlayback {
  readonly #blocks: readonly Block[];
  readonly #reads: ReadonlyMap<Uuid, Uint8Array[]>;
  readonly #subscribed = new Set<Uuid>();
  readonly #deviceLeft: boolean;
  #due = new Set<PlayedValue>();
  /** Place in the recording: values of two characteristics that were due together come as they came. */
  readonly #places: ReadonlyMap<PlayedValue, number>;
  #sent = 0;

  constructor({ events }: GattTrace) {
    const { blocks, values } = blocksOf(events);
    this.#blocks = blocks;
    this.#places = new Map(values.map((value, place) => [value, place]));
    this.#reads = readsOf(events);
    this.#deviceLeft = events.some((event) => event.event === 'end' && event.reason === 'lost');
    for (const block of this.#blocks) if (block.characteristic === null) this.#play(block);
  }

  /** Whether the recorded device left, and nothing that this central listens to would come any more. */
  get over(): boolean {
    const open = this.#blocks.filter(({ played }) => !played).flatMap(({ values }) => values);
    const heard = [...this.#due, ...open].some((value) => this.#isHeard(value));
    return this.#deviceLeft && this.#sent > 0 && !heard;
  }

  /** What the device answers, in the recorded order, the last answer for ever; null if it never did. */
  read(characteristic: Uuid): Uint8Array | null {
    const answers = this.#reads.get(characteristic) ?? [];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return answer ?? null;
  }

  subscribe(characteristic: Uuid): void {
    this.#subscribed.add(characteristic);
    const block = this.#blocks.find(
      ({ played, written, ...block }) =>
        !played && written === null && block.characteristic === characteristic,
    );
    if (block !== undefined) this.#play(block);
  }

  unsubscribe(characteristic: Uuid): void {
    this.#subscribed.delete(characteristic);
  }

  write(characteristic: Uuid, octets: Uint8Array): void {
    const block = this.#promptedBy(characteristic, toHex(octets));
    if (block !== null) this.#play(block);
    else if (characteristic === recordAccess) this.#due.add(this.#recordAccessAnswer(octets));
  }

  /** The next value that is due and subscribed to, in the recorded order; null when there is none. */
  next(): PlayedValue | null {
    for (const value of this.#due) {
      if (!this.#isHeard(value)) continue;
      this.#due.delete(value);
      this.#sent += 1;
      return value;
    }
    return null;
  }

  #isHeard({ characteristic }: PlayedValue): boolean {
    return this.#subscribed.has(characteristic);
  }

  #play(block: Block): void {
    block.played = true;
    // What was not recorded, an answer made up here, comes last.
    const placeOf = (value: PlayedValue): number => this.#places.get(value) ?? Infinity;
    const due = [...this.#due, ...block.values];
    this.#due = new Set(due.sort((one, other) => placeOf(one) - placeOf(other)));
  }

  /**
   * The same octets, else the same first octet (most protocols begin with the op code), else the next
   * write to this characteristic: times and record numbers in a request are not those of the record.
   */
  #promptedBy(characteristic: Uuid, written: string): Block | null {
    const open = this.#blocks.filter(
      (block) => !block.played && block.written !== null && block.characteristic === characteristic,
    );
    const byOpCode = (block: Block): boolean => block.written?.slice(0, 2) === written.slice(0, 2);
    const found = open.find((block) => block.written === written) ?? open.find(byOpCode);
    return found ?? (characteristic === recordAccess ? null : (open[0] ?? null));
  }

  /** A request that the recorded central did not make, or that was answered before. */
  #recordAccessAnswer([opCode = 0]: Uint8Array): PlayedValue {
    const known = this.#blocks.some(
      ({ characteristic, written }) =>
        characteristic === recordAccess && written?.slice(0, 2) === toHex(Uint8Array.of(opCode)),
    );
    const code = known ? response.noRecords : response.notSupported;
    const octets = Uint8Array.of(response.opCode, 0, opCode, code);
    return { characteristic: recordAccess, octets, way: 'indicate', pauseMs: 0 };
  }
}

function readsOf(events: readonly TraceEvent[]): ReadonlyMap<Uuid, Uint8Array[]> {
  const reads = new Map<Uuid, Uint8Array[]>();
  for (const event of events) {
    if (event.event !== 'read') continue;
    const answers = reads.get(event.characteristic) ?? [];
    answers.push(fromHex(event.octets));
    reads.set(event.characteristic, answers);
  }
  return reads;
}

/**
 * Every value belongs to the last write before it, or to the subscription to its characteristic if
 * that came later. What comes without either was subscribed to in an earlier connection.
 */
function blocksOf(events: readonly TraceEvent[]): {
  readonly blocks: readonly Block[];
  /** All values, as they came. */
  readonly values: readonly PlayedValue[];
} {
  const unprompted: Block = block(null, null, -1);
  const blocks: Block[] = [unprompted];
  const values: PlayedValue[] = [];
  const subscriptions = new Map<Uuid, Block>();
  let write = unprompted;
  let beforeMs = events[0]?.ms ?? 0;
  events.forEach((event, position) => {
    if (event.event === 'subscribe') {
      const prompting = block(event.characteristic, null, position);
      subscriptions.set(event.characteristic, prompting);
      blocks.push(prompting);
    } else if (event.event === 'write' && !clocks.has(event.characteristic)) {
      write = block(event.characteristic, event.octets, position);
      blocks.push(write);
    } else if (event.event === 'value') {
      const subscription = subscriptions.get(event.characteristic) ?? unprompted;
      const prompting = subscription.position > write.position ? subscription : write;
      const { characteristic, octets, way = null } = event;
      const pauseMs = Math.max(0, event.ms - beforeMs);
      const value = { characteristic, octets: fromHex(octets), way, pauseMs };
      prompting.values.push(value);
      values.push(value);
    }
    beforeMs = event.ms;
  });
  // A subscription that prompted nothing must not be taken for the one that did.
  const used = blocks.filter((one) => one.written !== null || one.values.length > 0);
  return { blocks: used, values };
}

function block(characteristic: Uuid | null, written: string | null, position: number): Block {
  return { position, written, characteristic, values: [], played: false };
}
