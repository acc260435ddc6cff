import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { listenAt } from '../unix-socket.js';

/** Says that a folder was made by the demo and may be emptied by it. */
const marker = '.hemma-demo';
/** Somebody listens here while a demo uses the folder, and nobody once its process is gone. */
const lifeSign = 'demo.sock';

/**
 * An empty folder for a new demo. One that an earlier demo made is emptied; one that a running demo
 * uses, and any other folder that holds something, is refused.
 */
export async function emptyFolder(path: string): Promise<string> {
  const folder = resolve(path);
  if (existsSync(folder)) {
    const isOurs = existsSync(join(folder, marker));
    if (!isOurs && readdirSync(folder).length > 0)
      throw new Error(
        `${folder} is not empty and was not made by the demo; choose another --data.`,
      );
    if (await isInUse(folder))
      throw new Error(`A demo is running in ${folder}: end it, or choose another --data.`);
    rmSync(folder, { recursive: true });
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, marker), 'Made by hemma-sim demo, which empties this folder.\n');
  const server = await listenAt(join(folder, lifeSign), (socket) => socket.destroy());
  server.unref();
  return folder;
}

async function isInUse(folder: string): Promise<boolean> {
  const socket = connect(join(folder, lifeSign));
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
