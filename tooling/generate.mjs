// Writes the files that follow from others: all of them, or those whose paths are given.
// `--check` writes nothing and fails when one is stale.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { devicesPage } from './generators/devices.mjs';
import { errorsPage } from './generators/errors.mjs';
import { grafanaBoards } from './generators/grafana.mjs';
import { limitsPage } from './generators/limits.mjs';
import { deviceCatalogue, scenarioList } from './generators/lists.mjs';
import { measurementsPage } from './generators/measurements.mjs';
import { protocolsPage } from './generators/protocols.mjs';
import { settingsPage } from './generators/settings.mjs';
import { build, root } from './ready.mjs';

/** Path and generator of every file that follows from source text alone; a new one is a line here. */
const fromSources = [
  ['protocols/devices/catalogue.generated.ts', deviceCatalogue],
  ['simulators/patients/scenarios.generated.ts', scenarioList],
  ['docs/reference/limits.md', limitsPage],
];

/** Those that ask compiled code what it knows: only as right as what is built. */
const fromBuilt = [
  ['docs/reference/devices.md', devicesPage],
  ['docs/reference/measurements.md', measurementsPage],
  ['docs/reference/errors.md', errorsPage],
  ['docs/reference/settings.md', settingsPage],
  ['docs/reference/protocols.md', protocolsPage],
  ['dashboards/grafana/boards', grafanaBoards],
];

const check = process.argv.includes('--check');
const asked = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const unknown = asked.filter((path) => ![...fromSources, ...fromBuilt].some(([p]) => p === path));
if (unknown.length > 0) {
  console.error(`no generator writes ${unknown.join(', ')}`);
  process.exit(2);
}
const wanted = (generators) =>
  generators.filter(([path]) => asked.length === 0 || asked.includes(path));

/** A generator gives the text of its one file, or a list of files with their paths. */
async function filesOf([path, generator]) {
  const made = await generator();
  return typeof made === 'string' ? [{ path, text: made }] : made;
}

function settleFile({ path, text }) {
  const file = join(root, path);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  if (check) {
    console.error(`stale: ${path} (run: node tooling/generate.mjs)`);
    process.exitCode = 1;
    return;
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`written: ${path}`);
}

/** Compares each file with what it should be, and writes it or tells. */
async function settle(generators) {
  for (const generator of generators) (await filesOf(generator)).forEach(settleFile);
}

await settle(wanted(fromSources));
const pages = wanted(fromBuilt);
if (!check && pages.length > 0) build();
try {
  await settle(pages);
} catch (error) {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.error(`not built: run node tooling/build.mjs first (${error.message})`);
  process.exitCode = 1;
}
