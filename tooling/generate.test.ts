import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

let checkout: string;
const catalogue = 'protocols/devices/catalogue.generated.ts';

function put(path: string, text: string): void {
  mkdirSync(join(checkout, path, '..'), { recursive: true });
  writeFileSync(join(checkout, path), text);
}

function generate(...args: string[]) {
  const program = join(checkout, 'tooling/generate.mjs');
  return spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
}

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'hemma-generate-'));
  mkdirSync(join(checkout, 'tooling'));
  copyFileSync(join(import.meta.dirname, 'generate.mjs'), join(checkout, 'tooling/generate.mjs'));
  put('protocols/devices/b-2.ts', 'export const device: Device = 1;\n');
  put('protocols/devices/a-1.ts', 'export const device: Device = 1;\n');
  put('protocols/devices/helper.ts', 'export const help = 1;\n');
  put('simulators/patients/scenarios/gout.ts', 'export const scenario = 1;\n');
});
afterEach(() => rmSync(checkout, { recursive: true }));

it('lists what device files export, in order, and nothing else', () => {
  expect(generate().status).toBe(0);
  const text = readFileSync(join(checkout, catalogue), 'utf8');
  expect(text).toContain("import { device as a1 } from './a-1.js';");
  expect(text).toMatch(/= \[\n {2}a1,\n {2}b2,\n\];/);
  expect(text).not.toContain('helper');
});

it('with --check names stale files and writes nothing', () => {
  generate();
  expect(generate('--check').status).toBe(0);
  put('protocols/devices/c-3.ts', 'export const device: Device = 1;\n');
  const before = readFileSync(join(checkout, catalogue), 'utf8');
  const check = generate('--check');
  expect(check.status).toBe(1);
  expect(check.stderr).toContain(catalogue);
  expect(check.stderr).not.toContain('scenarios.generated.ts');
  expect(readFileSync(join(checkout, catalogue), 'utf8')).toBe(before);
});
