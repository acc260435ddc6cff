import { receiptSchema } from '@hemma/protocols/wire/messages.js';
import type { Receipt } from '@hemma/protocols/wire/messages.js';

/** A receipt with all the refusals that fit is a third of that. */
const maxReceiptOctets = 262_144;

/** The receipt in a message of the cloud; null when it is none. */
export function parseReceipt(payload: Uint8Array): Receipt | null {
  if (payload.length > maxReceiptOctets) return null;
  try {
    const checked = receiptSchema.safeParse(JSON.parse(Buffer.from(payload).toString('utf8')));
    return checked.success ? checked.data : null;
  } catch {
    return null;
  }
}
