/** The air behind a unix socket: every client gets a controller of its own and speaks H4 to it. */
import type { Server, Socket } from 'node:net';
import { listenAt } from '../unix-socket.js';
import type { Air } from './air.js';
import { Controller } from './controller.js';
import { H4Splitter } from './h4.js';
import { controllerAddress } from './hci-socket.js';

/** Octets a client may leave unread; a host that reads nothing any more has hung. */
const maxUnread = 1024 * 1024;

export interface AirServer {
  close(): Promise<void>;
}

/**
 * Serves the air at this path until closed. A client that goes away takes its links with it; when
 * it comes back it gets a fresh controller with the lowest free address.
 */
export async function serveAir(air: Air, path: string): Promise<AirServer> {
  const taken = new Set<number>();
  const sockets = new Set<Socket>();
  const server: Server = await listenAt(path, (socket) => {
    const number = lowestFree(taken);
    taken.add(number);
    sockets.add(socket);
    attach(air, socket, number);
    socket.on('close', () => {
      taken.delete(number);
      sockets.delete(socket);
    });
  });
  return {
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function attach(air: Air, socket: Socket, number: number): void {
  const splitter = new H4Splitter();
  const controller = new Controller({
    air,
    address: controllerAddress(number),
    toHost: (packet) => {
      socket.write(packet);
      if (socket.writableLength > maxUnread) socket.destroy(new RangeError('host reads nothing'));
    },
  });
  socket.on('data', (chunk) => {
    try {
      for (const packet of splitter.push(chunk)) controller.write(packet);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      socket.destroy(error);
    }
  });
  socket.on('error', (error) => air.log.warn({ error: error.message }, 'host connection'));
  socket.on('close', () => controller.close());
}

function lowestFree(taken: ReadonlySet<number>): number {
  let number = 1;
  while (taken.has(number)) number += 1;
  return number;
}
