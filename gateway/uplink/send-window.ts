/**
 * Which rows are on their way. Envelopes are sent ahead of their receipts, so that a long way to the
 * cloud does not slow a backlog down, but never more than a window of them.
 */

/** Half a mebibyte at most: some seconds of a slow mobile link, and cheap to send again. */
export const maxEnvelopesInFlight = 8;

interface InFlight {
  readonly last: number;
  readonly sentMs: number;
}

export class SendWindow {
  #inFlight: InFlight[] = [];
  #sentTo = 0;

  /** The last row that was sent. */
  get sentTo(): number {
    return this.#sentTo;
  }

  get isEmpty(): boolean {
    return this.#inFlight.length === 0;
  }

  get isFull(): boolean {
    return this.#inFlight.length >= maxEnvelopesInFlight;
  }

  sent(last: number, nowMs: number): void {
    this.#inFlight.push({ last, sentMs: nowMs });
    this.#sentTo = last;
  }

  /**
   * A receipt covers the rows up to `upTo`. Gives when the newest envelope that it answers was sent:
   * the cloud spoke after that. Null when it answers none.
   */
  confirmed(upTo: number): number | null {
    const answered = this.#inFlight.filter(({ last }) => last <= upTo);
    this.#inFlight = this.#inFlight.filter(({ last }) => last > upTo);
    this.#sentTo = Math.max(this.#sentTo, upTo);
    return answered.at(-1)?.sentMs ?? null;
  }

  /** Nothing is believed to be on its way any more; sending begins after this row again. */
  rewind(confirmed: number): void {
    this.#inFlight = [];
    this.#sentTo = confirmed;
  }
}
