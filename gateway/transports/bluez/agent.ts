import { BusRefusal } from './bus.js';
import type { BusAnswer, CallHandler } from './bus.js';

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
  /** The six digits that the device shows; null: nobody knows. */
  passkey(address: string): Promise<number | null>;
}

/** Answers BlueZ's questions by the policy; `addressOf` tells whose object it asks about. */
export function agentHandler(
  policy: PairingPolicy,
  addressOf: (path: string) => string | null,
): CallHandler {
  const allowed = (path: unknown): string => {
    const address = typeof path === 'string' ? addressOf(path) : null;
    if (address === null || !policy.mayBond(address)) throw rejected();
    return address;
  };
  const digits = async (path: unknown): Promise<number> => {
    const passkey = await policy.passkey(allowed(path));
    if (passkey === null) throw rejected();
    return passkey;
  };
  return async (member, [path]): Promise<BusAnswer | null> => {
    switch (member) {
      case 'RequestAuthorization':
      case 'AuthorizeService':
        allowed(path);
        return {};
      case 'RequestPasskey':
        return { signature: 'u', body: [await digits(path)] };
      case 'RequestPinCode':
        return { signature: 's', body: [String(await digits(path)).padStart(6, '0')] };
      case 'RequestConfirmation':
        // Two numbers that nobody compares are no protection; our capabilities never lead here.
        throw rejected();
      case 'Release':
      case 'Cancel':
      case 'DisplayPasskey':
      case 'DisplayPinCode':
        return {};
      default:
        return null;
    }
  };
}

function rejected(): BusRefusal {
  return new BusRefusal('org.bluez.Error.Rejected', 'not a device of this home');
}
