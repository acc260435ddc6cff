// The Node.js that goes into the package, and SQLite compiled for it; both are kept between runs.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../ready.mjs';

/** Maintained until April 2027; a later Node 24 cannot collect a compiled SQLite (docs/guides/run-it.md). */
const nodeVersion = '22.23.3';

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'hemma');

/** Processors of gateways: npm's name (the key) and Debian's, the kernel's, and that of GNU compilers. */
export const machines = {
  x64: { npm: 'x64', debian: 'amd64', kernel: 'x86_64', compiler: 'x86_64-linux-gnu' },
  arm64: { npm: 'arm64', debian: 'arm64', kernel: 'aarch64', compiler: 'aarch64-linux-gnu' },
};

function runQuietly(program, args, options = {}) {
  const { error, status, stderr, stdout } = spawnSync(program, args, {
    encoding: 'utf8',
    ...options,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}:\n${stdout}\n${stderr}`);
}

/** The folder of an official Node.js for that processor: `bin/node`, `include`, `LICENSE`. */
export function nodeRuntime(machine) {
  const folder = join(cache, `node-${nodeVersion}-${machine.npm}`);
  const name = `node-linux-${machine.npm}`;
  const home = join(folder, 'node_modules', name);
  if (!existsSync(join(home, 'bin/node'))) {
    mkdirSync(folder, { recursive: true });
    // npm refuses what this processor cannot run, unless forced to.
    const foreign = ['--os=linux', `--cpu=${machine.npm}`, '--force'];
    const args = ['install', '--prefix', folder, '--no-save', '--loglevel=error', ...foreign];
    runQuietly('npm', [...args, `${name}@${nodeVersion}`], { cwd: folder });
  }
  return home;
}

/** The compiled SQLite for that Node.js; the first time takes two minutes. */
export function compiledSqlite(machine, nodeHome) {
  const source = join(root, 'node_modules/better-sqlite3');
  const { version } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  const kept = join(cache, `better-sqlite3-${version}-node${nodeVersion}-${machine.kernel}.node`);
  if (existsSync(kept)) return kept;
  console.log(`package: compiling SQLite for ${machine.debian} (two minutes, once)`);
  const work = mkdtempSync(join(tmpdir(), 'hemma-sqlite-'));
  try {
    const filter = (path) => !path.startsWith(join(source, 'build'));
    cpSync(source, work, { recursive: true, filter });
    const gyp = join(root, 'node_modules/node-gyp/bin/node-gyp.js');
    const args = [gyp, 'rebuild', '--release', `--nodedir=${nodeHome}`, `--arch=${machine.npm}`];
    runQuietly(process.execPath, args, { cwd: work, env: compilerEnv(machine) });
    cpSync(join(work, 'build/Release/better_sqlite3.node'), kept);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return kept;
}

/** For another processor Debian's cross compiler: `g++-aarch64-linux-gnu`, `g++-x86-64-linux-gnu`. */
function compilerEnv({ npm, compiler }) {
  if (npm === process.arch) return process.env;
  return { ...process.env, CC: `${compiler}-gcc`, CXX: `${compiler}-g++`, AR: `${compiler}-ar` };
}

/** Why no package can be made here for that processor; null when one can. */
export function missingFor({ npm, compiler, debian }) {
  if (npm === process.arch) return null;
  const { error } = spawnSync(`${compiler}-g++`, ['--version']);
  if (error === undefined) return null;
  const name = compiler.replaceAll('_', '-');
  return `A package for ${debian} needs a cross compiler here: apt-get install g++-${name}`;
}
