import { mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { arch, cpus, loadavg, release, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { count, mebibytes, tableOf, timed } from './figures.js';
import type { Bench, Figure, Section } from './section.js';
import { codecs } from './sections/codecs.js';
import { endurance } from './sections/endurance.js';
import { fleet } from './sections/fleet.js';
import { home } from './sections/home.js';
import { influx } from './sections/influx.js';
import { oneGateway } from './sections/one-gateway.js';
import { rules } from './sections/rules.js';
import { syncs } from './sections/syncs.js';
import { measureRawRate, rawSqlite } from './sections/raw-sqlite.js';

/**
 * `npm run bench [-- section… --long]`: figures side by side from one run on one machine. It asserts
 * nothing; docs/performance.md tells what the figures meant when they were last thought about.
 */

const sections: readonly Section[] = [
  rawSqlite,
  oneGateway,
  fleet,
  influx,
  rules,
  home,
  syncs,
  endurance,
  codecs,
];

/** `npm run bench codecs --long`: without `--` before it, npm takes the option for itself. */
const isLongForNpm = process.env['npm_config_long'] === 'true';

/** statfs(2): a folder in memory has no disk to wait for, so its figures would mean nothing. */
const memoryFileSystems = new Set([0x01021994, 0x858458f6]);

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function describeMachine(folder: string): string {
  const processors = cpus();
  const onDisk = memoryFileSystems.has(statfsSync(folder).type)
    ? 'NOT on a disk: choose a folder with HEMMA_BENCH_DIR'
    : 'on a disk';
  return [
    `${processors.length} × ${processors[0]?.model ?? 'unknown'}, ${mebibytes(totalmem())} memory`,
    `Linux ${release()} ${arch()}, Node ${process.versions.node}; files ${onDisk}`,
    `load before: ${loadavg().map(count).join(' ')}`,
  ].join('\n');
}

function createBench(root: string, long: boolean): Bench {
  let rawRate: Promise<number> | null = null;
  const bench: Bench = {
    folder: (name) => mkdtempSync(join(root, `${name}-`)),
    say: (text) => say(`  ${text}`),
    rawRowsPerSecond: () => (rawRate ??= measureRawRate(bench)),
    long,
  };
  return bench;
}

async function runSection(section: Section, bench: Bench): Promise<readonly Figure[]> {
  say(`\n${section.name}: ${section.title}`);
  const { seconds, result } = await timed(() => section.run(bench));
  say(`  took ${count(seconds)} s`);
  return result;
}

/** Null when a name is unknown. */
function choose(names: readonly string[]): readonly Section[] | null {
  const known = new Map(sections.map((section) => [section.name, section]));
  const chosen = names.map((name) => known.get(name));
  if (chosen.includes(undefined)) return null;
  return names.length === 0 ? sections : chosen.filter((section) => section !== undefined);
}

async function main(args: readonly string[]): Promise<number> {
  const chosen = choose(args.filter((arg) => arg !== '--long'));
  if (chosen === null) {
    const names = sections.map(({ name }) => name).join(' | ');
    process.stderr.write(`usage: npm run bench -- [${names}]… [--long]\n`);
    return 2;
  }
  const parent = resolve(process.env['HEMMA_BENCH_DIR'] ?? 'data');
  mkdirSync(parent, { recursive: true });
  const root = mkdtempSync(join(parent, 'bench-'));
  try {
    say(describeMachine(root));
    const bench = createBench(root, args.includes('--long') || isLongForNpm);
    const figures: Figure[] = [];
    for (const section of chosen) figures.push(...(await runSection(section, bench)));
    say(`\n${tableOf(figures)}`);
    return 0;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

process.exitCode = await main(process.argv.slice(2));
