import type { Step } from './steps.js';

/**
 * The loop guard: so often at most, in hours and days in which the machine was on. Counted from what
 * is kept on disk, so a reboot does not wipe it out; the wall clock, which may be wrong after a
 * reboot, has no part in it.
 */

interface Allowance {
  readonly perHour: number;
  readonly perDay: number;
}

/**
 * Most takings of each step. A step disturbs a home the longer the harder it is: scanning again costs
 * nothing, a restart some seconds; of a reboot that did not help, another one the same day is a loop.
 */
export const stepLimits: Readonly<Record<Step, Allowance>> = {
  rescan: { perHour: 12, perDay: 96 },
  reset_adapter: { perHour: 4, perDay: 24 },
  restart_bluetooth: { perHour: 3, perDay: 12 },
  power_cycle_usb: { perHour: 2, perDay: 6 },
  reboot: { perHour: 1, perDay: 1 },
};

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** Whether the step may be taken once more; `count` tells how often it was within the last `ms`. */
export function mayTake(step: Step, count: (step: Step, withinMs: number) => number): boolean {
  const { perHour, perDay } = stepLimits[step];
  return count(step, hourMs) < perHour && count(step, dayMs) < perDay;
}
