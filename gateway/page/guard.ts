import { isIP } from 'node:net';

/** What every request to the page must fulfil, and what every answer says to the browser. */

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

export const pageHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy,
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  // Not `no-referrer`: browsers would then send forms of this very page with the origin `null`.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // Values of a person stay out of every cache, the browser's on disk included.
  'cache-control': 'no-store',
};

/**
 * Whether the Host header is an address, or a name that the settings allow. A foreign page whose name
 * was made to point at the gateway (DNS rebinding) sends its own name, and never an address.
 */
export function isOwnHost(host: string | undefined, names: readonly string[]): boolean {
  const match = /^(?:\[(?<six>[0-9a-f:.]+)\]|(?<name>[a-z0-9.-]+))(?::\d{1,5})?$/i.exec(host ?? '');
  if (match === null) return false;
  const { six, name = '' } = match.groups ?? {};
  if (six !== undefined) return isIP(six) === 6;
  return isIP(name) === 4 || ['localhost', ...names].includes(name.toLowerCase());
}

/** Whether a form was sent from a page of this very server. Old browsers say Origin alone. */
export function isOwnForm(headers: Readonly<Record<string, unknown>>): boolean {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  if (origin !== undefined) return origin === `http://${String(host)}`;
  return site === 'same-origin';
}

/** Counts what is asked for in each minute; more than a home needs is refused. */
export class Throttle {
  readonly #limit: number;
  #minute = -1;
  #count = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether one more is allowed at a moment of the monotonic clock. */
  allows(monotonicMs: number): boolean {
    const minute = Math.floor(monotonicMs / 60_000);
    if (minute !== this.#minute) this.#count = 0;
    this.#minute = minute;
    this.#count += 1;
    return this.#count <= this.#limit;
  }
}
