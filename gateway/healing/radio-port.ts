import type { Helper } from './helper.js';
import type { RadioFault, Step } from './steps.js';

/** What healing needs of a transport. */
export interface HealableRadio {
  /** Steps that can reach it; the others are passed over. */
  readonly steps: readonly Step[];
  /** What the transport itself sees to be wrong right now; null while it scans or holds a link. */
  readonly fault: RadioFault | null;
  /** Ends scanning and begins it anew. Rejects with a coded error. */
  rescan(): Promise<void>;
  /** Switches the adapter off and on, and scans. Rejects with a coded error. */
  resetAdapter(helper: Helper): Promise<void>;
  /** Takes hold of an adapter whose power was cut, where that does not happen by itself. */
  afterPowerCut?(helper: Helper): Promise<void>;
}
