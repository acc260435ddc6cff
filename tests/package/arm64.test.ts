import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../../tooling/testkit/requires.js';
import { runToEnd } from '../support/programs.js';
import { build, versions } from './build.js';

/**
 * The package of the processor that most gateways have, built here with a cross compiler: it has that
 * processor's code and no other, and the code runs, instruction by instruction, in QEMU.
 */

const suite = 'the package for arm64';
/** ELF-64 (System V gABI): the magic number, and the machine at offset 18; 183 is AArch64. */
const elf = '7f454c46';
const machineOffset = 18;
const aarch64 = 183;
/** Where the cross compiler's package keeps the C library of that processor. */
const libraries = '/usr/aarch64-linux-gnu';
const emulator = 'qemu-aarch64-static';

const isHere = process.arch === 'arm64';
const canBuild = isHere || requires('aarch64-linux-gnu-g++', suite);
const canRun = isHere || (canBuild && requires(emulator, 'the code in the package for arm64'));

describe.skipIf(!canBuild)(suite, () => {
  const folder = mkdtempSync(join(tmpdir(), 'hemma-arm64-'));
  const tree = join(folder, 'tree');
  const library = join(tree, 'usr/lib/hemma-gateway');
  let file = '';

  beforeAll(() => {
    file = join(folder, build(versions.older, folder, ['--arch', 'arm64']));
    execFileSync('dpkg-deb', ['-R', file, tree]);
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const fieldOf = (name: string): string =>
    execFileSync('dpkg-deb', ['-f', file, name], { encoding: 'utf8' }).trim();
  /** Every compiled file, by its path in the package. */
  const compiled = (): ReadonlyMap<string, Buffer> => {
    const entries = readdirSync(tree, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const all = files.map((it) => join(it.parentPath, it.name));
    return new Map(
      all
        .map((path) => [path.slice(tree.length), readFileSync(path)] as const)
        .filter(([, octets]) => octets.subarray(0, 4).toString('hex') === elf),
    );
  };
  /** Runs the package's own Node.js. */
  const run = (...args: string[]): string => {
    const node = join(library, 'bin/node');
    const [program, ...rest] = isHere
      ? [node, ...args]
      : [emulator, '-L', libraries, node, ...args];
    return execFileSync(program, rest, { cwd: library, encoding: 'utf8' }).trim();
  };

  it('has that processor’s code, and no other', () => {
    expect(fieldOf('Architecture')).toBe('arm64');
    const machines = [...compiled()].map(([path, octets]) => [
      path,
      octets.readUInt16LE(machineOffset),
    ]);
    expect(machines.filter(([, machine]) => machine !== aarch64)).toEqual([]);
    const names = machines.map(([path]) => String(path)).join('\n');
    for (const part of ['bin/node', 'better_sqlite3.node', 'bindings-cpp', 'noble'])
      expect(names).toContain(part);
  });

  it('asks for a C and a C++ library as new as the code needs', () => {
    /** The last number of the newest version of a symbol that any compiled file names. */
    const newest = (version: RegExp): number => {
      const names = [...compiled().values()].flatMap(
        (octets) => octets.toString('latin1').match(version) ?? [],
      );
      return Math.max(...names.map((name) => Number(name.split('.').at(-1))));
    };
    const depends = fieldOf('Depends');
    const glibc = Number(/libc6 \(>= 2\.(\d+)\)/.exec(depends)?.[1]);
    // Debian 12 has 2.36.
    expect(newest(/\bGLIBC_2\.\d+/g)).toBe(glibc);
    expect(glibc).toBeLessThanOrEqual(36);
    // GCC 11 brought GLIBCXX_3.4.29 (libstdc++ manual, ABI policy).
    expect(depends).toContain('libstdc++6 (>= 11)');
    expect(newest(/\bGLIBCXX_3\.4\.\d+/g)).toBe(29);
  });

  it.skipIf(!canRun)('runs: SQLite, serial lines, and the program with its settings', async () => {
    const sqlite = `const db = new (require('better-sqlite3'))(':memory:');
      console.log(process.arch, db.prepare('SELECT 6 * 7').pluck().get())`;
    expect(run('-e', sqlite)).toBe('arm64 42');
    const lines = `import('serialport').then(({ SerialPort }) => SerialPort.list())
      .then((found) => console.log(Array.isArray(found)))`;
    expect(run('-e', lines)).toBe('true');
    const version = ['gateway/bin/hemma-gateway.mjs', '--version'];
    expect(run(...version)).toBe((await ownVersion()).trim());
  });

  const ownVersion = async (): Promise<string> => {
    const program = join(import.meta.dirname, '../../gateway/bin/hemma-gateway.mjs');
    return (await runToEnd(program, ['--version'])).stdout;
  };
});
