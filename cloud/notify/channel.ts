import type { Message } from './message.js';

/** A way to tell somebody something. */
export interface Channel {
  /**
   * Resolves when whoever carries it further has taken it. Throws `CodedError` `notify_unavailable`
   * when it may work later, also when the signal gives it up; `notify_refused` when it never will.
   */
  send(address: string, message: Message, signal: AbortSignal): Promise<void>;
}
