import { createHash } from 'node:crypto';
import { formatEnvelope, zeroLink } from '@hemma/protocols/wire/envelope.js';
import type { EnvelopeHeader } from '@hemma/protocols/wire/envelope.js';

interface Row {
  line: string;
  link: string | null;
}

/** The rows of one outbox as a gateway numbers, links and sends them; written apart from both ends. */
export class Ledger {
  readonly gateway: string;
  readonly ledger: string;
  readonly #rows: Row[] = [];
  #lastLink = zeroLink;

  constructor(gateway: string, ledger = 'a'.repeat(32)) {
    this.gateway = gateway;
    this.ledger = ledger;
  }

  get last(): number {
    return this.#rows.length;
  }

  /** Appends a row; text is sent as it is, anything else as JSON. Gives its sequence number. */
  add(row: unknown): number {
    const line = typeof row === 'string' ? row : JSON.stringify(row);
    const seq = Buffer.alloc(8);
    seq.writeBigUInt64BE(BigInt(this.#rows.length + 1));
    const octets = [Buffer.from(this.#lastLink, 'hex'), seq, sha256(Buffer.from(line))];
    this.#lastLink = sha256(Buffer.concat(octets)).toString('hex');
    this.#rows.push({ line, link: this.#lastLink });
    return this.#rows.length;
  }

  /** Somebody cuts a row out of the outbox. */
  cutOut(seq: number): void {
    Object.assign(this.#row(seq), { line: '{"absent":"missing"}', link: null });
  }

  /** The space policy removes the content of a row. */
  cull(seq: number): void {
    const row = this.#row(seq);
    const digest = sha256(Buffer.from(row.line)).toString('hex');
    row.line = JSON.stringify({ absent: 'culled', digest });
  }

  /** Somebody changes what a row says. */
  change(seq: number, line: string): void {
    this.#row(seq).line = line;
  }

  /** The rows from `first` to `last` as they go over the wire. */
  envelope(first = 1, last = this.last, header: Partial<EnvelopeHeader> = {}): string {
    const rows = this.#rows.slice(first - 1, last);
    return formatEnvelope(
      {
        v: 1,
        gateway: this.gateway,
        ledger: this.ledger,
        first,
        last,
        handled: 0,
        before: first === 1 ? zeroLink : this.#row(first - 1).link,
        links: rows.map((row) => row.link),
        ...header,
      },
      rows.map((row) => row.line),
    );
  }

  #row(seq: number): Row {
    const row = this.#rows[seq - 1];
    if (row === undefined) throw new RangeError(`There is no row ${seq}.`);
    return row;
  }
}

function sha256(octets: Buffer): Buffer {
  return createHash('sha256').update(octets).digest();
}
