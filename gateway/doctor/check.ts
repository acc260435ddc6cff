import type { Text } from '@hemma/protocols/plans/text.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Settings } from '../settings.js';
import type { SeenAdapter, Silence } from './bluez.js';

/** `warning`: it works, but somebody should know; `fault`: something does not work. */
export type Verdict = 'ok' | 'warning' | 'fault';

/** What a look has shown, in plain words, and what to do about it. No values, no identities of people. */
export interface Finding {
  readonly verdict: Verdict;
  readonly said: Text;
  readonly todo: Text | null;
}

/** Where this machine tells what it has; tests lay out folders of their own. */
export interface Places {
  /** Adapters, by name: `hci0`. */
  readonly adapters: string;
  /** Switches of radios. */
  readonly switches: string;
  /** Bonds that BlueZ keeps: ADAPTER/ADDRESS/info. */
  readonly bonds: string;
  /** Block devices by `major:minor`. */
  readonly blockDevices: string;
  /** Exists once network time has set the clock. */
  readonly timeSynced: string;
  /** Groups of this machine: group(5). */
  readonly groups: string;
}

export const placesOfLinux: Places = {
  adapters: '/sys/class/bluetooth',
  switches: '/sys/class/rfkill',
  bonds: '/var/lib/bluetooth',
  blockDevices: '/sys/dev/block',
  timeSynced: '/run/systemd/timesync/synchronized',
  groups: '/etc/group',
};

export interface Subject {
  readonly settings: Settings;
  /** Where the settings come from. */
  readonly source: string;
  readonly clock: Clock;
  readonly places: Places;
  /** What bluetoothd keeps, adapters by name; or why it does not say. */
  readonly askBluez: () => Promise<readonly SeenAdapter[] | Silence>;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/**
 * One look at one thing. It changes nothing: neither files nor devices, nor the connection of a gateway
 * that runs meanwhile. What it throws is told as a look that failed.
 */
export interface Check {
  readonly name: string;
  readonly title: Text;
  examine(subject: Subject): Promise<readonly Finding[]>;
}

export function fine(said: Text): Finding {
  return { verdict: 'ok', said, todo: null };
}

export function warning(said: Text, todo: Text): Finding {
  return { verdict: 'warning', said, todo };
}

export function fault(said: Text, todo: Text): Finding {
  return { verdict: 'fault', said, todo };
}

/** The code of a system's error (`ENOENT`); of anything else its text. */
export function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code);
  return error instanceof Error ? error.message : String(error);
}
