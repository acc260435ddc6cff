import type { z } from 'zod';
import { CodedError } from '@hemma/protocols/errors.js';

/** Everything that comes in or goes out over HTTP is checked against the contract's schemas. */

/** What came in. Throws {@link CodedError} `request_invalid` that names the field, not its value. */
export function received<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const path = issue.path.map(String).join('.');
    return path === '' ? issue.message : `${path}: ${issue.message}`;
  });
  throw new CodedError('request_invalid', problems.join('; '));
}

/** What goes out. Throws when it does not fit: a fault of ours, which the page must not draw. */
export function sent<T extends z.ZodType>(schema: T, value: z.input<T>): z.output<T> {
  return schema.parse(value);
}
