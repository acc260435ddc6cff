import { createHash } from 'node:crypto';

/**
 * One text for one JSON value, whatever the order of its keys: the JSON Canonicalization Scheme
 * (RFC 8785), whose numbers and strings are those of `JSON.stringify`.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, it]) => it !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, it]) => `${JSON.stringify(key)}:${canonicalJson(it)}`);
  return `{${members.join(',')}}`;
}

/** SHA-256 over canonical JSON, as hex: names what was released, octet for octet. */
export function contentDigest(canonical: string): string {
  return createHash('sha256').update(canonical, 'utf8').digest('hex');
}
