import { maxReceiptRefusals } from '@hemma/protocols/wire/messages.js';
import type { Receipt } from '@hemma/protocols/wire/messages.js';
import type { Journal, Mark } from '../journal/journal.js';

/**
 * The receipt of a ledger, from what the journal says and nothing else: any process can give it, at
 * any time. Refused rows that the gateway has not heard of are named; where there are more than fit,
 * the receipt ends before the first that does not, and the next one goes on from there.
 */
export async function receiptFor(
  journal: Journal,
  mark: Mark,
  spoken: { readonly at: number; readonly pauseMs: number },
): Promise<Receipt> {
  const { gateway, ledger } = mark;
  const refused =
    mark.lastRefused > mark.handled
      ? await journal.refusedAfter(mark, mark.handled, maxReceiptRefusals + 1)
      : [];
  const tooMany = refused[maxReceiptRefusals];
  return {
    v: 1,
    gateway,
    ledger,
    upTo: tooMany === undefined ? mark.upTo : tooMany.seq - 1,
    refused: refused.slice(0, maxReceiptRefusals),
    ...spoken,
  };
}
