// Which installed packages a running gateway loads: found in the lock file, so that nothing is asked.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../ready.mjs';

/**
 * Named as dependencies, but only for installing and compiling, or for other systems. The second
 * noble is compiled against one version of Node alone and is no longer maintained: it stays out.
 */
const leftOut = new Set([
  '@abandonware/noble',
  '@mapbox/node-pre-gyp',
  'nan',
  'node-addon-api',
  'node-gyp',
  'patch-package',
  'prebuild-install',
  'usb',
]);

/** Where Node finds `name` for a package in `from`: there, or in a folder further out. */
function placeOf(packages, from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const place = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (packages[place]) return place;
    if (at === '') return null;
    if (!at.includes('/node_modules/')) at = '/node_modules/';
  }
}

/** Folders of the workspace and of everything that it loads, relative to the checkout, sorted. */
export function modulesOf(workspace) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const found = new Set();
  const walk = (place) => {
    const entry = packages[place];
    if (entry.link) return walk(entry.resolved);
    if (found.has(place)) return;
    found.add(place);
    for (const name of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) {
      if (leftOut.has(name) || name.startsWith('@types/')) continue;
      const inner = placeOf(packages, place, name);
      if (inner !== null) walk(inner);
      else if (entry.dependencies?.[name]) throw new Error(`${place} needs ${name}: not locked.`);
    }
  };
  walk(workspace);
  return [...found].sort();
}
