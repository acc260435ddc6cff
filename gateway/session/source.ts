import type { LocalDateTime, Reading } from '@hemma/protocols/reading.js';

/** Which device a reading comes from, and what is known of its clock in this session. */
export interface SessionSource {
  /** Id of the device file. */
  readonly model: string;
  /** What stays the same for this very device: `ble:` address or `serial:` number. */
  readonly identity: string;
  readonly patient: string;
  /** What the device's clock showed at a moment of the gateway's monotonic clock. */
  readonly clock: { readonly shown: LocalDateTime; readonly monotonicMs: number } | null;
  /** When the octets of the reading came in. */
  readonly capturedMonotonicMs: number;
}

/** Resolves when the reading is durable at home; rejects with `disk_full` or `outbox_full`. */
export type TakeReading = (reading: Reading, source: SessionSource) => Promise<void>;
