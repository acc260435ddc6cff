import type { RadioFault } from './steps.js';

/** What healing needs of a transport. */
export interface HealableRadio {
  /** What the transport itself sees to be wrong right now; null while it scans or holds a link. */
  readonly fault: RadioFault | null;
  /** Ends scanning and begins it anew. Rejects with a coded error. */
  rescan(): Promise<void>;
  /** Switches the adapter off and on, and scans. Rejects with a coded error. */
  resetAdapter(): Promise<void>;
}
