import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian keeps servers outside the search path of ordinary users. */
const serverFolders = ['/usr/sbin', '/usr/lib/postgresql/15/bin', '/usr/lib/postgresql/16/bin'];

/** Full path of a program, or null. */
export function findProgram(name: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...serverFolders];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

/**
 * Whether a real server is here. A missing one leaves the suite out and says so; where all servers
 * are required (HEMMA_REQUIRE_SERVERS=1, as in CI) it fails instead.
 */
export function requires(program: string, suite: string): boolean {
  if (findProgram(program) !== null) return true;
  if (process.env['HEMMA_REQUIRE_SERVERS'] === '1')
    throw new Error(`${program} is required for "${suite}" and is not installed.`);
  process.stdout.write(`left out: ${suite} (${program} is not installed on this machine)\n`);
  return false;
}
