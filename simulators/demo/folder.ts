import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Says that a folder was made by the demo and may be emptied by it. */
const marker = '.hemma-demo';

/**
 * An empty folder for a new demo. One that the demo made before is emptied; any other folder that
 * holds something is refused.
 */
export function emptyFolder(path: string): string {
  const folder = resolve(path);
  if (existsSync(folder)) {
    const isOurs = existsSync(join(folder, marker));
    if (!isOurs && readdirSync(folder).length > 0)
      throw new Error(
        `${folder} is not empty and was not made by the demo; choose another --data.`,
      );
    rmSync(folder, { recursive: true });
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, marker), 'Made by hemma-sim demo, which empties this folder.\n');
  return folder;
}
