import type { ServerResponse } from 'node:http';
import type { Cancellable, Clock } from '@hemma/runtime/clock.js';

/** A screen and a few phones; beyond this something opens connections and never closes them. */
export const maxScreens = 20;
/** A device that reads out its memory is one change. */
const coalesceMs = 300;
/** Browsers give up on a silent connection after about a minute. */
const heartbeatMs = 15_000;

/** Server-sent events that say that something changed, and nothing of what: pages fetch anew. */
export class Feed {
  readonly #clock: Clock;
  readonly #screens = new Set<ServerResponse>();
  #flushing: Cancellable | null = null;
  #heartbeat: Cancellable | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether one screen more is one too many. */
  get isFull(): boolean {
    return this.#screens.size >= maxScreens;
  }

  /** Takes over an answer whose head has been written. */
  join(screen: ServerResponse): void {
    this.#screens.add(screen);
    screen.on('close', () => this.#screens.delete(screen));
    screen.on('error', () => this.#screens.delete(screen));
    screen.write('retry: 2000\n\n');
    this.#heartbeat ??= this.#clock.after(heartbeatMs, () => this.#beat());
  }

  touch(): void {
    if (this.#screens.size === 0) return;
    this.#flushing ??= this.#clock.after(coalesceMs, () => {
      this.#flushing = null;
      this.#say('data: changed\n\n');
    });
  }

  stop(): void {
    this.#flushing?.cancel();
    this.#heartbeat?.cancel();
    for (const screen of this.#screens) screen.end();
    this.#screens.clear();
  }

  #beat(): void {
    this.#heartbeat = null;
    if (this.#screens.size === 0) return;
    // Time alone changes what is to be done: a beat is a look.
    this.#say('data: changed\n\n');
    this.#heartbeat = this.#clock.after(heartbeatMs, () => this.#beat());
  }

  #say(text: string): void {
    for (const screen of this.#screens) screen.write(text);
  }
}
