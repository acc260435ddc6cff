import type { Frame } from './layout.js';
import type { Look } from './look.js';

/** What the page of one person is drawn from. */
export interface Shown {
  readonly frame: Frame;
  readonly look: Look;
  readonly timeZone: string;
  /** Just done: said once, above everything else. */
  readonly saved: 'value' | 'answers' | null;
  /** Makes two taps one act. */
  readonly token: string;
}
