import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let checkout: string;
const catalogue = 'protocols/devices/catalogue.generated.ts';
const scenarios = 'simulators/patients/scenarios.generated.ts';
const limits = 'docs/reference/limits.md';

function put(path: string, text: string): void {
  mkdirSync(join(checkout, path, '..'), { recursive: true });
  writeFileSync(join(checkout, path), text);
}

const written = (path: string): string => readFileSync(join(checkout, path), 'utf8');

function generate(...args: string[]) {
  const program = join(checkout, 'tooling/generate.mjs');
  return spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
}

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'hemma-generate-'));
  for (const part of ['generate.mjs', 'ready.mjs', 'generators'])
    cpSync(join(import.meta.dirname, part), join(checkout, 'tooling', part), { recursive: true });
  symlinkSync(join(import.meta.dirname, '../node_modules'), join(checkout, 'node_modules'));
  put('protocols/devices/b-2.ts', 'export const device: Device = 1;\n');
  put('protocols/devices/a-1.ts', 'export const device: Device = 1;\n');
  put('protocols/devices/helper.ts', 'export const help = 1;\n');
  put('simulators/patients/scenarios/gout.ts', 'export const scenario = 1;\n');
});
afterEach(() => rmSync(checkout, { recursive: true }));

describe('lists of files', () => {
  it('name what device files export, in order, and nothing else', () => {
    expect(generate(catalogue).status).toBe(0);
    const text = written(catalogue);
    expect(text).toContain("import { device as a1 } from './a-1.js';");
    expect(text).toMatch(/= \[\n {2}a1,\n {2}b2,\n\];/);
    expect(text).not.toContain('helper');
  });

  it('with --check are named when stale, and not written', () => {
    generate(catalogue, scenarios);
    expect(generate('--check', catalogue, scenarios).status).toBe(0);
    put('protocols/devices/c-3.ts', 'export const device: Device = 1;\n');
    const before = written(catalogue);
    const check = generate('--check', catalogue, scenarios);
    expect(check.status).toBe(1);
    expect(check.stderr).toContain(catalogue);
    expect(check.stderr).not.toContain(scenarios);
    expect(written(catalogue)).toBe(before);
  });
});

it('writes only what is asked for, and refuses what nothing writes', () => {
  expect(generate(scenarios).status).toBe(0);
  expect(existsSync(join(checkout, catalogue))).toBe(false);
  const refused = generate('docs/reference/nothing.md');
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain('docs/reference/nothing.md');
});

describe('limits', () => {
  const rows = (): string[] => {
    expect(generate(limits).status).toBe(0);
    return written(limits)
      .split('\n')
      .filter((line) => line.startsWith('| `'));
  };

  it('have the value, and the reason from the comment right above', () => {
    put(
      'gateway/a.ts',
      [
        '/** About the file: 1 | 2. */',
        '',
        'const maxBare = 5;',
        '/**',
        ' * Two lines,',
        ' * `a | b`.',
        ' */',
        'export const maxRows = 2 * 1_000;',
        'const closeDeadlineMs = 3;',
      ].join('\n'),
    );
    const file = '[a.ts](../../gateway/a.ts)';
    expect(rows()).toEqual([
      `| \`maxBare\` | \`5\` |  | ${file} |`,
      `| \`maxRows\` | \`2 * 1_000\` | Two lines, \`a \\| b\`. | ${file} |`,
      `| \`closeDeadlineMs\` | \`3\` | Two lines, \`a \\| b\`. | ${file} |`,
    ]);
  });

  it('are numbers: no units, functions, texts or what is in tests', () => {
    put(
      'cloud/b.tsx',
      [
        '/** Reason. */',
        'const retryLimits = { firstMs: 1, maxMs: -2 } as const;',
        'const dayMs = 1;',
        'const maximum = 1;',
        'const maxBy = (x: number) => x;',
        "const maxText = 'x';",
        'function f() { const maxInner = 1; return maxInner; }',
      ].join('\n'),
    );
    put('cloud/b.test.ts', 'const maxTested = 1;');
    put('cloud/dist/b.ts', 'const maxBuilt = 1;');
    expect(rows()).toEqual([
      '| `retryLimits` | `{ firstMs: 1, maxMs: -2 }` | Reason. | [b.tsx](../../cloud/b.tsx) |',
    ]);
  });
});
