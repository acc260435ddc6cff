import type { ServerResponse } from 'node:http';
import { liveEventSchema } from '@hemma/protocols/api/clinic.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Cancellable, Clock } from '@hemma/runtime/clock.js';
import { sent } from './check.js';

/**
 * The feed of changes: server-sent events that say whose data changed. Pages fetch anew; the feed
 * itself holds no values. What a page misses costs nothing, since it fetches all when it reconnects.
 */

/** A clinic has a few screens; beyond this something opens connections and never closes them. */
export const maxClients = 100;
/** Changes within this time are one event: a busy journal must not keep pages busy. */
export const coalesceMs = 500;
/** Proxies and browsers give up on a silent connection after about a minute. */
const heartbeatMs = 15_000;
/** A page that reads nothing is let go before its backlog is felt; an event has a few kilobytes. */
const maxBacklogOctets = 262_144;
/** More patients in one event are sent as several. */
const maxPatientsPerEvent = 500;
/** How long a browser waits before it connects again. */
const reconnectMs = 2_000;

export class LiveFeed {
  readonly #clock: Clock;
  readonly #clients = new Set<ServerResponse>();
  readonly #changed = new Set<string>();
  #flushing: Cancellable | null = null;
  #heartbeat: Cancellable | null = null;
  #stopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get clients(): number {
    return this.#clients.size;
  }

  /** Throws {@link CodedError} `overloaded` when one more page would be too many. */
  reserve(): void {
    if (this.#stopped || this.#clients.size >= maxClients) throw new CodedError('overloaded');
  }

  /** Takes over an answer whose head has been written. */
  join(client: ServerResponse): void {
    this.#clients.add(client);
    client.on('close', () => this.#leave(client));
    client.on('error', () => this.#leave(client));
    client.write(`retry: ${reconnectMs}\n\n`);
    this.#heartbeat ??= this.#clock.after(heartbeatMs, () => this.#beat());
  }

  /** Something about these patients changed; with none, the state of the system did. */
  touch(patients: readonly string[]): void {
    if (this.#clients.size === 0) return;
    for (const patient of patients) this.#changed.add(patient);
    this.#flushing ??= this.#clock.after(coalesceMs, () => this.#flush());
  }

  stop(): void {
    this.#stopped = true;
    this.#flushing?.cancel();
    this.#heartbeat?.cancel();
    for (const client of this.#clients) client.end();
    this.#clients.clear();
  }

  #flush(): void {
    this.#flushing = null;
    const patients = [...this.#changed];
    this.#changed.clear();
    const at = this.#clock.wall().ms;
    do {
      const event = sent(liveEventSchema, {
        patients: patients.splice(0, maxPatientsPerEvent),
        at,
      });
      this.#say(`data: ${JSON.stringify(event)}\n\n`);
    } while (patients.length > 0);
  }

  #beat(): void {
    this.#heartbeat = null;
    if (this.#clients.size === 0) return;
    this.#say(': here\n\n');
    this.#heartbeat = this.#clock.after(heartbeatMs, () => this.#beat());
  }

  #say(text: string): void {
    for (const client of this.#clients) {
      client.write(text);
      if (client.writableLength > maxBacklogOctets) client.destroy();
    }
  }

  #leave(client: ServerResponse): void {
    this.#clients.delete(client);
  }
}
