import { courses, exhaustedPauseMs, forgottenAfterMs, patienceMs } from './steps.js';
import type { RadioFault, Step } from './steps.js';

/** The healing ladder: a pure function of what was, what is seen now, and the monotonic clock. */

/** A fault that is being healed. Times are of the monotonic clock. */
export interface Illness {
  readonly fault: RadioFault;
  readonly sinceMs: number;
  /** When it was last seen for certain. */
  readonly seenMs: number;
  /** The last step that was taken or passed over; null before the first. */
  readonly lastStep: Step | null;
  /** Nothing is done before. */
  readonly waitUntilMs: number;
  /** Every step has been tried in vain at least once. */
  readonly needsPerson: boolean;
}

/**
 * What is seen of the radio: a fault; `well` with proof of it; or `unclear`, when nobody was there to
 * prove a cure on.
 */
export type Sight = RadioFault | 'well' | 'unclear';

export type Decision =
  | { readonly do: 'nothing'; readonly illness: Illness | null }
  | { readonly do: 'step'; readonly step: Step; readonly illness: Illness }
  /** `provenMs`: how long it lasted; null when it was only forgotten. */
  | { readonly do: 'over'; readonly provenMs: number | null; readonly illness: null }
  | { readonly do: 'give-up'; readonly illness: Illness };

const order: readonly Step[] = [
  'rescan',
  'reset_adapter',
  'restart_bluetooth',
  'power_cycle_usb',
  'reboot',
];

/**
 * The next move. `mayTake` is the loop guard; a step that it forbids is passed over. When one fault
 * turns into another the ladder goes on upwards: what was milder has been tried.
 */
export function decide(
  before: Illness | null,
  sight: Sight,
  nowMs: number,
  mayTake: (step: Step) => boolean,
): Decision {
  if (sight === 'well' || sight === 'unclear') return withoutFault(before, sight, nowMs);
  const illness = seen(before, sight, nowMs);
  if (nowMs < illness.waitUntilMs) return { do: 'nothing', illness };
  const step = stepAbove(illness, mayTake);
  if (step !== null) return { do: 'step', step, illness: { ...illness, lastStep: step } };
  return {
    do: 'give-up',
    illness: {
      ...illness,
      lastStep: null,
      waitUntilMs: nowMs + exhaustedPauseMs,
      needsPerson: true,
    },
  };
}

/** The illness after its last step has been carried out. */
export function afterStep(illness: Illness, nowMs: number): Illness {
  const { lastStep } = illness;
  if (lastStep === null) return illness;
  return { ...illness, waitUntilMs: nowMs + patienceMs[lastStep] };
}

function withoutFault(before: Illness | null, sight: 'well' | 'unclear', nowMs: number): Decision {
  if (before === null) return { do: 'nothing', illness: null };
  if (sight === 'well') return { do: 'over', provenMs: nowMs - before.sinceMs, illness: null };
  if (nowMs - before.seenMs >= forgottenAfterMs)
    return { do: 'over', provenMs: null, illness: null };
  return { do: 'nothing', illness: before };
}

function seen(before: Illness | null, fault: RadioFault, nowMs: number): Illness {
  if (before !== null) return { ...before, fault, seenMs: nowMs };
  const waitUntilMs = nowMs + courses[fault].graceMs;
  const times = { sinceMs: nowMs, seenMs: nowMs, waitUntilMs };
  return { fault, ...times, lastStep: null, needsPerson: false };
}

function stepAbove(illness: Illness, mayTake: (step: Step) => boolean): Step | null {
  const { fault, lastStep } = illness;
  const from = lastStep === null ? 0 : order.indexOf(lastStep) + 1;
  return (
    order.slice(from).find((step) => courses[fault].steps.includes(step) && mayTake(step)) ?? null
  );
}
