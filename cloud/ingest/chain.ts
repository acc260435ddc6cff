import { hash } from 'node:crypto';

/** The hash chain over the rows of a ledger; see `protocols/wire/envelope`. */

const linkOctets = 32;
const seqOctets = 8;
/** Written anew for every link: a round computes thousands. */
const scratch = Buffer.alloc(linkOctets + seqOctets + linkOctets);

/** Digest of a line as it was sent, in hex. */
export function digestOf(text: string): string {
  return hash('sha256', text);
}

/** link(seq) from link(seq-1) and the digest of row `seq`; all in hex. */
export function nextLink(before: string, seq: number, digest: string): string {
  scratch.write(before, 0, 'hex');
  scratch.writeBigUInt64BE(BigInt(seq), linkOctets);
  scratch.write(digest, linkOctets + seqOctets, 'hex');
  return hash('sha256', scratch);
}
