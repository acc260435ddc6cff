import { connect } from 'node:net';
import { createTransport } from 'nodemailer';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Channel } from './channel.js';
import type { Message } from './message.js';

export interface EmailSettings {
  /** `smtp://user:password@host:port` or `smtps://…`. */
  readonly smtp: string;
  readonly from: string;
  /** The server answers each step within this, or is asked again later; {@link defaultTimeoutMs}. */
  readonly timeoutMs?: number;
}

/** A server that takes longer is asked again later. */
const defaultTimeoutMs = 10_000;
/** Of submission without and with TLS from the start (RFC 8314 §3.3). */
const ports = { smtp: 587, smtps: 465 } as const;

/** E-mail through a server of the organisation. */
export class EmailChannel implements Channel {
  readonly #settings: EmailSettings;

  constructor(settings: EmailSettings) {
    this.#settings = settings;
  }

  async send(address: string, { id, subject, text }: Message, signal: AbortSignal): Promise<void> {
    const messageId = `<${id}@hemma>`;
    const mail = { from: this.#settings.from, to: address, subject, text, messageId };
    // Answers to what a program sends reach nobody.
    const headers = { 'Auto-Submitted': 'auto-generated' };
    await this.#transport(signal)
      .sendMail({ ...mail, headers })
      .catch((error: unknown) => {
        throw failureOf(error);
      });
  }

  /** Its connection ends with the signal: the library has no way to give up a mail under way. */
  #transport(signal: AbortSignal) {
    const { smtp, timeoutMs = defaultTimeoutMs } = this.#settings;
    const timeouts = { connectionTimeout: timeoutMs, greetingTimeout: timeoutMs };
    return createTransport({
      ...{ url: smtp, ...timeouts, socketTimeout: timeoutMs },
      getSocket: ({ host = 'localhost', port, secure }, done) => {
        const standard = secure === true ? ports.smtps : ports.smtp;
        const within = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
        const socket = connect({ host, port: Number(port ?? standard), signal: within });
        const failed = (error: Error): void => done(error, {});
        socket.once('error', failed);
        socket.once('connect', () => {
          socket.off('error', failed);
          done(null, { connection: socket });
        });
      },
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
