import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * With HEMMA_BENCH_PROFILE=folder the processes write their CPU profiles there when they end: to find
 * out where the time goes, not to measure how much there is.
 */
export function profiling(process_: string): readonly string[] {
  const folder = process.env['HEMMA_BENCH_PROFILE'];
  if (folder === undefined) return [];
  const place = join(folder, process_);
  mkdirSync(place, { recursive: true });
  return ['--cpu-prof', `--cpu-prof-dir=${place}`];
}
