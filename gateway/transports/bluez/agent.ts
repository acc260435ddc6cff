import { BusRefusal } from './bus.js';
import type { BusAnswer } from './bus.js';

/**
 * The agent that BlueZ asks while it pairs (`doc/agent-api.txt`). Without one, devices with a bond
 * hang when they ask again, and newer BlueZ refuses even Just Works.
 */

export const agentPath = '/org/hemma/agent';

/** What the gateway can do: nothing, or have somebody type what the device shows. */
export type Capability = 'NoInputNoOutput' | 'KeyboardOnly';

export interface PairingPolicy {
  readonly capability: Capability;
  /** Whether this home may have a bond with the device. */
  mayBond(address: string): boolean;
  /**
   * The six digits that the device shows; null: nobody knows. Aborted when the device or BlueZ waits
   * for them no longer.
   */
  passkey(address: string, signal: AbortSignal): Promise<number | null>;
}

/** Answers BlueZ's questions by the policy. */
export class PairingAgent {
  readonly #policy: PairingPolicy;
  readonly #addressOf: (path: string) => string | null;
  /** Ends the question that somebody is asked now: BlueZ asks one at a time. */
  #asking = new AbortController();

  /** `addressOf` tells whose object BlueZ asks about. */
  constructor(policy: PairingPolicy, addressOf: (path: string) => string | null) {
    this.#policy = policy;
    this.#addressOf = addressOf;
  }

  /** Nobody waits any more for what somebody is asked. */
  cancel(): void {
    this.#asking.abort();
  }

  async answer(member: string, [path]: readonly unknown[]): Promise<BusAnswer | null> {
    switch (member) {
      case 'RequestAuthorization':
      case 'AuthorizeService':
        this.#allowed(path);
        return {};
      case 'RequestPasskey':
        return { signature: 'u', body: [await this.#digits(path)] };
      case 'RequestPinCode':
        return { signature: 's', body: [String(await this.#digits(path)).padStart(6, '0')] };
      case 'RequestConfirmation':
        // Two numbers that nobody compares are no protection; our capabilities never lead here.
        throw rejected();
      case 'Release':
      case 'Cancel':
        this.cancel();
        return {};
      case 'DisplayPasskey':
      case 'DisplayPinCode':
        return {};
      default:
        return null;
    }
  }

  async #digits(path: unknown): Promise<number> {
    const address = this.#allowed(path);
    this.cancel();
    this.#asking = new AbortController();
    const passkey = await this.#policy.passkey(address, this.#asking.signal);
    if (passkey === null) throw rejected();
    return passkey;
  }

  #allowed(path: unknown): string {
    const address = typeof path === 'string' ? this.#addressOf(path) : null;
    if (address === null || !this.#policy.mayBond(address)) throw rejected();
    return address;
  }
}

function rejected(): BusRefusal {
  return new BusRefusal('org.bluez.Error.Rejected', 'not a device of this home');
}
