import { deflateSync, inflateSync } from 'node:zlib';

/** A text made smaller: zlib (RFC 1950) of its UTF-8, as base64. The same text gives the same. */
export function pack(text: string): string {
  return deflateSync(text, { level: 9 }).toString('base64');
}

/**
 * The text that was packed. Throws when it is none, or has more than `maxOctets`: of what would grow
 * without end, no more than that is ever made.
 */
export function unpack(packed: string, maxOctets: number): string {
  const octets = inflateSync(Buffer.from(packed, 'base64'), { maxOutputLength: maxOctets });
  return new TextDecoder('utf-8', { fatal: true }).decode(octets);
}
