import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../../../tooling/testkit/requires.js';
import { count, mebibytes } from '../figures.js';
import type { Bench, Section } from '../section.js';

/** How often the gateway makes its disk sync, as the kernel sees it: what wears a memory card. */

const readings = 1_000;
/** A home with a plan that asks for a lot. */
const readingsPerDay = 20;
const child = join(import.meta.dirname, '../children/syncs.js');
const run = promisify(execFile);

export const syncs: Section = {
  name: 'syncs',
  title: `fsync and fdatasync at home for ${count(readings)} readings that come one by one`,
  async run(bench) {
    const what = 'syncs of a reading at home, its receipt included';
    const strace = findProgram('strace');
    if (strace === null) return [{ what, value: 'left out', beside: 'strace is not installed' }];
    // Opening a new file and closing it costs some that belong to no reading.
    const none = await costOf(bench, strace, 0);
    const all = await costOf(bench, strace, readings);
    const written = (all.octets - none.octets) / readings;
    return [
      {
        what,
        value: ((all.syncs - none.syncs) / readings).toFixed(3),
        beside: `${all.syncs - none.syncs} for ${count(readings)}; a file opened and closed ${none.syncs}`,
        aim: '≤ 1',
      },
      {
        what: 'octets given to the disk for a reading at home',
        value: count(written),
        beside: `${mebibytes(written * readingsPerDay)} a day for ${readingsPerDay} readings`,
      },
    ];
  },
};

interface DiskCost {
  readonly syncs: number;
  readonly octets: number;
}

async function costOf(bench: Bench, strace: string, readingCount: number): Promise<DiskCost> {
  const folder = bench.folder('syncs');
  const summary = join(folder, 'strace.txt');
  const options = ['-f', '-c', '-e', 'trace=fsync,fdatasync', '-o', summary];
  const command = [...options, process.execPath, child, folder, String(readingCount)];
  const { stdout } = await run(strace, command);
  return { syncs: callsIn(readFileSync(summary, 'utf8')), octets: Number(stdout) };
}

/** The column `calls` of all lines that name a system call. */
function callsIn(summary: string): number {
  const lines = summary.split('\n').filter((line) => /\bf(data)?sync$/.test(line.trim()));
  // "% time, seconds, usecs/call, calls, [errors], name"
  return lines.reduce((sum, line) => sum + Number(line.trim().split(/\s+/)[3]), 0);
}
