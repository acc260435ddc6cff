import type { Uuid } from '@hemma/protocols/device.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { BluezDaemon } from './daemon.js';
import { Bluez } from './names.js';

/**
 * Values that BlueZ tells before anybody has subscribed to them. A bond keeps subscriptions: a device that went
 * away by itself sends as soon as the link is encrypted, BlueZ confirms, and the device forgets.
 */

/** A device sends for the second or two until the link is handed out, at most some dozens a second. */
const maxValues = 256;

export interface EarlyValue {
  /** Of the characteristic. */
  readonly path: string;
  /** An `ay` as the bus gives it. */
  readonly value: unknown;
  readonly monotonicMs: number;
}

/** What is still to come of a link that is gone. */
export interface LeftBehind {
  /** What was on when the device went away by itself. */
  readonly on: readonly Uuid[];
  readonly untold: readonly EarlyValue[];
}

export const nothingLeft: LeftBehind = { on: [], untold: [] };

export class EarlyValues {
  readonly #taken = new Set<string>();
  readonly #stop: () => void;
  #values: EarlyValue[];

  /** Hears from now on, until {@link stop}; `path` is the device's, `untold` what its last link has left. */
  constructor(
    { daemon, clock, path }: { daemon: BluezDaemon; clock: Clock; path: string },
    untold: readonly EarlyValue[] = [],
  ) {
    this.#values = [...untold];
    this.#stop = daemon.mirror.onChange(({ kind, path: from, interface: name, changed }) => {
      const value = changed['Value'];
      if (kind !== 'changed' || name !== Bluez.characteristic || value === undefined) return;
      if (!from.startsWith(`${path}/`) || this.#taken.has(from)) return;
      if (this.#values.length >= maxValues) return;
      this.#values.push({ path: from, value, monotonicMs: clock.monotonicMs() });
    });
  }

  /** What nobody has taken: the device has forgotten it, so it is for whoever subscribes at its next visit. */
  get untold(): readonly EarlyValue[] {
    return this.#values;
  }

  /** BlueZ tells the answer to a read by the same signal: it is no value that came by itself. */
  dropAnswer(path: string, isAnswer: (value: unknown) => boolean): void {
    const own = this.#values.findLastIndex((it) => it.path === path && isAnswer(it.value));
    if (own >= 0) this.#values.splice(own, 1);
  }

  /** What has come of a characteristic, which from now on has somebody who listens. */
  take(path: string): readonly EarlyValue[] {
    this.#taken.add(path);
    const taken = this.#values.filter((value) => value.path === path);
    this.#values = this.#values.filter((value) => value.path !== path);
    return taken;
  }

  stop(): void {
    this.#stop();
  }
}
