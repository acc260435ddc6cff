import { describe, expect, it } from 'vitest';
import { linesOf } from './lines.js';

const lines = async (chunks: readonly string[], maxChars = 4) => {
  const found: string[] = [];
  for await (const line of linesOf(chunks, maxChars)) found.push(line);
  return found;
};

describe('the lines of a stream', () => {
  it.each([
    ['ends of Unix and of Windows', ['a\nb\r\nc'], ['a', 'b', 'c']],
    ['ends between two chunks', ['a', 'b\r', '\nc', '\n'], ['ab', 'c']],
    ['empty lines', ['\n\na\n'], ['', '', 'a']],
    ['nothing', [], []],
  ])('have %s', async (_, chunks, expected) => {
    expect(await lines(chunks)).toEqual(expected);
  });

  it.each([
    [['abcd\ne'], ['abcd', 'e']],
    [['abcde\ne'], ['abcde', 'e']],
    [
      ['abcdef', 'ghij', 'kl\ne'],
      ['abcde', 'e'],
    ],
    [
      ['ab', 'cdef\r\ne'],
      ['abcde', 'e'],
    ],
  ])('lose what is more than one character too many: %j', async (chunks, expected) => {
    expect(await lines(chunks)).toEqual(expected);
  });
});
