import { CodedError } from '@hemma/protocols/errors.js';
import { parseEnvelope } from '@hemma/protocols/wire/envelope.js';
import type { Envelope } from '@hemma/protocols/wire/envelope.js';
import { isWholeReport } from '@hemma/protocols/wire/healing.js';
import { statusSchema } from '@hemma/protocols/wire/messages.js';
import type { Status } from '@hemma/protocols/wire/messages.js';

/** Some hundred octets as a rule; 64 schedules, four healings and every problem of a bad day are four thousand. */
export const maxStatusOctets = 8_192;

/** Throws {@link CodedError} when the envelope as a whole is no use. */
export function readEnvelope(gateway: string, payload: Uint8Array): Envelope {
  const envelope = parseEnvelope(payload);
  if (envelope.header.gateway !== gateway) throw new CodedError('foreign_gateway');
  return envelope;
}

export interface HeardStatus {
  readonly status: Status;
  /** What of it was left out because it is not known here; null when all was read. */
  readonly leftOut: 'healing_malformed' | null;
}

/** Throws {@link CodedError} when it is not a status of this gateway. */
export function readStatus(gateway: string, payload: Uint8Array): HeardStatus {
  if (payload.length > maxStatusOctets) throw new CodedError('envelope_too_large');
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(payload).toString('utf8'));
  } catch {
    throw new CodedError('envelope_not_json');
  }
  const status = statusSchema.safeParse(value);
  if (!status.success) throw new CodedError('envelope_malformed');
  if (status.data.gateway !== gateway) throw new CodedError('foreign_gateway');
  // It fits the schema, so it is an object.
  const { healing } = value as { readonly healing?: unknown };
  const isWhole = healing === undefined || isWholeReport(healing);
  return { status: status.data, leftOut: isWhole ? null : 'healing_malformed' };
}
