import { z } from 'zod';
import { CodedError } from '../errors.js';
import { gatewayIdSchema } from './measurement.js';

/**
 * An envelope: measurements of one gateway on the wire, as lines of UTF-8 text.
 *
 *   header     {"v":1,"gateway":…,"ledger":…,"first":7,"last":9,"handled":6,"before":…,"links":[…]}
 *   one line per row: the measurement's JSON text, or {"absent":"missing"} / {"absent":"culled",…}
 *
 * Row links form a chain: link(n) = SHA-256( link(n-1) ‖ uint64be(n) ‖ SHA-256(line n) ), so that a
 * row cut out of, changed in or added to an outbox is visible. Since a link covers only the digest of
 * the content, content may be removed later and the chain still holds. Lines are hashed as the octets
 * sent: nobody has to agree on a canonical form of JSON.
 */

export const envelopeVersion = 1;
/** A broker and a Pi handle 64 KiB with ease, and a lost one is cheap to repeat. */
export const maxEnvelopeOctets = 65_536;
export const maxEnvelopeRows = 200;

const link = z.string().regex(/^[0-9a-f]{64}$/);
const sequence = z.int().positive();

export const headerSchema = z.strictObject({
  v: z.literal(envelopeVersion),
  gateway: gatewayIdSchema,
  /** Made with the outbox file: a new outbox starts a new ledger, so its numbers never collide. */
  ledger: z.string().regex(/^[0-9a-f]{32}$/),
  first: sequence,
  last: sequence,
  /** The highest sequence number whose receipt the gateway has seen; refusals after it are repeated. */
  handled: z.int().nonnegative(),
  /** Link of row first-1; all zeros before row 1; null when that row is missing. */
  before: link.nullable(),
  /** One per row; null where the row is missing. */
  links: z.array(link.nullable()).min(1).max(maxEnvelopeRows),
});
export type EnvelopeHeader = z.infer<typeof headerSchema>;

/** A row that cannot be sent any more, and why. `digest` lets the chain be checked all the same. */
export const absentRowSchema = z.discriminatedUnion('absent', [
  z.strictObject({ absent: z.literal('missing') }),
  z.strictObject({ absent: z.literal('culled'), digest: link }),
]);
export type AbsentRow = z.infer<typeof absentRowSchema>;

export const zeroLink = '0'.repeat(64);

export interface EnvelopeRow {
  readonly seq: number;
  readonly link: string | null;
  /** The line exactly as sent: what the digest is taken over. */
  readonly text: string;
}

export interface Envelope {
  readonly header: EnvelopeHeader;
  readonly rows: readonly EnvelopeRow[];
}

/** Text of an envelope from its header and the lines of its rows. */
export function formatEnvelope(header: EnvelopeHeader, lines: readonly string[]): string {
  return [JSON.stringify(header), ...lines].join('\n');
}

function parseHeader(line: string): EnvelopeHeader {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new CodedError('envelope_not_json');
  }
  const version = z.looseObject({ v: z.unknown() }).safeParse(value);
  if (version.success && version.data.v !== undefined && version.data.v !== envelopeVersion)
    throw new CodedError('envelope_version');
  const header = headerSchema.safeParse(value);
  if (!header.success) throw new CodedError('envelope_malformed');
  return header.data;
}

/**
 * Splits an envelope into its rows without looking into them.
 * Throws {@link CodedError} `envelope_*` when the envelope as a whole cannot be used.
 */
export function parseEnvelope(octets: Uint8Array): Envelope {
  if (octets.length > maxEnvelopeOctets) throw new CodedError('envelope_too_large');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
  } catch {
    throw new CodedError('envelope_not_utf8');
  }
  const [first = '', ...lines] = text.split('\n');
  const header = parseHeader(first);
  const count = header.last - header.first + 1;
  if (count !== lines.length || count !== header.links.length)
    throw new CodedError('envelope_count');
  const rows = lines.map((line, i) => ({
    seq: header.first + i,
    link: header.links[i] ?? null,
    text: line,
  }));
  return { header, rows };
}
