import {
  formatEnvelope,
  maxEnvelopeOctets,
  maxEnvelopeRows,
  zeroLink,
} from '@hemma/protocols/wire/envelope.js';
import { isHash } from './chain.js';
import type { OutboxFile } from './file.js';
import type { RawRow } from './rows.js';

/** An envelope that is ready to be sent. */
export interface Frame {
  readonly text: string;
  readonly first: number;
  readonly last: number;
}

/** The header without its links: fixed words, 40 of gateway, 32 of ledger, 64 of link, three numbers. */
const headerOctets = 320;
/** A link in the header, quoted and with its comma, and the line break before the row. */
const octetsPerRow = 68;
/** What an envelope has left for rows. */
const roomForRows = maxEnvelopeOctets - headerOctets;

const missingLine = '{"absent":"missing"}';

interface Line {
  readonly text: string;
  readonly link: string | null;
}

const missing: Line = { text: missingLine, link: null };

/**
 * The envelope of the rows after `after`, as many as fit; null when there are none. Rows that are
 * gone or cannot travel (cut out or spoiled by hand) are said to be missing: they block nobody.
 */
export function frameAfter(file: OutboxFile, gateway: string, after: number): Frame | null {
  const { id, last } = file.ledger;
  if (after >= last) return null;
  const lines = collectLines(file, after, last);
  const header = {
    v: 1 as const,
    gateway,
    ledger: id,
    first: after + 1,
    last: after + lines.length,
    handled: Math.min(file.savedHandled, after),
    before: linkBefore(file, after),
    links: lines.map((line) => line.link),
  };
  return {
    text: formatEnvelope(
      header,
      lines.map((line) => line.text),
    ),
    first: header.first,
    last: header.last,
  };
}

function linkBefore(file: OutboxFile, seq: number): string | null {
  if (seq === 0) return zeroLink;
  const link = file.statements.linkAt.get(seq);
  return isHash(link) ? link : null;
}

function collectLines(file: OutboxFile, after: number, last: number): Line[] {
  const lines: Line[] = [];
  let room = roomForRows;
  const add = (line: Line, octets: number): boolean => {
    if (lines.length === maxEnvelopeRows || octets + octetsPerRow > room) return false;
    lines.push(line);
    room -= octets + octetsPerRow;
    return true;
  };
  const addMissingBefore = (seq: number): boolean => {
    while (after + lines.length + 1 < seq) if (!add(missing, missingLine.length)) return false;
    return true;
  };
  for (const row of file.statements.rowsAfter.iterate(after, maxEnvelopeRows)) {
    const [seq] = row;
    if (seq > last || !addMissingBefore(seq)) break;
    const line = lineOf(row);
    if (!add(line, Buffer.byteLength(line.text))) return lines;
  }
  addMissingBefore(last + 1);
  return lines;
}

function lineOf([, text, digest, link]: RawRow): Line {
  // A link spoiled by hand must not make the whole envelope unreadable; this one never matches.
  const safeLink = isHash(link) ? link : zeroLink;
  if (text === null && isHash(digest))
    return { text: `{"absent":"culled","digest":"${digest}"}`, link: safeLink };
  if (typeof text !== 'string' || !canTravel(text)) return missing;
  return { text, link: safeLink };
}

function canTravel(text: string): boolean {
  return !text.includes('\n') && Buffer.byteLength(text) + octetsPerRow <= roomForRows;
}
