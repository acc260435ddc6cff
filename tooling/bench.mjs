// `npm run bench`: figures side by side in one run on one machine; asserts nothing.
// Usage: node tooling/bench.mjs [section…] [--long]
import { join } from 'node:path';
import { ready, root, run } from './ready.mjs';

ready();
run(process.execPath, [
  join(root, 'tests/bench/dist/tests/bench/main.js'),
  ...process.argv.slice(2),
]);
