// Makes a checkout ready to run: installs what is missing and builds what is stale, and says so.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');

/** Runs a program in the root of the checkout with its output shown; ends this process if it fails. */
export function run(program, args, env = {}) {
  const result = spawnSync(program, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  console.error(`Hemma needs Node.js 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

function readLock(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : {};
}

/** Whether what is installed is what the lock file asks for (optional packages may be absent). */
function isInstalled() {
  const wanted = readLock(join(root, 'package-lock.json'));
  const present = readLock(join(root, 'node_modules/.package-lock.json'));
  return Object.entries(wanted).every(([path, entry]) =>
    path === '' || entry.link || entry.optional || !path.startsWith('node_modules/')
      ? true
      : present[path]?.version === entry.version,
  );
}

export function install() {
  if (isInstalled()) return;
  console.log(
    'Installing packages: the first time takes two to four minutes (SQLite is compiled).',
  );
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts=false']);
}

export function build() {
  run(process.execPath, [join(root, 'tooling/build.mjs')]);
}

export function ready() {
  install();
  build();
}
