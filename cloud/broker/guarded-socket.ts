import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { PacketGuard } from './packet-guard.js';

type Done = (error?: Error | null) => void;

/** A socket that ends at the first packet above the limit; see {@link PacketGuard}. */
export class GuardedSocket extends Duplex {
  readonly #socket: Socket;
  readonly #guard: PacketGuard;

  constructor(socket: Socket, maxPacketOctets: number) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    this.#guard = new PacketGuard(maxPacketOctets);
    // Small packets (PUBACK, receipts) go at once: nobody waits for more to send.
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#socket.write(chunk, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: Done): void {
    this.#socket.write(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  override _final(done: Done): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#socket.destroy();
    done(error);
  }

  #receive(chunk: Buffer): void {
    try {
      this.#guard.watch(chunk);
    } catch (error) {
      this.destroy(error as Error); // watch throws CodedError only
      return;
    }
    if (!this.push(chunk)) this.#socket.pause();
  }
}
