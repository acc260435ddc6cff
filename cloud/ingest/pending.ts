/** Envelopes that wait for the next round. Bounded: whoever is over the limit is told to wait. */

export interface PendingLimits {
  /** Envelopes of all gateways; 64 KiB each at most. */
  readonly envelopes: number;
  /** Envelopes of one gateway, so that one alone cannot take the place of all others. */
  readonly perGateway: number;
}

export interface PendingEnvelope {
  readonly gateway: string;
  readonly payload: Uint8Array;
}

export class Pending {
  readonly #limits: PendingLimits;
  readonly #counts = new Map<string, number>();
  #waiting: PendingEnvelope[] = [];

  constructor(limits: PendingLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** False when there is no room for it. */
  offer(envelope: PendingEnvelope): boolean {
    const count = this.#counts.get(envelope.gateway) ?? 0;
    if (count >= this.#limits.perGateway || this.size >= this.#limits.envelopes) return false;
    this.#counts.set(envelope.gateway, count + 1);
    this.#waiting.push(envelope);
    return true;
  }

  /** The oldest ones, at most `count`. */
  take(count: number): readonly PendingEnvelope[] {
    const taken = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    for (const { gateway } of taken) {
      const left = (this.#counts.get(gateway) ?? 1) - 1;
      if (left === 0) this.#counts.delete(gateway);
      else this.#counts.set(gateway, left);
    }
    return taken;
  }
}
