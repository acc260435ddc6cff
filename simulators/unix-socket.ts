/** Unix sockets between the simulators and the processes they deceive. */
import { rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';

/**
 * Listens at the path, in the place of a socket that an earlier process left there. Rejects when
 * something else than a socket is in the way.
 */
export async function listenAt(path: string, onClient: (socket: Socket) => void): Promise<Server> {
  const left = statSync(path, { throwIfNoEntry: false });
  if (left?.isSocket() === true) rmSync(path);
  const server = createServer(onClient);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return server;
}
