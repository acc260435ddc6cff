import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { once } from 'node:events';

/**
 * `refused`: both ends hear at once that the connection is gone, and get no new one.
 * `silent`: nobody hears anything; octets just do not arrive any more.
 */
export type CutKind = 'refused' | 'silent';

/** A network path on loopback that can be cut and mended, between a gateway and a broker. */
export class CuttableLink {
  readonly #targetPort: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #cut: CutKind | null = null;
  cuts = 0;

  constructor(targetPort: number) {
    this.#targetPort = targetPort;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  async listen(port: number): Promise<void> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  cut(kind: CutKind = 'refused'): void {
    this.#cut = kind;
    this.cuts += 1;
    for (const socket of this.#sockets)
      if (kind === 'silent') socket.unpipe().pause();
      else socket.destroy();
  }

  /** Connections from before a silent cut stay dead, as behind a router that was switched off. */
  mend(): void {
    if (this.#cut === 'silent') for (const socket of this.#sockets) socket.destroy();
    this.#cut = null;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(near: Socket): void {
    if (this.#cut === 'refused') {
      near.destroy();
      return;
    }
    if (this.#cut === 'silent') {
      this.#keep(near, []);
      near.pause();
      return;
    }
    const far = connect(this.#targetPort, '127.0.0.1');
    this.#keep(near, [far]);
    this.#keep(far, [near]);
    near.pipe(far).pipe(near);
  }

  #keep(socket: Socket, others: readonly Socket[]): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      for (const other of others) other.destroy();
    });
  }
}
