/**
 * Reading a device's record store through its Record Access Control Point (2A52): Glucose Profile
 * 1.0.1 §4.5, Pulse Oximeter Profile 1.0.1 §4.5. Records are counted and reported, never deleted.
 */
import type { GattConversation } from '../../device.js';
import { CodedError } from '../../errors.js';
import {
  recordAccessControlPoint,
  reportAllRecords,
  reportRecordsFrom,
  type RecordAccessControlPoint,
} from '../../gatt/record-access-control-point.js';
import type { Collector, Handler } from './collect.js';
import { optionally } from './optionally.js';

export const recordAccessUuid = '2a52';

/**
 * Longest silence within a procedure: the transaction time-out of the attribute protocol (Core 6.0
 * Vol 3 Part F §3.3.3), which the profiles take for their procedures too.
 */
const procedureSilenceMs = 30_000;
/** Some meters lose a request that follows the answer to another at once. */
const stepPauseMs = 500;

const opCode = { count: 4 } as const;
const allRecords = 1;
const responseCode = { success: 1, noRecords: 6 } as const;

type Answer = Pick<RecordAccessControlPoint, 'numberOfRecords' | 'responseCode' | 'requestOpCode'>;

/**
 * One record store in one conversation. Its `handler` belongs into the collector that it waits
 * with.
 */
export class RecordAccess {
  readonly #conversation: GattConversation;
  #collector: Collector | null = null;
  #answer: Answer | null = null;

  constructor(conversation: GattConversation) {
    this.#conversation = conversation;
  }

  /** Takes the answers of the control point; records go to the other handlers meanwhile. */
  readonly handler: Handler = (octets) => {
    this.#answer = recordAccessControlPoint.decode(octets);
  };

  /** Waits with this collector from now on. */
  waitWith(collector: Collector): void {
    this.#collector = collector;
  }

  /** How many records are stored; null when the device does not count them, or does not answer. */
  async count(): Promise<number | null> {
    const answer = await optionally(() => this.#ask(Uint8Array.of(opCode.count, allRecords)));
    if (answer === null) return null;
    if (answer.numberOfRecords !== undefined) return answer.numberOfRecords;
    return answer.responseCode === responseCode.noRecords ? 0 : null;
  }

  /**
   * Has all records reported, or those from a sequence number on. Gives whether there were any;
   * throws `device_refused` when the procedure failed and `device_timeout` when it fell silent.
   */
  async report(from: number | null = null): Promise<boolean> {
    await this.#conversation.wait(stepPauseMs);
    const request = from === null ? reportAllRecords() : reportRecordsFrom(from);
    const answer = await this.#ask(request);
    if (answer === null) throw new CodedError('device_timeout', 'record access');
    if (answer.responseCode === responseCode.noRecords) return false;
    if (answer.responseCode === responseCode.success) return true;
    throw new CodedError('device_refused', `record access answer ${answer.responseCode ?? 0}`);
  }

  /** The answer; null when the device fell silent or left. */
  async #ask(request: Uint8Array): Promise<Answer | null> {
    if (this.#collector === null) throw new TypeError('a record store waits with a collector');
    this.#answer = null;
    await this.#conversation.write(recordAccessUuid, request);
    await this.#collector.until(() => this.#answerTo(request) !== null, procedureSilenceMs);
    return this.#answerTo(request);
  }

  /** The answer to this request; a late one to the request before is passed over. */
  #answerTo(request: Uint8Array): Answer | null {
    if (this.#answer === null) return null;
    const asked = this.#answer.requestOpCode ?? opCode.count;
    return asked === request[0] ? this.#answer : null;
  }
}
