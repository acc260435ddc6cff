import type { FastifyInstance } from 'fastify';
import { apiError } from './errors.js';

/** What every request must fulfil, and what every answer says to the browser. */

/**
 * The page's scripts are files of its own; Mantine and ECharts set styles as they go. Nothing is
 * loaded from elsewhere, nothing is framed, and no form is sent anywhere.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Health data stays out of every cache, the browser's on disk included. */
export const noStore = { 'cache-control': 'no-store' };

/**
 * Whether the Host header names this machine itself. A foreign page whose name was made to point at
 * 127.0.0.1 (DNS rebinding) sends its own name.
 */
export function isLoopbackHost(host: string | undefined): boolean {
  if (host === undefined) return false;
  const match = /^(?<name>\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::\d{1,5})?$/i.exec(host);
  const name = match?.groups?.['name']?.toLowerCase() ?? '';
  return name === 'localhost' || name === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(name);
}

/** Whether a request came from a page of this very server, or from no page at all. */
export function isSameSite(headers: Readonly<Record<string, unknown>>): boolean {
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none';
}

const refusals = {
  host: apiError('request_invalid', 'The Host header does not name this machine.'),
  site: apiError('request_invalid', 'Another site may not ask for this.'),
  type: apiError('request_invalid', 'The content type must be application/json.'),
};

export function guard(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(securityHeaders);
    if (!isLoopbackHost(request.headers.host)) return reply.code(421).send(refusals.host);
    if (request.method === 'POST' && !isSameSite(request.headers))
      return reply.code(403).send(refusals.site);
    if (request.method === 'POST' && !isJson(request.headers['content-type']))
      return reply.code(415).send(refusals.type);
    return undefined;
  });
  app.addHook('onSend', async (_request, reply) => {
    // The files of the pages say for themselves how long they may be kept.
    if (!reply.raw.hasHeader('cache-control')) void reply.headers(noStore);
  });
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/json(?:\s*;\s*charset=utf-8)?$/i.test(contentType?.trim() ?? '');
}
