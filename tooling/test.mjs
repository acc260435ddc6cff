// `npm test` and its longer sisters: makes the checkout ready, runs a vitest project, counts.
// Usage: node tooling/test.mjs PROJECT[,PROJECT] [vitest arguments]
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ready, root } from './ready.mjs';

const [projects = 'unit', ...rest] = process.argv.slice(2);
ready();
const results = join(root, `.cache/results-${projects}.json`);
mkdirSync(join(root, '.cache'), { recursive: true });
rmSync(results, { force: true });
const { status } = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    ...projects.split(',').flatMap((name) => ['--project', name]),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${results}`,
    ...rest,
  ],
  { cwd: root, stdio: 'inherit' },
);
const report = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : {};
const passed = report.numPassedTests ?? 0;
const skipped = (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0);
// A suite that could not even be loaded has no failed test of its own, and is a failure all the same.
const failed = Math.max(report.numFailedTests ?? 0, status === 0 && passed > 0 ? 0 : 1);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
if (process.env.HEMMA_COUNTS)
  appendFileSync(process.env.HEMMA_COUNTS, `${passed} ${failed} ${skipped}\n`);
process.exitCode = failed === 0 ? 0 : 1;
