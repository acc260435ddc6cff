import type { ErrorCode } from '@hemma/protocols/errors.js';
import { absentRowSchema, zeroLink } from '@hemma/protocols/wire/envelope.js';
import type { AbsentRow, Envelope, EnvelopeRow } from '@hemma/protocols/wire/envelope.js';
import type { Loan } from '../fleet/fleet.js';
import type {
  Batch,
  LedgerKey,
  Mark,
  NewAnswers,
  NewEntry,
  NewGap,
  NewRefusal,
} from '../journal/journal.js';
import { digestOf, nextLink } from './chain.js';
import { checkAnswersRow, checkRow, isAnswersRow } from './check-row.js';
import { inspectable } from './dead-letters.js';

/** Whom gateways are lent to, and which devices go with which of them. */
export interface Homes {
  readonly loans: ReadonlyMap<string, readonly Loan[]>;
  /** The gateway of a kit, by the identity of a device. */
  readonly kits: ReadonlyMap<string, string>;
}

/**
 * What becomes of the rows of one round: pure, so that it can be decided inside the journal's
 * transaction. Every row ends as an entry, a gap or a refusal, and none holds up the rows after it.
 */
export class Round {
  readonly #receivedAt: number;
  readonly #homes: Homes;
  readonly #marks = new Map<string, Mark>();
  readonly #moved = new Set<string>();
  readonly #entries: NewEntry[] = [];
  readonly #answers: NewAnswers[] = [];
  readonly #gaps: NewGap[] = [];
  readonly #refusals: NewRefusal[] = [];

  constructor(receivedAt: number, homes: Homes, marks: readonly Mark[]) {
    this.#receivedAt = receivedAt;
    this.#homes = homes;
    for (const mark of marks) this.#marks.set(nameOf(mark), mark);
  }

  /**
   * Takes up the rows after the ledger's mark. Rows before it were handled already; an envelope that
   * begins further on is left alone, and the receipt tells the gateway where to go on.
   */
  add(envelope: Envelope): void {
    const { header, rows } = envelope;
    let mark = this.#markOf(header);
    const handled = Math.max(mark.handled, Math.min(header.handled, mark.upTo));
    if (handled !== mark.handled) this.#move((mark = { ...mark, handled }));
    if (header.first > mark.upTo + 1) return;
    for (const row of rows.slice(mark.upTo + 1 - header.first)) this.#handle(header, row);
  }

  /** The marks of all ledgers that were heard of, moved or not: what the receipts say. */
  get marks(): readonly Mark[] {
    return [...this.#marks.values()];
  }

  batch(): Batch {
    return {
      receivedAt: this.#receivedAt,
      entries: this.#entries,
      answers: this.#answers,
      gaps: this.#gaps,
      refusals: this.#refusals,
      marks: this.marks.filter((mark) => this.#moved.has(nameOf(mark))),
    };
  }

  #handle({ gateway, ledger }: LedgerKey, row: EnvelopeRow): void {
    const mark = this.#markOf({ gateway, ledger });
    const place = { gateway, ledger, seq: row.seq };
    const value = parse(row.text);
    const absent = absentRow(value);
    const code = this.#store(place, { row, value, absent }, mark);
    if (code !== null) this.#refusals.push({ ...place, code, text: inspectable(row.text) });
    this.#move({
      ...mark,
      upTo: row.seq,
      // A link that does not fit says nothing of the next row, which must not suffer for it.
      link: absent?.absent === 'missing' || code === 'link_mismatch' ? null : row.link,
      lastRefused: code === null ? mark.lastRefused : row.seq,
    });
  }

  /** Puts the row where it belongs, or gives the code for which it is refused. */
  #store(
    place: LedgerKey & { seq: number },
    { row, value, absent }: ReadRow,
    mark: Mark,
  ): ErrorCode | null {
    if (absent?.absent === 'missing') {
      this.#gaps.push({ ...place, code: 'row_missing', digest: null });
      return null;
    }
    if (!follows(row, absent?.digest ?? digestOf(row.text), mark.link)) return 'link_mismatch';
    if (absent !== null) {
      this.#gaps.push({ ...place, code: 'row_culled', digest: absent.digest });
      return null;
    }
    if (value === undefined) return 'row_malformed';
    const { loans, kits } = this.#homes;
    const own = loans.get(place.gateway) ?? [];
    if (isAnswersRow(value)) {
      const answers = checkAnswersRow(value, { receivedAt: this.#receivedAt, loans: own });
      if (typeof answers === 'string') return answers;
      const { id, patient } = answers;
      this.#answers.push({ ...place, id, patient, text: row.text });
      return null;
    }
    const result = checkRow(value, {
      receivedAt: this.#receivedAt,
      loans: own,
      kitLoans: (identity) => {
        const kit = kits.get(identity) ?? place.gateway;
        return kit === place.gateway ? null : (loans.get(kit) ?? []);
      },
    });
    if (typeof result === 'string') return result;
    this.#entries.push({
      ...place,
      id: result.id,
      patient: result.patient,
      kind: result.kind,
      measuredAt: Math.min(result.time.measuredAt, this.#receivedAt),
      text: row.text,
    });
    return null;
  }

  #markOf({ gateway, ledger }: LedgerKey): Mark {
    const known = this.#marks.get(nameOf({ gateway, ledger }));
    if (known !== undefined) return known;
    const mark = { gateway, ledger, upTo: 0, link: zeroLink, handled: 0, lastRefused: 0 };
    this.#marks.set(nameOf(mark), mark);
    return mark;
  }

  #move(mark: Mark): void {
    this.#marks.set(nameOf(mark), mark);
    this.#moved.add(nameOf(mark));
  }
}

interface ReadRow {
  readonly row: EnvelopeRow;
  readonly value: unknown;
  readonly absent: AbsentRow | null;
}

function nameOf({ gateway, ledger }: LedgerKey): string {
  return `${gateway} ${ledger}`;
}

/** Undefined when the line is not JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function absentRow(value: unknown): AbsentRow | null {
  if (typeof value !== 'object' || value === null || !('absent' in value)) return null;
  return absentRowSchema.safeParse(value).data ?? null;
}

/** After a missing or broken row nothing is known of the chain: the next link is taken as it is. */
function follows(row: EnvelopeRow, digest: string, before: string | null): boolean {
  if (row.link === null) return false;
  return before === null || row.link === nextLink(before, row.seq, digest);
}
