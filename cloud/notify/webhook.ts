import { createHmac } from 'node:crypto';
import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import * as http from 'node:http';
import * as https from 'node:https';
import { rootCertificates } from 'node:tls';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Clock } from '@hemma/runtime/clock.js';
import { isPublic } from './addresses.js';
import type { Channel } from './channel.js';
import type { Message } from './message.js';

export interface WebhookSettings {
  /** Shared with the receiver, who checks the signature with it. */
  readonly secret: string;
  /** Hosts that may be on the inner network and may be asked without TLS. */
  readonly innerHosts: readonly string[];
  /** Certificates (PEM) of authorities that are trusted beside the public ones. */
  readonly ca?: readonly string[] | undefined;
  /** Stands in for the resolver of the system. */
  readonly resolve?: typeof lookup | undefined;
  /** The receiver answers within this, or is asked again later; {@link defaultTimeoutMs}. */
  readonly timeoutMs?: number;
}

/** Longer than any program needs to take a few words. */
const defaultTimeoutMs = 10_000;

/**
 * A signed POST to a program of the organisation. The signature is `t=MILLISECONDS,v1=HEX`: HMAC-SHA256
 * over `MILLISECONDS.BODY`. Redirects are not followed, answers are not read, and addresses that are
 * not public are refused when they are connected to, whatever a name stood for before.
 */
export class WebhookChannel implements Channel {
  readonly #settings: WebhookSettings;
  readonly #clock: Pick<Clock, 'wall'>;

  constructor(settings: WebhookSettings, clock: Pick<Clock, 'wall'>) {
    this.#settings = settings;
    this.#clock = clock;
  }

  async send(
    address: string,
    { id, kind, unit, count, isTest, link, text }: Message,
    given: AbortSignal,
  ): Promise<void> {
    const url = this.#allowed(address);
    const body = JSON.stringify({ id, kind, unit, count, isTest, link, text });
    const at = this.#clock.wall().ms;
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'idempotency-key': id,
      'hemma-signature': `t=${at},v1=${signatureOf(this.#settings.secret, at, body)}`,
    };
    const { timeoutMs = defaultTimeoutMs, ca } = this.#settings;
    const status = await post(url, body, {
      ...{ headers, lookup: this.#lookup(url.hostname) },
      signal: AbortSignal.any([given, AbortSignal.timeout(timeoutMs)]),
      ...(ca === undefined ? {} : { ca: [...rootCertificates, ...ca] }),
    });
    if (status >= 200 && status < 300) return;
    // Too many requests, and faults of the receiver, may pass; what else it says is for good.
    const mayPass = status === 408 || status === 429 || status >= 500;
    throw new CodedError(mayPass ? 'notify_unavailable' : 'notify_refused', `answered ${status}`);
  }

  #allowed(address: string): URL {
    if (!URL.canParse(address)) throw new CodedError('notify_refused', 'The address is no URL.');
    const url = new URL(address);
    const isInner = this.#settings.innerHosts.includes(url.hostname);
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isInner))
      throw new CodedError('notify_refused', 'Only https is allowed.');
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(literal) !== 0 && !isInner && !isPublic(literal))
      throw new CodedError('notify_refused', 'The address is not public.');
    return url;
  }

  /** Looks a name up for the connection itself, so that it cannot stand for something else later. */
  #lookup(hostname: string): LookupFunction {
    const { resolve = lookup, innerHosts } = this.#settings;
    if (innerHosts.includes(hostname)) return resolve;
    return (name, options, done) => {
      resolve(name, { ...options, all: true }, (error, found) => {
        const inner = error === null && found.some((it) => !isPublic(it.address));
        const refusal = inner
          ? new CodedError('notify_refused', 'The address is not public.')
          : error;
        if (options.all === true) done(refusal, found);
        else done(refusal, found[0]?.address ?? '', found[0]?.family);
      });
    };
  }
}

/** HMAC-SHA256 over the moment and the body, in hexadecimal digits. */
export function signatureOf(secret: string, at: number, body: string): string {
  return createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
}

type Options = Pick<https.RequestOptions, 'headers' | 'lookup' | 'signal' | 'ca'>;

function post(url: URL, body: string, options: Options): Promise<number> {
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const sent = request(url, { ...options, method: 'POST', agent: false }, (answer) => {
      resolve(answer.statusCode ?? 0);
      answer.destroy();
    });
    sent.on('error', (error) =>
      reject(
        error instanceof CodedError
          ? error
          : new CodedError('notify_unavailable', undefined, { cause: error }),
      ),
    );
    sent.end(body);
  });
}
