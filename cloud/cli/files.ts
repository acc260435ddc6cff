import { readFileSync, statSync } from 'node:fs';
import { CodedError } from '@hemma/protocols/errors.js';

/** A plan with every text in two languages has some 40 KiB; a file of many cases is not larger. */
const maxTextOctets = 16 * 1024 * 1024;

/** Throws {@link CodedError} `file_unreadable` with the file and why. */
export function readText(file: string, maxOctets = maxTextOctets): string {
  let size: number;
  try {
    size = statSync(file).size;
    if (size <= maxOctets) return readFileSync(file, 'utf8');
  } catch (error) {
    throw unreadable(file, reasonOf(error), error);
  }
  throw unreadable(file, `has more than ${maxOctets} octets`);
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['EISDIR', 'is a folder'],
  ['EACCES', 'may not be read'],
]);

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons.get(code) ?? 'cannot be read';
}

function unreadable(file: string, reason: string, cause?: unknown): CodedError {
  return new CodedError('file_unreadable', `${file}: ${reason}.`, { cause });
}
