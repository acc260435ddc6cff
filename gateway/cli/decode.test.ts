import { readdirSync, readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeLine, decodeLines, decodeValue, decoders, printDecoded } from './decode.js';

interface VectorFile {
  readonly cases: readonly {
    readonly name: string;
    readonly hex?: string;
    readonly steps?: unknown[];
    readonly expect: unknown;
  }[];
}

const folder = join(import.meta.dirname, '../../protocols/vectors');
const vectors = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => ({
    name: file.slice(0, -'.json'.length),
    // The shape is that of protocols/vectors/README.md, and the tests below fail if it is not.
    cases: (JSON.parse(readFileSync(join(folder, file), 'utf8')) as VectorFile).cases,
  }));

describe('hemma-gateway decode', () => {
  it('knows every protocol that has vectors', () => {
    const names = vectors.map(({ name }) => name).filter((name) => name !== 'sequences');
    expect(Object.keys(decoders)).toEqual(expect.arrayContaining(names));
  });

  it.each(vectors)('answers every vector of $name, one line each', ({ name, cases }) => {
    for (const { hex, steps, expect: wanted } of cases) {
      const line = JSON.stringify(steps === undefined ? { name, hex } : { name, steps });
      const answer: unknown = JSON.parse(printDecoded(decodeLine(line)));
      const refusal = typeof wanted === 'object' && wanted !== null && 'error' in wanted;
      if (refusal && !('nextFrame' in wanted)) expect(answer).toHaveProperty('error');
      else expect(answer).toEqual(wanted);
    }
  });

  it('refuses what is no request, and goes on', async () => {
    const input = new PassThrough();
    const output = new PassThrough();
    const answers = text(output);
    input.end(
      [
        'rubbish',
        '{"name":"battery-level"}',
        '{"name":"no-such-thing","hex":"00"}',
        '{"name":"battery-level","hex":"0"}',
        '{"name":"battery-level","hex":"xy"}',
        '{"name":"toString","hex":"00"}',
        '',
        '{"name":"battery-level","hex":"64"}',
      ].join('\n'),
    );
    await decodeLines(input, output);
    output.end();
    const lines = (await answers).trim().split('\n');
    expect(lines.slice(0, 6).every((line) => 'error' in (JSON.parse(line) as object))).toBe(true);
    expect(lines.slice(6)).toEqual([printDecoded(decodeValue('battery-level', '64'))]);
  });
});
