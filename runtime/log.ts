import { pino } from 'pino';
import type { Logger } from 'pino';

/**
 * Structured log lines on standard error, one JSON object each. Values of measurements and
 * identities of people are never logged: call sites pass codes, counts and technical ids only.
 */
export type Log = Logger;

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** A log for one process; `child({ part })` names a part of it. */
export function createLog(name: string, level: LogLevel): Log {
  return pino(
    { name, level, base: { name }, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination(2),
  );
}
