import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { canRunDebian } from '../support/debian-root.js';

/** Packages that the tests share, built once before them. */

export interface Packages {
  /** With these files in it, whatever may be beside them. */
  readonly folder: string;
  readonly older: string;
  readonly newer: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    packages: Packages;
  }
}

export const versions = { older: '0.1.0', newer: '0.1.0+next' } as const;
const checkout = join(import.meta.dirname, '../..');

/** Builds a package for this processor, or `more` options; gives its name in the folder. */
export function build(version: string, out: string, more: readonly string[] = []): string {
  mkdirSync(out, { recursive: true, mode: 0o755 });
  const command = ['tooling/package-deb.mjs', '--version', version, '--out', out, ...more];
  execFileSync(process.execPath, command, { cwd: checkout, stdio: 'pipe' });
  const file = readdirSync(out).find((name) => name.includes(`_${version}_`));
  if (file === undefined) throw new Error('No package was built.');
  return file;
}

export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'hemma-packages-'));
  const canRun = canRunDebian('the Debian package');
  const [older, newer] = canRun
    ? [build(versions.older, folder), build(versions.newer, folder)]
    : ['', ''];
  project.provide('packages', { folder, older, newer });
  return () => rmSync(folder, { recursive: true, force: true });
}
