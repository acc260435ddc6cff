import { createServer } from 'node:net';
import { once } from 'node:events';

/** How many ports after the wished one are tried. */
const maxTries = 50;

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/** The wished port on loopback, or the next one that is free. */
export async function freePortFrom(wished: number): Promise<number> {
  for (let port = wished; port < wished + maxTries && port < 65_536; port += 1)
    if (await isFree(port)) return port;
  throw new Error(`No port from ${wished} on is free.`);
}
