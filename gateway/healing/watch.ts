import { isTransient } from '@hemma/protocols/errors.js';
import type { CodedError } from '@hemma/protocols/errors.js';
import type { Illness, Sight } from './ladder.js';
import type { RadioFault } from './steps.js';

/** Makes a sight of the radio out of what its transport says and what its sessions show. */

/** A device on its way out of the room fails once or twice; three in a row are the radio's doing. */
const failuresThatCount = 3;
/** After a step, so many more say that it did not help. */
const failuresAfterStep = 2;
/** A radio in a house hears something every few minutes: neighbours, telephones, watches. */
const silentAfterMs = 30 * 60_000;
/** In a lonely house silence is no fault: each time that nothing helped, it is believed later. */
const maxSilentAfterMs = 12 * 3_600_000;
/** What is heard so soon after a step was not there before it: the silence was a fault. */
const helpedWithinMs = 3 * 60_000;

export class RadioWatch {
  #heardMs: number;
  /** From when silence counts. */
  #silentFromMs: number;
  #connectedMs = -Infinity;
  #steppedMs = -Infinity;
  #silentAfterMs = silentAfterMs;
  /** Addresses of the connections that failed since the last one that did not, or the last step. */
  #failed: string[] = [];
  #needed = failuresThatCount;

  /** Moments are of the monotonic clock. */
  constructor(startedMs: number) {
    this.#heardMs = startedMs;
    this.#silentFromMs = startedMs;
  }

  noteHeard(nowMs: number): void {
    const helped = this.#heardMs < this.#steppedMs && nowMs - this.#steppedMs <= helpedWithinMs;
    if (helped) this.#silentAfterMs = silentAfterMs;
    this.#heardMs = nowMs;
    this.#silentFromMs = nowMs;
  }

  /**
   * A connection came about (null) or not. What is permanent, a lost bond above all, is a matter
   * between people and the device, and proves that the radio works.
   */
  noteConnection(address: string, fault: CodedError | null, nowMs: number): void {
    if (fault === null || !isTransient(fault)) {
      this.#connectedMs = nowMs;
      this.#failed = [];
      this.#needed = failuresThatCount;
    } else if (this.#failed.length < failuresThatCount) {
      this.#failed.push(address);
    } else {
      this.#failed = [...this.#failed.slice(1), address];
    }
  }

  /** A step was taken: what counts from now on is what comes after it. */
  noteStep(nowMs: number): void {
    this.#steppedMs = nowMs;
    this.#failed = [];
    this.#needed = failuresAfterStep;
  }

  /** Nothing helped against a silence. */
  noteGivenUp(fault: RadioFault, nowMs: number): void {
    if (fault !== 'radio_silent') return;
    this.#silentFromMs = nowMs;
    this.#silentAfterMs = Math.min(this.#silentAfterMs * 2, maxSilentAfterMs);
  }

  /** `fault`: what the transport sees by itself. */
  sight(illness: Illness | null, fault: RadioFault | null, nowMs: number): Sight {
    if (fault !== null) return fault;
    if (this.#failed.length >= this.#needed) return this.#whoseFault();
    if (nowMs - this.#silentFromMs >= this.#silentAfterMs) return 'radio_silent';
    return illness !== null && this.#isUnproven(illness) ? 'unclear' : 'well';
  }

  #whoseFault(): RadioFault {
    return new Set(this.#failed).size > 1 ? 'connections_fail' : 'device_unreachable';
  }

  #isUnproven({ fault, sinceMs }: Illness): boolean {
    if (fault === 'radio_silent') return this.#heardMs < sinceMs;
    const byConnecting = fault === 'connections_fail' || fault === 'device_unreachable';
    return byConnecting && this.#connectedMs < sinceMs;
  }
}
