/** Whose the readings of a device are, as the settings of the home say it. */
export interface Ownership {
  /** Patients by the device's user slot; null where slots say nothing. */
  readonly users: ReadonlyMap<number, string> | null;
  /** Somebody brings it along who measures others too: every reading is asked about. */
  readonly isVisiting: boolean;
  /** Readings from before belong to whoever had it then; milliseconds since 1970 UTC. */
  readonly lentFromMs: number;
}
