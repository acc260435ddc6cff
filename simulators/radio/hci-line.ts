/** The way to a controller in another process: H4 over the unix socket of `server.ts`. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Cancellable, Clock } from '@hemma/runtime/clock.js';
import { H4Splitter } from './h4.js';
import type { HciLine, HciLineEvents, OpenHciLine } from './hci-socket.js';

/** The radio may start after its user, or again: how soon the next attempt follows. */
const reconnectPauseMs = 250;

/** A line that is down whenever the other process is not there, as an adapter that was pulled out. */
export function hciOverSocket(path: string, clock: Pick<Clock, 'after'>): OpenHciLine {
  return (events) => new SocketLine({ path, clock, events });
}

interface SocketLineOptions {
  readonly path: string;
  readonly clock: Pick<Clock, 'after'>;
  readonly events: HciLineEvents;
}

class SocketLine implements HciLine {
  readonly #options: SocketLineOptions;
  #socket: Socket;
  #retry: Cancellable | null = null;
  #up = false;
  #closed = false;

  constructor(options: SocketLineOptions) {
    this.#options = options;
    this.#socket = this.#connect();
  }

  get up(): boolean {
    return this.#up;
  }

  /** What a host writes to an adapter that is down is lost. */
  write(packet: Uint8Array): void {
    if (this.#up) this.#socket.write(new Uint8Array(packet));
  }

  close(): void {
    this.#closed = true;
    this.#retry?.cancel();
    this.#socket.end();
  }

  #connect(): Socket {
    const socket = connect(this.#options.path);
    const splitter = new H4Splitter();
    socket.on('connect', () => this.#setUp(true));
    socket.on('data', (chunk) => {
      if (this.#closed) return;
      for (const packet of splitter.push(chunk)) this.#options.events.onPacket(packet);
    });
    // Always followed by close, where the next attempt is made.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#lost());
    return socket;
  }

  #lost(): void {
    this.#setUp(false);
    if (this.#closed) return;
    this.#retry = this.#options.clock.after(reconnectPauseMs, () => {
      this.#socket = this.#connect();
    });
  }

  #setUp(up: boolean): void {
    if (this.#up === up) return;
    this.#up = up;
    if (!this.#closed) this.#options.events.onState();
  }
}
