import { readFileSync } from 'node:fs';
import { z } from 'zod';

/**
 * Settings come from one manifest (a zod object) that gives type, default, check and help. A file
 * overrides the defaults and command line options override the file; a typo is refused by name.
 */

export class SettingsError extends Error {
  readonly code = 'settings_invalid';
  readonly problems: readonly string[];

  constructor(source: string, problems: readonly string[]) {
    super(
      [`The settings in ${source} cannot be used:`, ...problems.map((p) => `  ${p}`)].join('\n'),
    );
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

/** A settings file is a page of text; anything larger is a mistake. */
const maxFileOctets = 1_048_576;

/**
 * Reads and checks a settings file (JSON). Throws {@link SettingsError} that names every problem.
 */
export function loadSettings<T extends z.ZodType>(manifest: T, file: string): z.output<T> {
  return checkSettings(manifest, readJson(file), file);
}

/** Checks settings that are already in memory; `source` is named in the error. */
export function checkSettings<T extends z.ZodType>(
  manifest: T,
  value: unknown,
  source: string,
): z.output<T> {
  const result = manifest.safeParse(value);
  if (result.success) return result.data;
  throw new SettingsError(
    source,
    result.error.issues.flatMap((issue) => describe(issue, manifest)),
  );
}

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new SettingsError(file, [error instanceof Error ? error.message : 'It cannot be read.']);
  }
  if (text.length > maxFileOctets) throw new SettingsError(file, ['It is larger than 1 MiB.']);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SettingsError(file, [error instanceof Error ? error.message : 'It is not JSON.']);
  }
}

function describe(issue: z.core.$ZodIssue, manifest: z.ZodType): string[] {
  const at = issue.path.map(String).join('.');
  if (issue.code !== 'unrecognized_keys') return [`${at === '' ? '(top)' : at}: ${issue.message}`];
  const known = knownKeys(manifest, issue.path);
  return issue.keys.map((key) => {
    const full = at === '' ? key : `${at}.${key}`;
    const near = nearest(key, known);
    return `${full}: there is no such setting${near === null ? '' : `; did you mean "${near}"?`}`;
  });
}

function knownKeys(manifest: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let at: z.ZodType = unwrap(manifest);
  for (const step of path) {
    if (at instanceof z.ZodArray) at = unwrap(at.element as z.ZodType);
    else if (at instanceof z.ZodObject)
      at = unwrap((at.shape as Record<string, z.ZodType>)[String(step)]);
    else return [];
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function unwrap(type: z.ZodType | undefined): z.ZodType {
  let at = type ?? z.never();
  while (at instanceof z.ZodDefault || at instanceof z.ZodOptional || at instanceof z.ZodPrefault)
    at = at.unwrap() as z.ZodType;
  return at;
}

/** Further apart than this, two words are not a typo of one another. */
const maxTypos = 3;

/** The candidate that a word is most likely a typo of; null when none is near. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = maxTypos + 1;
  for (const candidate of candidates) {
    const d = distance(word.toLowerCase(), candidate.toLowerCase());
    if (d < bestDistance) [best, bestDistance] = [candidate, d];
  }
  return best;
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, x] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, y] of Array.from(b).entries())
      next.push(
        Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (x === y ? 0 : 1)),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}
