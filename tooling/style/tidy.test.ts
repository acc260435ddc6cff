import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * House style that no linter knows: sizes, words, and "every X has a Y". Numbers are those from
 * which a reader should feel uneasy; an exception is a line here, with its reason.
 */

const root = join(import.meta.dirname, '../..');
const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '');
const sources = files.filter(
  (path) => /\.(ts|tsx|mjs|cjs|js)$/.test(path) && !path.includes('.generated.'),
);
const isTest = (path: string): boolean =>
  /\.(test|contract)\.tsx?$/.test(path) || path.startsWith('tests/');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const data = /^(protocols\/vectors|cloud\/content)\//;

/** Longer than the rule says, and why that is right. */
const longFiles = new Map<string, string>([]);

describe('sizes', () => {
  it('keeps files short', () => {
    const long = sources
      .map((path) => ({ path, lines: read(path).split('\n').length }))
      .filter(({ path, lines }) => lines > (isTest(path) ? 500 : 300) && !longFiles.has(path));
    expect(long).toEqual([]);
  });

  it('keeps the exceptions honest', () => {
    for (const path of longFiles.keys()) expect(files).toContain(path);
  });
});

describe('words', () => {
  const texts = files.filter((path) =>
    /\.(ts|tsx|mjs|cjs|js|md|json|ya?ml|css|html|sh)$/.test(path),
  );

  it('leaves nothing unfinished behind', () => {
    const marks = /\b(TODO|FIXME|XXX|HACK)\b|\b(?:it|test|describe)\.(?:only|todo)\b/;
    const found = sources.filter(
      (path) => path !== 'tooling/style/tidy.test.ts' && marks.test(read(path)),
    );
    expect(found).toEqual([]);
  });

  it('names no path of a developer machine', () => {
    const place = new RegExp(`${root.replaceAll('/', '\\/')}\\/|\\/home\\/[a-z]+\\/|\\/Users\\/`);
    const found = texts.filter((path) => !data.test(path) && place.test(read(path)));
    expect(found).toEqual([]);
  });

  it('names no registry address in the lock file', () => {
    expect(read('package-lock.json')).not.toMatch(/"resolved": "https?:/);
  });
});

describe('every X has a Y', () => {
  it('every workspace is known to the type checker', () => {
    const { workspaces } = JSON.parse(read('package.json')) as { workspaces: string[] };
    const { references } = JSON.parse(read('tsconfig.json')) as { references: { path: string }[] };
    for (const workspace of workspaces) expect(references).toContainEqual({ path: workspace });
  });

  it('every device file says who it is by its name', () => {
    const devices = files.filter(
      (path) =>
        /^protocols\/devices\/[a-z0-9-]+\.ts$/.test(path) &&
        /export const device\b/.test(read(path)),
    );
    for (const path of devices) expect(read(path)).toContain(`id: '${basename(path, '.ts')}'`);
    expect(devices.length).toBeGreaterThan(6);
  });

  it('every port with a contract suite runs it', () => {
    for (const contract of files.filter((path) => path.endsWith('.contract.ts'))) {
      const name = basename(contract, '.ts');
      const users = sources.filter(
        (path) => path.endsWith('.test.ts') && read(path).includes(name),
      );
      expect(users, contract).not.toEqual([]);
    }
  });

  it('every decision is listed', () => {
    const index = read('docs/architecture.md');
    for (const adr of files.filter((path) => path.startsWith('docs/adr/')))
      expect(index).toContain(basename(adr));
  });
});
