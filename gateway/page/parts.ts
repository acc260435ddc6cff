import type { Log } from '@hemma/runtime/log.js';
import type { ActsOptions } from './acts.js';
import type { LookParts } from './look.js';

/** What the page shows, and what people do on it. */
export interface PageParts extends LookParts, ActsOptions {
  readonly log: Log;
  /** Of this home, the patient of the home first. */
  readonly patients: () => readonly string[];
}
