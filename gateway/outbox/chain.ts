import { createHash } from 'node:crypto';

/**
 * The hash chain of `protocols/wire/envelope.ts`:
 * link(n) = SHA-256( link(n-1) ‖ uint64be(n) ‖ SHA-256(line n) ), over octets, shown as hexadecimal.
 */

const hashPattern = /^[0-9a-f]{64}$/;

/** SHA-256 of a text's UTF-8 octets, 64 hexadecimal digits. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

export function isHash(value: unknown): value is string {
  return typeof value === 'string' && hashPattern.test(value);
}

/** Link of row `seq` from the link of the row before and the digest of its line. */
export function linkOf(before: string, seq: number, digest: string): string {
  const place = Buffer.allocUnsafe(8);
  place.writeBigUInt64BE(BigInt(seq));
  return createHash('sha256')
    .update(before, 'hex')
    .update(place)
    .update(digest, 'hex')
    .digest('hex');
}
