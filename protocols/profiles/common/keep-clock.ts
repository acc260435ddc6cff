/** Putting the clock of a device right: only by standard services or documented commands of its maker. */
import type { ClockOutcome, GattConversation } from '../../device.js';
import { CodedError } from '../../errors.js';
import type { LocalDateTime } from '../../reading.js';
import { optionally } from './optionally.js';

type KeepsClock = Pick<GattConversation, 'localTime' | 'clockKept'>;

/** The ways to the clock that a profile has; `read` null where nothing tells what it shows. */
export interface ClockAccess {
  readonly read: (() => Promise<LocalDateTime | null>) | null;
  readonly set: (now: LocalDateTime) => Promise<unknown>;
  /** Seconds that it may be off, where that differs from {@link clockLeftAloneSeconds}. */
  readonly leftAloneSeconds?: number;
}

/**
 * A clock that is this right is left alone: its whole seconds and the way over the air tell it no
 * better, and each setting begins a new life of the clock, whose older records are dated less well.
 */
export const clockLeftAloneSeconds = 5;

/**
 * Sets a clock that shows `shown` (null: nobody knows) to the home's time, reads it back and tells what
 * became of it. Not while the gateway does not know the time. Profiles call it before they ask for
 * records or after the last one, never between two.
 */
export async function keepClock(
  conversation: KeepsClock,
  shown: LocalDateTime | null,
  access: ClockAccess,
): Promise<void> {
  const { read, set, leftAloneSeconds = clockLeftAloneSeconds } = access;
  const now = conversation.localTime();
  if (now === null) {
    tell('time-unknown');
    return;
  }
  if (isRight(shown, now, leftAloneSeconds)) {
    tell('right', shown);
    return;
  }
  await unlessSilent(() => set(now));
  if (read === null) {
    tell('unverified');
    return;
  }
  const after = await unlessSilent(read);
  tell(isRight(after, conversation.localTime(), leftAloneSeconds) ? 'set' : 'not-taken', after);

  function tell(outcome: ClockOutcome, seen: LocalDateTime | null = null): void {
    conversation.clockKept(outcome, seen);
  }
}

/** A device that does not answer to this is read all the same; a link that is of no more use ends later. */
async function unlessSilent<T>(step: () => Promise<T>): Promise<T | null> {
  try {
    return await optionally(step);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'device_timeout') return null;
    throw error;
  }
}

function isRight(
  shown: LocalDateTime | null,
  now: LocalDateTime | null,
  withinSeconds: number,
): boolean {
  if (shown === null || now === null) return false;
  return Math.abs(secondsBetween(shown, now)) <= withinSeconds;
}

/** Seconds from one device time to another; NaN for what is no date. */
export function secondsBetween(earlier: LocalDateTime, later: LocalDateTime): number {
  return (Date.parse(`${later}Z`) - Date.parse(`${earlier}Z`)) / 1000;
}
