import { readFileSync } from 'node:fs';
import { it } from 'vitest';
import { loadContent } from '../plans/content.js';
import { planTryLines } from './plan.js';
it('x', async () => {
  const content = loadContent('cloud/content');
  const out: string[] = [];
  const code = await planTryLines(readFileSync('/tmp/work/cases.jsonl', 'utf8').split('\n'), content, (l) => void out.push(l));
  console.log(code + '\n' + out.join('\n'));
});
