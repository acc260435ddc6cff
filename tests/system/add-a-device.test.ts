import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/**
 * What docs/guides/add-a-device.md promises: one new file, and nothing else, gives a device that is in
 * the catalogue and on its page, is recognised, decodes, and has a virtual device.
 */

const id = 'acme-throw-away';
const deviceFile = `import type { GattDevice } from '../device.js';
import { thermometer } from '../profiles/thermometer.js';

export const device: GattDevice = {
  id: '${id}',
  maker: 'Acme',
  model: 'Throw-away',
  kind: 'thermometer',
  ladder: 'converses',
  recordOrder: 'not-verified',
  transport: 'gatt',
  recognition: { namePrefix: 'THROWAWAY_' },
  bonding: 'none',
  reconnectPauseMs: 10_000,
  profile: thermometer(),
  sources: ['a leaflet'],
  notes: ['Its colour is not verified.'],
  samples: [
    {
      title: '36.6 °C',
      octets: '006e0100ff',
      reading: { kind: 'body_temperature', values: { body_temperature: 36.6 }, failure: null },
    },
  ],
};
`;

/** What the catalogue, its page and the sweep over it are made from. */
const folders = ['protocols', 'runtime', 'simulators', 'gateway', 'tooling', 'cloud/content'];
const files = ['vitest.config.ts', 'tsconfig.base.json', 'package.json'];
/** The generator of the page alone: the program around it builds the whole repository first. */
const printPage = `import { devicesPage } from './tooling/generators/devices.mjs';
process.stdout.write(await devicesPage());`;
const root = resolve('.');
let checkout: string;

function run(...args: string[]) {
  return spawnSync(process.execPath, args, { cwd: checkout, encoding: 'utf8' });
}

/** Other people's packages as they are; our own are those of the copy. */
function linkPackages(): void {
  const packages = join(checkout, 'node_modules');
  mkdirSync(join(packages, '@hemma'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name === '@hemma' || name.startsWith('.')) continue;
    symlinkSync(join(root, 'node_modules', name), join(packages, name));
  }
  for (const name of ['protocols', 'runtime', 'simulators', 'gateway']) {
    symlinkSync(join('../..', name), join(packages, '@hemma', name));
  }
}

beforeAll(() => {
  checkout = mkdtempSync(join(tmpdir(), 'hemma-device-'));
  for (const folder of folders) {
    const [from, to] = [join(root, folder), join(checkout, folder)];
    const isOurs = (path: string): boolean => !path.includes('node_modules');
    cpSync(from, to, { recursive: true, preserveTimestamps: true, filter: isOurs });
  }
  for (const file of files) copyFileSync(join(root, file), join(checkout, file));
  linkPackages();
  writeFileSync(join(checkout, `protocols/devices/${id}.ts`), deviceFile);
  const generated = run('tooling/generate.mjs', 'protocols/devices/catalogue.generated.ts');
  expect(generated.stderr).toBe('');
});
afterAll(() => rmSync(checkout, { recursive: true, force: true }));

describe('one new device file', () => {
  it('is in the catalogue, recognised, decoded, and has a virtual device that is swept', () => {
    const program = 'node_modules/vitest/vitest.mjs';
    const sweep = ['protocols/devices/catalogue.test.ts', 'simulators/devices'];
    const swept = run(program, 'run', '--project', 'unit', '--reporter=json', ...sweep, '-t', id);
    const report = JSON.parse(swept.stdout) as { numPassedTests: number; numFailedTests: number };
    expect(report.numFailedTests, swept.stdout).toBe(0);
    // Recognition, three tests of its sample, its clock, and the sweep of a device that stores.
    expect(report.numPassedTests).toBeGreaterThanOrEqual(15);
  });

  it('is on the page of devices, and what is not verified stands apart', () => {
    const built = run('node_modules/typescript/bin/tsc', '-b', 'protocols');
    expect(built.stdout).toBe('');
    const generated = run('--input-type=module', '--eval', printPage);
    expect(generated.stderr).toBe('');
    const page = generated.stdout;
    expect(page).toContain(`| \`${id}\``);
    const section = page.split('## Acme Throw-away')[1]?.split('\n## ')[0] ?? '';
    expect(section).toContain('name begins with `THROWAWAY_`');
    expect(section).toContain('**Not verified:**\n\n- Its colour is not verified.');
  });
});
