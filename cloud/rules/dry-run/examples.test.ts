import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadContent } from '../../plans/content.js';
import { answerCase } from './answer.js';
import { parseCase } from './case.js';

const directory = fileURLToPath(new URL('../../content', import.meta.url));
const content = loadContent(directory);
const { examples } = z
  .object({ examples: z.array(z.looseObject({ id: z.string(), title: z.string() })).min(1) })
  .parse(JSON.parse(readFileSync(`${directory}/rule-examples.json`, 'utf8')));

describe('the examples that come with the plans', () => {
  it.each(examples)('$id: $title', (example) => {
    expect(answerCase(parseCase(example, content), content)).toEqual(example['expected']);
  });
});
