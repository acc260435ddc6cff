// `npm run check`: everything that can be said about the sources without running them.
import { join } from 'node:path';
import { ready, root, run } from './ready.mjs';

const bin = (name) => join(root, 'node_modules/.bin', name);
const steps = [
  ['generated files', process.execPath, ['tooling/generate.mjs', '--check']],
  ['format', bin('prettier'), ['--check', '--log-level', 'warn', '.']],
  ['types', bin('tsc'), ['-b']],
  [
    'lint',
    bin('eslint'),
    ['--cache', '--cache-location', '.cache/eslint', '--max-warnings', '0', '.'],
  ],
  [
    'boundaries',
    bin('depcruise'),
    ['protocols', 'runtime', 'gateway', 'cloud', 'dashboards', 'simulators'],
  ],
  ['dead code', bin('knip'), ['--no-progress']],
  [
    'house style',
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--project', 'style'],
  ],
];

ready();
for (const [name, program, args] of steps) {
  console.log(`check: ${name}`);
  run(program, args);
}
