/** One connection to a recorded device. */
import type { Uuid } from '@hemma/protocols/device.js';
import type { GattTrace } from '@hemma/protocols/trace/format.js';
import { GattPlayback } from '@hemma/protocols/trace/playback.js';
import type { PlayedValue } from '@hemma/protocols/trace/playback.js';
import type { Clock } from '@hemma/runtime/clock.js';
import { maxValueOctets } from '../radio/attributes.js';
import { LinkError } from '../radio/gatt-server.js';
import type { GattServer } from '../radio/gatt-server.js';

/** Values come as far apart as they were recorded, but nobody waits for a patient who was slow. */
const maxPauseMs = 1_000;
/** A device that left does so again, a moment after its last value. */
const leavePauseMs = 1_000;

export class ReplayedConnection {
  readonly #playback: GattPlayback;
  readonly #server: GattServer;
  readonly #clock: Pick<Clock, 'sleep'>;
  #sending = false;
  #ended = false;

  constructor(trace: GattTrace, server: GattServer, clock: Pick<Clock, 'sleep'>) {
    this.#playback = new GattPlayback(trace);
    this.#server = server;
    this.#clock = clock;
  }

  /** Null: the recorded device was never asked, or refused. */
  read(characteristic: Uuid): Uint8Array | null {
    return this.#playback.read(characteristic)?.subarray(0, maxValueOctets) ?? null;
  }

  write(characteristic: Uuid, octets: Uint8Array): void {
    this.#playback.write(characteristic, octets);
    this.#send();
  }

  subscribe(characteristic: Uuid, on: boolean): void {
    if (on) this.#playback.subscribe(characteristic);
    else this.#playback.unsubscribe(characteristic);
    this.#send();
  }

  end(): void {
    this.#ended = true;
  }

  #send(): void {
    if (this.#sending) return;
    this.#sending = true;
    this.#sendAll()
      .catch((error: unknown) => {
        // The central has left, or turned the values off: nothing more to do.
        if (!(error instanceof LinkError)) throw error;
      })
      .finally(() => (this.#sending = false));
  }

  /** What is due, one value after the other; then the device leaves, if it did. */
  async #sendAll(): Promise<void> {
    const playback = this.#playback;
    do {
      for (let value = playback.next(); value !== null; value = playback.next()) {
        await this.#clock.sleep(Math.min(value.pauseMs, maxPauseMs));
        if (this.#ended) return;
        await this.#sendOne(value);
      }
      if (!this.#isOver()) return;
      await this.#clock.sleep(leavePauseMs);
    } while (!this.#isOver());
    if (!this.#ended) this.#server.disconnect();
  }

  #isOver(): boolean {
    return this.#playback.over;
  }

  /** In the recorded way, unless the central has turned on the other one. */
  async #sendOne({ characteristic, octets, way }: PlayedValue): Promise<void> {
    const first = way ?? 'indicate';
    try {
      await this.#server[first](characteristic, octets);
    } catch (error) {
      if (!(error instanceof LinkError) || error.code !== 'not-subscribed') throw error;
      await this.#server[first === 'indicate' ? 'notify' : 'indicate'](characteristic, octets);
    }
  }
}
