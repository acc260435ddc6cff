// Compiles every workspace (incrementally) and bundles the pages when their sources changed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './ready.mjs';

const projects = [
  'protocols',
  'runtime',
  'gateway',
  'cloud',
  'dashboards',
  'simulators',
  'tests/bench',
  'tests/radio',
];
const webStamp = join(root, '.cache/web.stamp');

/** A digest over everything the pages are made of. */
function webDigest() {
  const hash = createHash('sha256');
  for (const folder of ['dashboards/web', 'protocols/api']) {
    const files = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
    const paths = files
      .filter((file) => file.isFile() && !file.parentPath.includes('/dist'))
      .map((file) => join(file.parentPath, file.name));
    for (const path of paths.sort())
      hash.update(path.slice(root.length)).update(readFileSync(path));
  }
  return hash.update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
}

if (!existsSync(join(root, 'gateway/dist/main.js')))
  console.log('Building: about half a minute the first time.');
run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', ...projects]);

const digest = webDigest();
const built = existsSync(join(root, 'dashboards/web/dist/index.html'));
if (!built || !existsSync(webStamp) || readFileSync(webStamp, 'utf8') !== digest) {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  run(process.execPath, [vite, 'build', 'dashboards/web', '--logLevel', 'warn']);
  mkdirSync(join(root, '.cache'), { recursive: true });
  writeFileSync(webStamp, digest);
}
