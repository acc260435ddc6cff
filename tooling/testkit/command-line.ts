import { vi } from 'vitest';
import { runCommandLine } from '@hemma/cloud/cli/program.js';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command in this process, with what it prints and its exit code. */
export async function runInProcess(...args: string[]): Promise<Ran> {
  const printed = { out: '', err: '' };
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.out += String(text);
    return true;
  });
  const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed.err += String(text);
    return true;
  });
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    await runCommandLine(args);
    return { code: process.exitCode, ...printed };
  } finally {
    process.exitCode = before;
    out.mockRestore();
    err.mockRestore();
  }
}
