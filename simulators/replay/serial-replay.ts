/** A recorded serial device: says what it said, and waits where the host was speaking. */
import type { SerialTrace } from '@hemma/protocols/trace/format.js';
import { SerialPlayback } from '@hemma/protocols/trace/serial-playback.js';
import type { Cancellable, Clock } from '@hemma/runtime/clock.js';
import type { SerialSend, VirtualSerialDevice } from '../serial/device.js';

/** As recorded, but nobody waits for a patient who was slow. */
const maxPauseMs = 1_000;
/** A host that has not gone on for so long has said all that it will say. */
const quietMs = 2_000;

export interface SerialReplayOptions {
  readonly clock: Pick<Clock, 'sleep' | 'after'>;
  /** How long after its end the trace is played again; null: once for each time the port is opened. */
  readonly againAfterMs: number | null;
}

/** The trace begins when the port is opened; behind a pseudo-terminal, when it is plugged in. */
export class ReplayedSerialDevice implements VirtualSerialDevice {
  readonly #trace: SerialTrace;
  readonly #options: SerialReplayOptions;
  #playback: SerialPlayback;
  #send: SerialSend | null = null;
  #pumping = false;
  #quiet: Cancellable | null = null;
  #again: Cancellable | null = null;

  constructor(trace: SerialTrace, options: SerialReplayOptions) {
    this.#trace = trace;
    this.#options = options;
    this.#playback = new SerialPlayback(trace);
  }

  readonly onOpened = (send: SerialSend): void => {
    this.#send = send;
    this.#begin();
  };

  readonly onClosed = (): void => {
    this.#send = null;
    this.#quiet?.cancel();
    this.#again?.cancel();
  };

  readonly onOctets = (octets: Uint8Array): void => {
    this.#playback.hear(octets.length);
    this.#quiet?.cancel();
    this.#quiet = this.#options.clock.after(quietMs, () => {
      if (this.#playback.quiet()) void this.#pump();
    });
    void this.#pump();
  };

  #begin(): void {
    this.#playback = new SerialPlayback(this.#trace);
    void this.#pump();
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    const playback = this.#playback;
    for (let said = playback.next(); said !== null; said = playback.next()) {
      await this.#options.clock.sleep(Math.min(said.pauseMs, maxPauseMs));
      if (this.#playback !== playback) break;
      this.#send?.(said.octets);
    }
    this.#pumping = false;
    if (this.#playback !== playback) void this.#pump();
    else if (playback.over) this.#ended();
  }

  #ended(): void {
    const { clock, againAfterMs } = this.#options;
    if (againAfterMs === null || this.#send === null) return;
    this.#again?.cancel();
    this.#again = clock.after(againAfterMs, () => this.#begin());
  }
}
