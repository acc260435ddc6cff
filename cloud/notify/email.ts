import { createTransport } from 'nodemailer';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Channel } from './channel.js';
import type { Message } from './message.js';

export interface EmailSettings {
  /** `smtp://user:password@host:port` or `smtps://…`. */
  readonly smtp: string;
  readonly from: string;
}

/** A server that takes longer is asked again later. */
const timeoutMs = 10_000;

/** E-mail through a server of the organisation. */
export class EmailChannel implements Channel {
  readonly #transport: ReturnType<typeof createTransport>;
  readonly #from: string;

  constructor({ smtp, from }: EmailSettings) {
    const timeouts = { connectionTimeout: timeoutMs, greetingTimeout: timeoutMs };
    this.#transport = createTransport({ url: smtp, ...timeouts, socketTimeout: timeoutMs });
    this.#from = from;
  }

  async send(address: string, { id, subject, text }: Message): Promise<void> {
    const messageId = `<${id}@hemma>`;
    const mail = { from: this.#from, to: address, subject, text, messageId };
    // Answers to what a program sends reach nobody.
    const headers = { 'Auto-Submitted': 'auto-generated' };
    await this.#transport.sendMail({ ...mail, headers }).catch((error: unknown) => {
      throw failureOf(error);
    });
  }
}

/**
 * An answer of 500 and above is for good (RFC 5321 §4.2.1), unless it is our own password that the
 * server does not take: that is mended in the settings. Anything else may pass.
 */
function failureOf(error: unknown): CodedError {
  const answered = error instanceof Error && 'responseCode' in error ? error.responseCode : null;
  const isOurs = error instanceof Error && 'code' in error && error.code === 'EAUTH';
  const isForGood = !isOurs && typeof answered === 'number' && answered >= 500 && answered < 600;
  const code = isForGood ? 'notify_refused' : 'notify_unavailable';
  return new CodedError(code, undefined, { cause: error });
}
