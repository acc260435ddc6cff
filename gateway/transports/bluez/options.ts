import type { Clock } from '@hemma/runtime/clock.js';
import type { Log } from '@hemma/runtime/log.js';
import type { PairingPolicy } from './agent.js';

export interface BluezOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly policy: PairingPolicy;
  /** Name of the adapter, e.g. `hci0`; default: the first. */
  readonly adapter?: string;
  /** Default: the system bus. */
  readonly address?: string;
  /** How long a device may take to answer one call. */
  readonly callDeadlineMs?: number;
  readonly rescanMs?: number;
}
