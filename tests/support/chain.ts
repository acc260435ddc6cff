import { createHash } from 'node:crypto';
import { zeroLink } from '@hemma/protocols/wire/envelope.js';
import type { JournalRow } from './cloud-process.js';

/** The chain of `protocols/wire/envelope.ts`, computed a third time: from the journal's text alone. */

/**
 * Link of the last row of one ledger's journalled rows.
 * Throws when a row between the first and the last is not there.
 */
export function lastLinkOf(rows: readonly JournalRow[]): string {
  let link = zeroLink;
  rows
    .toSorted((a, b) => a.seq - b.seq)
    .forEach(({ seq, text }, i) => {
      if (seq !== i + 1) throw new Error(`Row ${i + 1} is not in the journal, row ${seq} is.`);
      link = nextLink(link, seq, text);
    });
  return link;
}

/** SHA-256 of a line as it was sent, in hex. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The link of row `seq`, in hex, from the link of the row before and its line. */
export function nextLink(before: string, seq: number, text: string): string {
  const place = Buffer.alloc(8);
  place.writeBigUInt64BE(BigInt(seq));
  return createHash('sha256')
    .update(before, 'hex')
    .update(place)
    .update(digestOf(text), 'hex')
    .digest('hex');
}
