import { CodedError } from '@hemma/protocols/errors.js';

/** Frames that tell where it happened. */
const maxFrames = 6;

/**
 * What may be logged of an error: its codes and where it arose. Its text may hold values: databases
 * and stores quote what they were given.
 */
export function faultOf(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { error: typeof error };
  const { cause } = error;
  return {
    error: error.name,
    ...('code' in error ? { code: error.code } : {}),
    // The text of our own errors holds no values.
    ...(error instanceof CodedError ? { message: error.message } : { at: framesOf(error) }),
    ...(cause instanceof Error ? { cause: faultOf(cause) } : {}),
  };
}

function framesOf(error: Error): readonly string[] {
  const lines = (error.stack ?? '').split('\n').map((line) => line.trim());
  return lines.filter((line) => line.startsWith('at ')).slice(0, maxFrames);
}
