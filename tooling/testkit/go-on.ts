import { expect, vi } from 'vitest';
import type { ManualClock } from './manual-clock.js';

/** More than the cloud takes until it looks for commands that wait. */
const stepMs = 2_100;

/** Lets both sides of a broker go on, by the clock that they share, until something holds. */
export async function goOnUntil(
  clock: ManualClock,
  holds: () => unknown,
  timeout = 60_000,
): Promise<void> {
  await vi.waitFor(
    async () => {
      await clock.advance(stepMs);
      expect(await holds()).toBeTruthy();
    },
    { timeout, interval: 20 },
  );
}
