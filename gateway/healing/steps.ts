import type { ErrorCode } from '@hemma/protocols/errors.js';
import type { healingSteps } from '@hemma/protocols/wire/healing.js';

/** What can be done for a radio, and what each fault of it is worth. */

/** From the mildest to the hardest; the last three are the privileged helper's. */
export type Step = (typeof healingSteps)[number];

/** Faults of the radio as such; a bond that is lost is not one: people mend that. */
export type RadioFault = Extract<
  ErrorCode,
  | 'adapter_off'
  | 'adapter_unavailable'
  | 'bus_unavailable'
  | 'bluetooth_denied'
  | 'bluetooth_stopped'
  | 'bluetooth_stuck'
  | 'scan_refused'
  | 'radio_silent'
  | 'connections_fail'
  | 'device_unreachable'
>;

interface Course {
  /** It may pass by itself within this time. */
  readonly graceMs: number;
  readonly steps: readonly Step[];
}

const second = 1_000;
const minute = 60 * second;

const milderThanReboot = [
  'rescan',
  'reset_adapter',
  'restart_bluetooth',
  'power_cycle_usb',
] as const;

/**
 * A step that cannot reach the fault is left out: nothing can be told to a service that has stopped.
 * A reboot is for what is surely wrong with this machine, never for a device or a quiet home.
 */
export const courses: Readonly<Record<RadioFault, Course>> = {
  adapter_off: {
    graceMs: 10 * second,
    steps: ['reset_adapter', 'restart_bluetooth', 'power_cycle_usb', 'reboot'],
  },
  adapter_unavailable: {
    graceMs: 15 * second,
    steps: ['restart_bluetooth', 'power_cycle_usb', 'reboot'],
  },
  // The machine stands on its bus: nothing milder starts it again.
  bus_unavailable: { graceMs: minute, steps: ['reboot'] },
  // The gateway's user is set up wrongly, which no restart of anything mends.
  bluetooth_denied: { graceMs: 10 * second, steps: [] },
  // systemd starts it again by itself as a rule.
  bluetooth_stopped: { graceMs: 20 * second, steps: ['restart_bluetooth', 'reboot'] },
  bluetooth_stuck: {
    graceMs: 10 * second,
    steps: ['restart_bluetooth', 'power_cycle_usb', 'reboot'],
  },
  scan_refused: { graceMs: 5 * second, steps: [...milderThanReboot, 'reboot'] },
  radio_silent: { graceMs: 0, steps: ['rescan', 'reset_adapter', 'restart_bluetooth'] },
  connections_fail: { graceMs: 0, steps: [...milderThanReboot, 'reboot'] },
  device_unreachable: { graceMs: 0, steps: milderThanReboot },
};

/** How long the good effect of a step may take, counted from its end. A reboot ends with the start. */
export const patienceMs: Readonly<Record<Step, number>> = {
  rescan: 15 * second,
  reset_adapter: 15 * second,
  // bluetoothd needs some seconds on a slow card to read its adapters anew.
  restart_bluetooth: 30 * second,
  power_cycle_usb: 45 * second,
  reboot: 2 * minute,
};

/** After the last step, everything begins anew: what needed a person may have been seen to. */
export const exhaustedPauseMs = 30 * minute;
/** Without any sign for or against it, a fault is not believed for longer. */
export const forgottenAfterMs = 60 * minute;
