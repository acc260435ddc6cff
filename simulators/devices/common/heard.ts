import type { ClockOutcome, InformationField } from '@hemma/protocols/device.js';
import type { LocalDateTime, Reading } from '@hemma/protocols/reading.js';

/** What a conversation has said to the gateway, for a test to look at. */
export interface Heard {
  readonly readings: Reading[];
  readonly refusals: string[];
  readonly deviceClocks: (LocalDateTime | null)[];
  readonly clocksKept: ClockOutcome[];
  /** How many readings had been taken when the clock was kept. */
  readonly clockChanges: { readonly readings: number }[];
  readonly batteries: number[];
  readonly information: Partial<Record<InformationField, string>>;
  /** Every operation in order: `read 2a19`, `write 2a08`, `subscribe 2a35`. */
  readonly operations: string[];
  /** Milliseconds of every rest that the profile took. */
  readonly waits: number[];
}

export function nothingHeard(): Heard {
  return {
    readings: [],
    refusals: [],
    deviceClocks: [],
    clocksKept: [],
    clockChanges: [],
    batteries: [],
    information: {},
    operations: [],
    waits: [],
  };
}
