/** A virtual serial device behind a unix socket, where `mock-binding.ts` finds it. */
import type { Socket } from 'node:net';
import type { Log } from '@hemma/runtime/log.js';
import { listenAt } from '../unix-socket.js';
import type { VirtualSerialDevice } from './device.js';

/** Octets a host may leave unread; what comes then is lost, as in a receiver that overruns. */
const maxUnread = 64 * 1024;

export interface SerialServer {
  /** Pulls the cable. */
  close(): Promise<void>;
}

/** Serves the device at this path to one host at a time, as a port that is locked while open. */
export async function serveSerial(
  device: VirtualSerialDevice,
  path: string,
  log: Log,
): Promise<SerialServer> {
  let host: Socket | null = null;
  const server = await listenAt(path, (socket) => {
    socket.on('error', (error) => log.warn({ error: error.message }, 'serial host'));
    if (host !== null) {
      socket.destroy();
      return;
    }
    host = socket;
    plugIn(device, socket);
    socket.on('close', () => {
      host = null;
      device.onClosed();
    });
  });
  return {
    close: async () => {
      host?.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function plugIn(device: VirtualSerialDevice, socket: Socket): void {
  socket.on('data', (octets) => device.onOctets(octets));
  device.onOpened((octets) => {
    if (socket.writable && socket.writableLength < maxUnread) socket.write(octets);
  });
}
