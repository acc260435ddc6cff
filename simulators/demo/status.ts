import { clinicPaths, systemStatusSchema } from '@hemma/protocols/api/clinic.js';
import type { SystemStatus } from '@hemma/protocols/api/clinic.js';
import type { Clock } from '@hemma/runtime/clock.js';

/** Short beside what a reader notices, long beside what an answer costs. */
const pollMs = 200;
/** A start takes some seconds; a slow card and a first SQLite file may take many. */
const startDeadlineMs = 60_000;

/** What the cloud says of itself; null while it does not answer. */
export async function statusOf(address: string): Promise<SystemStatus | null> {
  try {
    const response = await fetch(`${address}${clinicPaths.status}`);
    return response.ok ? systemStatusSchema.parse(await response.json()) : null;
  } catch {
    return null;
  }
}

/** Resolves when the cloud answers; rejects when it does not in a minute. */
export async function untilUp(address: string, clock: Clock, signal: AbortSignal): Promise<void> {
  const deadline = clock.monotonicMs() + startDeadlineMs;
  while ((await statusOf(address)) === null) {
    if (signal.aborted) return;
    if (clock.monotonicMs() > deadline) throw new Error('The cloud does not answer.');
    await clock.sleep(pollMs, signal);
  }
}
