import type { OutboxFile } from './file.js';
import type { ContentRow, Draft } from './rows.js';

/**
 * What happens when the outbox grows: content goes before identity, confirmed before unconfirmed,
 * old before new. A removed row keeps its digest and link, so the chain still holds.
 */
export interface OutboxLimits {
  /** Most rows with content. */
  readonly maxRows: number;
  /** Most octets of content; the file itself is about 1.6 times as large (links, ids, index). */
  readonly maxOctets: number;
  /** Confirmed content is kept this long at home, for a nurse with a laptop. Then it has to go. */
  readonly maxAgeMs: number;
  /** Identities remembered, to refuse a record that a device hands out again. */
  readonly maxRemembered: number;
}

export const dayMs = 86_400_000;

/** Years of an ordinary home (20 readings a day) on a small card; a nurse comes within a month. */
export const defaultLimits: OutboxLimits = {
  maxRows: 100_000,
  maxOctets: 128 * 1_048_576,
  maxAgeMs: 30 * dayMs,
  maxRemembered: 200_000,
};

/** Rows looked at per statement while making room: bounds memory, whatever the backlog. */
const chunkRows = 500;

/** Unconfirmed rows that lost their content: the one loss this gateway can cause, hence counted. */
export interface Culled {
  confirmed: number;
  unconfirmed: number;
}

/** Removes the oldest content until the draft keeps to its hard limits. */
export function makeRoom(file: OutboxFile, draft: Draft, limits: OutboxLimits): Culled {
  const over = (): boolean =>
    draft.content.rows > limits.maxRows || draft.content.octets > limits.maxOctets;
  return over() ? removeWhile(file, draft, over) : { confirmed: 0, unconfirmed: 0 };
}

/** Removes content that the cloud has stored and that is older than the limit. */
export function removeOld(
  file: OutboxFile,
  draft: Draft,
  limits: OutboxLimits,
  nowMs: number,
): Culled {
  const before = nowMs - limits.maxAgeMs;
  return removeWhile(file, draft, (row) => row.seq <= draft.ledger.handled && row.takenMs < before);
}

/** Forgets the oldest identities. The row of the confirmed point stays: its link leads the chain on. */
export function forgetOldest(file: OutboxFile, draft: Draft, limits: OutboxLimits): number {
  const { last, contentFrom, handled } = draft.ledger;
  const below = Math.min(last - limits.maxRemembered + 1, contentFrom, handled);
  return below > 1 ? file.statements.forgetBefore.run(below).changes : 0;
}

function removeWhile(file: OutboxFile, draft: Draft, goes: (row: ContentRow) => boolean): Culled {
  const culled = { confirmed: 0, unconfirmed: 0 };
  const { ledger, content } = draft;
  for (;;) {
    const from = ledger.contentFrom;
    for (const row of file.statements.contentFrom.iterate(from, chunkRows)) {
      if (!goes(row)) break;
      ledger.contentFrom = row.seq + 1;
      if (row.octets === null) continue;
      content.rows -= 1;
      content.octets -= row.octets;
      culled[row.seq <= ledger.handled ? 'confirmed' : 'unconfirmed'] += 1;
    }
    if (ledger.contentFrom === from) return culled;
    file.statements.removeContent.run(from, ledger.contentFrom - 1);
  }
}
