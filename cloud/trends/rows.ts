import { z } from 'zod';
import { failureReasons, readingFlags, readingKinds } from '@hemma/protocols/reading.js';
import type { ReadingFlag } from '@hemma/protocols/reading.js';
import type { Bounded, FailedAttempt, TrendPoint } from './trends.js';

/** Rows as both stores keep them, and what they mean. Flags are one text, separated by commas. */

const flagsText = z
  .string()
  .transform((text) => (text === '' ? [] : text.split(',')))
  .pipe(z.array(z.enum(readingFlags)));

const common = { id: z.string(), at: z.int(), uncertainty_ms: z.number(), flags: flagsText };
const pointRow = z.object({ ...common, value: z.number() });
const failureRow = z.object({
  ...common,
  kind: z.enum(readingKinds),
  reason: z.enum(failureReasons),
});

export function flagsToText(flags: readonly ReadingFlag[]): string {
  return flags.join(',');
}

/** Throws a ZodError when the store holds something that this program never wrote. */
export function toPoint(row: unknown): TrendPoint {
  const { uncertainty_ms: uncertaintyMs, ...rest } = pointRow.parse(row);
  return { ...rest, uncertaintyMs };
}

/** Throws a ZodError when the store holds something that this program never wrote. */
export function toFailure(row: unknown): FailedAttempt {
  const { uncertainty_ms: uncertaintyMs, ...rest } = failureRow.parse(row);
  return { ...rest, uncertaintyMs };
}

/** The newest `limit` of rows that come newest first (one more than `limit`), oldest first. */
export function boundNewest<T>(newestFirst: readonly T[], limit: number): Bounded<T> {
  return { items: newestFirst.slice(0, limit).reverse(), truncated: newestFirst.length > limit };
}

/** Parts of at most `size`. */
export function* inParts<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
