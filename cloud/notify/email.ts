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

/** Steps of SMTP whose refusal is about this recipient or this message, not about the sender's login. */
const aboutTheMessage: readonly unknown[] = ['RCPT TO', 'DATA'];

/**
 * An answer of 500 and above to the recipient or the message is for good (RFC 5321 §4.2.1). Anything
 * else may pass, a login that is refused too: somebody corrects the settings.
 */
function failureOf(error: unknown): CodedError {
  const code = isForGood(error) ? 'notify_refused' : 'notify_unavailable';
  return new CodedError(code, undefined, { cause: error });
}

function isForGood(error: unknown): boolean {
  if (!(error instanceof Error && 'responseCode' in error && 'command' in error)) return false;
  const { responseCode: code, command } = error;
  return typeof code === 'number' && code >= 500 && code < 600 && aboutTheMessage.includes(command);
}
