// The Node.js that goes into the package, and SQLite compiled for it; both are kept between runs.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../ready.mjs';

/** Maintained until April 2027; a later Node 24 cannot collect a compiled SQLite (docs/guides/run-it.md). */
const nodeVersion = '22.23.3';

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'hemma');

/** Names of this processor: of npm's packages, of Debian's, and of the kernel. */
export const machine = {
  x64: { npm: 'x64', debian: 'amd64', kernel: 'x86_64' },
  arm64: { npm: 'arm64', debian: 'arm64', kernel: 'aarch64' },
}[process.arch];

function runQuietly(program, args, options = {}) {
  const { status, stderr, stdout } = spawnSync(program, args, { encoding: 'utf8', ...options });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}:\n${stdout}\n${stderr}`);
}

/** The folder of an official Node.js: `bin/node`, `include`, `LICENSE`. */
export function nodeRuntime() {
  const folder = join(cache, `node-${nodeVersion}`);
  const home = join(folder, `node_modules/node/node_modules/node-linux-${machine.npm}`);
  if (!existsSync(join(home, 'bin/node'))) {
    mkdirSync(folder, { recursive: true });
    const args = ['install', '--prefix', folder, '--no-save', '--loglevel=error'];
    runQuietly('npm', [...args, `node@${nodeVersion}`], { cwd: folder });
  }
  return { home, program: join(folder, 'node_modules/node/bin/node') };
}

/** The compiled SQLite for that Node.js; the first time takes two minutes. */
export function compiledSqlite({ home, program }) {
  const source = join(root, 'node_modules/better-sqlite3');
  const { version } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  const kept = join(cache, `better-sqlite3-${version}-node${nodeVersion}-${machine.kernel}.node`);
  if (existsSync(kept)) return kept;
  console.log('package: compiling SQLite (two minutes, once)');
  const work = mkdtempSync(join(tmpdir(), 'hemma-sqlite-'));
  try {
    const filter = (path) => !path.startsWith(join(source, 'build'));
    cpSync(source, work, { recursive: true, filter });
    const gyp = join(root, 'node_modules/node-gyp/bin/node-gyp.js');
    runQuietly(program, [gyp, 'rebuild', '--release', `--nodedir=${home}`], { cwd: work });
    cpSync(join(work, 'build/Release/better_sqlite3.node'), kept);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return kept;
}
