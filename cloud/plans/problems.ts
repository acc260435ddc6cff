import { type ErrorCode, errorCodes } from '@hemma/protocols/errors.js';
import { z } from 'zod';

/** One thing that is wrong with a plan: a code of the registry, where, and what in words. */
export interface Problem {
  readonly code: ErrorCode;
  /** Path in the file, for example `rules[3].when.metric`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

/** The meaning of the code, and what exactly it is about. */
export function problem(code: ErrorCode, path: string, detail?: string): Problem {
  const { meaning } = errorCodes[code];
  return { code, path, message: detail === undefined ? meaning : `${meaning} (${detail})` };
}

/** What a schema refused. */
export function problemsOf(code: ErrorCode, error: z.ZodError): readonly Problem[] {
  return refusals(error).map((it) => problem(code, it.path, it.message));
}

interface Refusal {
  readonly path: string;
  readonly message: string;
}

/** Where a schema refused something and why, an unknown key under its own path. */
export function refusals(error: z.ZodError): readonly Refusal[] {
  return error.issues.flatMap((issue) => fromIssue(issue, []));
}

function fromIssue(issue: z.core.$ZodIssue, parent: readonly PropertyKey[]): readonly Refusal[] {
  const path = [...parent, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: dotted([...path, key]), message: 'unknown key' }));
  }
  // Of a union, the alternative with the fewest complaints is what was meant.
  const alternatives = issue.code === 'invalid_union' ? issue.errors : [];
  const [meant] = alternatives.toSorted((a, b) => a.length - b.length);
  if (meant === undefined) return [{ path: dotted(path), message: issue.message }];
  return meant.flatMap((inner) => fromIssue(inner, path));
}

function dotted(path: readonly PropertyKey[]): string {
  return z.core.toDotPath([...path]);
}
