import { CodedError } from '@hemma/protocols/errors.js';
import type { ErrorCode } from '@hemma/protocols/errors.js';
import type { Clock } from '@hemma/runtime/clock.js';

/**
 * Waits for `work` no longer than `ms`; then rejects with `code`. The work itself cannot be stopped,
 * so what it does later must not matter: radio libraries leave calls open for ever.
 */
export async function within<T>(
  clock: Clock,
  ms: number,
  work: Promise<T>,
  code: ErrorCode = 'device_timeout',
): Promise<T> {
  return await new Promise<T>((resolve, reject) => {
    const timer = clock.after(ms, () => reject(new CodedError(code)));
    work.then(resolve, reject).finally(() => timer.cancel());
  });
}
