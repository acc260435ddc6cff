import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { z } from 'zod';

/** The outside of `guest/hands.ts`: machines call in, and do from then on what they are told. */

const helloSchema = z.object({ role: z.string() });
const saidSchema = z.object({
  id: z.int(),
  value: z.unknown(),
  error: z.string().optional(),
});

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** One machine's end of the line. */
export class Hands {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the machine is gone'));
    });
  }

  /** Rejects with what the machine says was wrong, and when it is gone. */
  call(name: string, ...given: unknown[]): Promise<unknown> {
    this.#calls += 1;
    const id = this.#calls;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#socket.write(`${JSON.stringify({ id, name, given })}\n`);
    });
  }

  hear(line: string): void {
    const { id, value, error } = saidSchema.parse(JSON.parse(line));
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(error));
  }
}

/** Where machines call in; a machine whose line ends switches itself off. */
export class Control {
  readonly #server: Server = createServer((socket) => void this.#greet(socket));
  readonly #sockets: Socket[] = [];
  readonly #came = new Map<string, (hands: Hands) => void>();

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Resolves when the machine of that role has called in. */
  from(role: string): Promise<Hands> {
    return new Promise((resolve) => this.#came.set(role, resolve));
  }

  stop(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  async #greet(socket: Socket): Promise<void> {
    this.#sockets.push(socket);
    socket.setNoDelay(true);
    const hands = new Hands(socket);
    let isKnown = false;
    for await (const line of createInterface({ input: socket })) {
      if (isKnown) hands.hear(line);
      else this.#came.get(helloSchema.parse(JSON.parse(line)).role)?.(hands);
      isKnown = true;
    }
  }
}
