import type { DeviceUse } from '../settings.js';

/** Whose the readings of a device are, as the settings of the home say it. */
export interface Ownership {
  /** Patients by the device's user slot; null where slots say nothing. */
  readonly users: ReadonlyMap<number, string> | null;
  /** Who measures with it; readings of a visiting device are all asked about. */
  readonly use: DeviceUse;
  /** Readings from before belong to whoever had it then; milliseconds since 1970 UTC. */
  readonly lentFromMs: number;
}
