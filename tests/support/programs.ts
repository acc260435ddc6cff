import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** The products' programs, started the way a user starts them. */

const checkout = join(import.meta.dirname, '../..');

export const programs = {
  cloud: join(checkout, 'cloud/bin/hemma-cloud.mjs'),
  gateway: join(checkout, 'gateway/bin/hemma-gateway.mjs'),
  /** Puts the virtual radio under noble; see `simulators/preload.ts`. */
  preload: join(checkout, 'simulators/dist/preload.js'),
} as const;

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** No command line command takes longer, a rebuild of a test's journal included. */
const commandDeadlineMs = 60_000;

/** Runs a program to its end, whatever its exit code. */
export function runToEnd(program: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const options = { timeout: commandDeadlineMs, maxBuffer: 64 * 1_048_576 };
    execFile(process.execPath, [program, ...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ code, stdout, stderr });
      else reject(new Error(`${program} ${args.join(' ')} did not end.`, { cause: error }));
    });
  });
}

/** Runs a `hemma-cloud` command that must succeed; gives what it printed as JSON. */
export async function cloudCommand(args: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await runToEnd(programs.cloud, [...args, '--json']);
  if (code !== 0) throw new Error(`hemma-cloud ${args.join(' ')}: exit ${code}, ${stderr}`);
  return JSON.parse(stdout);
}
