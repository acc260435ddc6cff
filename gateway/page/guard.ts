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

/** Addresses that are counted by themselves in one minute; all others share one count. */
export const maxCounted = 64;

/**
 * Counts what each address asks for in a minute; more than a screen needs is refused. One that asks
 * without end takes nothing from the screen on the wall.
 */
export class Throttle {
  readonly #limit: number;
  readonly #counts = new Map<string, number>();
  #minute = -1;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether one more is allowed at a moment of the monotonic clock. */
  allows(address: string, monotonicMs: number): boolean {
    const minute = Math.floor(monotonicMs / 60_000);
    if (minute !== this.#minute) this.#counts.clear();
    this.#minute = minute;
    const isCounted = this.#counts.has(address) || this.#counts.size < maxCounted;
    const name = isCounted ? address : '';
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return count <= this.#limit;
  }
}
