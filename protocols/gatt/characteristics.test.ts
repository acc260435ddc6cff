import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serialDecoders } from '../serial/decoders.js';
import { characteristicDecoders } from './characteristics.js';
import { gattDecoders } from './decoders.js';

interface VectorFile {
  readonly uuid: string;
  readonly cases: readonly { readonly hex: string; readonly expect: object }[];
}

const folder = join(import.meta.dirname, '../vectors');
const shared = new Set(['ff02', 'ff0a', 'fff1', '2b8b']);
const variants = new Set(['blood-pressure-beurer-quirk', 'omron-racp']);

describe('which decoder reads a characteristic', () => {
  it.each([...characteristicDecoders])('%s: %s is a decoder', (_uuid, name) => {
    expect(gattDecoders[name] ?? serialDecoders[name]).toBeTypeOf('function');
  });

  it('is what the vector files say, for every UUID that means one thing only', () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
    let compared = 0;
    for (const file of files) {
      const name = file.slice(0, -'.json'.length);
      // Vector files have one form, which their own tests check.
      const { uuid } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as VectorFile;
      const short = uuid.replaceAll('-', '');
      if (!/^([0-9a-f]{4}|[0-9a-f]{32})$/.test(short) || shared.has(short) || variants.has(name))
        continue;
      expect(characteristicDecoders.get(short), file).toBe(name);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(30);
  });
});
