/** What a peripheral answers on the channels beside ATT. */
import { OctetReader } from '@hemma/protocols/bytes.js';

/** Signaling codes (Core 6.0 Vol 3 Part A §4). */
const Signal = { commandReject: 0x01, parameterUpdateResponse: 0x13 } as const;
const notUnderstood = [0x00, 0x00];

/** Security Manager codes (Core 6.0 Vol 3 Part H §3.3, §3.5.5). */
const Security = { pairingRequest: 0x01, pairingFailed: 0x05 } as const;
const SecurityFailure = { pairingNotSupported: 0x05, commandNotSupported: 0x07 } as const;

/**
 * A peripheral understands no request on the signaling channel: a Connection Parameter Update
 * Request may only come from it (§4.20). Responses and rejects are not answered.
 */
export function signalingAnswer(payload: Uint8Array): Uint8Array | null {
  if (payload.length < 4) return null;
  const reader = new OctetReader(payload);
  const code = reader.uint8();
  const identifier = reader.uint8();
  const isResponse = code === Signal.commandReject || code % 2 === 1;
  if (isResponse) return null;
  return Uint8Array.of(Signal.commandReject, identifier, 2, 0, ...notUnderstood);
}

/** No virtual device can pair: bonding belongs to the system's own stack, not to this radio. */
export function securityAnswer(payload: Uint8Array): Uint8Array | null {
  const code = payload[0];
  if (code === undefined || code === Security.pairingFailed) return null;
  const { pairingNotSupported, commandNotSupported } = SecurityFailure;
  const reason = code === Security.pairingRequest ? pairingNotSupported : commandNotSupported;
  return Uint8Array.of(Security.pairingFailed, reason);
}
