/** What a line may end with; one that is longer than it may be has lost its own. */
const RETURN = '\r';

/**
 * The lines of a stream of text, without their ends. Of a line that is longer than `maxChars` only
 * `maxChars + 1` characters are kept, which is enough to see that it is: a stream whose lines have no
 * end fills no memory.
 */
export async function* linesOf(
  chunks: AsyncIterable<string> | Iterable<string>,
  maxChars: number,
): AsyncIterable<string> {
  let line = '';
  for await (const chunk of chunks) {
    const [first = '', ...others] = chunk.split('\n');
    line = cut(line, first, maxChars);
    for (const next of others) {
      yield withoutReturn(line);
      line = cut('', next, maxChars);
    }
  }
  if (line !== '') yield withoutReturn(line);
}

function cut(line: string, more: string, maxChars: number): string {
  return line + more.slice(0, maxChars + 1 - line.length);
}

function withoutReturn(line: string): string {
  return line.endsWith(RETURN) ? line.slice(0, -1) : line;
}
