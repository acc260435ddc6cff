import { CodedError } from '@hemma/protocols/errors.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import type { Clock } from '@hemma/runtime/clock.js';
import { loadSettings, SettingsError } from '@hemma/runtime/config.js';
import { openDatabase } from '../database/database.js';
import type { Database } from '../database/database.js';
import type { Problem } from '../plans/problems.js';
import { Refused } from '../plans/refused.js';
import { settingsSchema } from '../settings.js';
import type { Settings } from '../settings.js';

/** What every command line command has in common: settings, store, output and exit code. */

/** 0 done; 1 it could not be done; 2 wrong use or settings. */
export const exitCode = { failed: 1, wrongUse: 2 } as const;

export const defaultSettingsFile = 'hemma-cloud.json';

export interface CommonOptions {
  readonly settings: string;
  readonly json?: boolean;
}

export interface CommandContext {
  readonly settings: Settings;
  readonly database: Database;
  readonly clock: Clock;
}

/** A result: `value` is what --json prints, `lines` is for people. */
export interface Result {
  readonly value: unknown;
  readonly lines: readonly string[];
}

/** The cloud's machine is kept on time by its operating system. */
export function cloudClock(): Clock {
  return new SystemClock({ trust: 'synced' });
}

/** Opens the store named in the settings, runs the command and prints its result. */
export async function withStore(
  options: CommonOptions,
  command: (context: CommandContext) => Promise<Result>,
): Promise<void> {
  await printing(options, async () => {
    const settings = loadSettings(settingsSchema, options.settings);
    const database = await openDatabase(settings);
    try {
      return await command({ settings, database, clock: cloudClock() });
    } finally {
      await database.close();
    }
  });
}

/** Prints the result, or the error with its code; sets the exit code. */
export async function printing(
  { json }: Pick<CommonOptions, 'json'>,
  command: () => Promise<Result>,
): Promise<void> {
  try {
    const { value, lines } = await command();
    const text = json === true ? JSON.stringify(value) : lines.join('\n');
    process.stdout.write(`${text}\n`);
  } catch (error) {
    const { code, message, ...more } = describe(error);
    const asJson = () => JSON.stringify({ error: { code, message, ...more } });
    process.stderr.write(`${json === true ? asJson() : inWords(error)}\n`);
    process.exitCode = code === 'settings_invalid' ? exitCode.wrongUse : exitCode.failed;
  }
}

/** For a terminal: the code, and what it is about. */
export function inWords(error: unknown): string {
  const { code, message } = describe(error);
  return `${code}: ${message}`;
}

interface Described {
  readonly code: string;
  readonly message: string;
  readonly problems?: readonly Problem[];
}

function describe(error: unknown): Described {
  if (error instanceof Refused)
    return { code: error.code, message: error.inLines(), problems: error.problems };
  if (error instanceof CodedError || error instanceof SettingsError)
    return { code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message };
}

/** Date and time of a moment, UTC; a dash for none. */
export function moment(ms: number | null): string {
  return ms === null ? '-' : `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
