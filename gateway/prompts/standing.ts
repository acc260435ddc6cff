import type { ReadingFlag } from '@hemma/protocols/reading.js';
import type { Prompt } from '@hemma/protocols/wire/command.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import type { Clock } from '@hemma/runtime/clock.js';

/** What the wall clock of the cloud shows, told by the clocks of this machine. */
export interface Anchor {
  readonly bootId: string;
  /** Wall time minus monotonic time while the wall clock could be trusted, milliseconds. */
  readonly offsetMs: number;
}

/**
 * `resting`: not yet; `due`: now; `answered`; `over`: too late; `unknown`: nobody knows what time it
 * is, so it is not asked: a request that may be a week old would only confuse.
 */
export type Standing = 'resting' | 'due' | 'answered' | 'over' | 'unknown';

/** The time, milliseconds since 1970 UTC; null when neither clock can tell. */
export function timeNow(clock: Clock, anchor: Anchor | null): number | null {
  const { ms, trust } = clock.wall();
  if (trust === 'synced') return ms;
  return anchor?.bootId === clock.bootId ? anchor.offsetMs + clock.monotonicMs() : null;
}

export function standingOf(
  { id, notBefore, until }: Prompt,
  answered: readonly string[],
  now: number | null,
): Standing {
  if (answered.includes(id)) return 'answered';
  if (now === null) return 'unknown';
  if (now > until) return 'over';
  return now < notBefore ? 'resting' : 'due';
}

/** What the rules never count, they do not take for a repeat either (monitoring plans §3.2). */
const flagsThatAnswerNothing: readonly ReadingFlag[] = ['control_solution', 'time_uncertain'];

/** Whether a measurement is the repeat that was asked for; the same moments decide in the cloud. */
export function isAnswer(measurement: Measurement, prompt: Prompt): boolean {
  const { patient, kind, failure, flags, values, time } = measurement;
  if (patient !== prompt.patient || failure !== null || !prompt.kinds.includes(kind)) return false;
  if (flags.some((flag) => flagsThatAnswerNothing.includes(flag))) return false;
  if (time.measuredAt < prompt.notBefore || time.measuredAt > prompt.until) return false;
  return values.some(({ code }) => prompt.quantities.includes(code));
}
