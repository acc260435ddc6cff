// Lays out the files of the Debian package as they will lie on the gateway.
import {
  chmodSync,
  copyFileSync,
  lutimesSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../ready.mjs';
import { modulesOf } from './modules.mjs';
import { compiledSqlite, machine, nodeRuntime } from './runtime.mjs';

const library = 'usr/lib/hemma-gateway';
const documents = 'usr/share/doc/hemma-gateway';
const debian = join(root, 'packaging/debian');

/** Where each file of `packaging/debian` goes. */
const placed = [
  ['hemma-gateway.sh', 'usr/bin/hemma-gateway'],
  ['unsent.mjs', `${library}/unsent.mjs`],
  ['hemma-gateway.service', 'lib/systemd/system/hemma-gateway.service'],
  ['sysusers.conf', 'usr/lib/sysusers.d/hemma-gateway.conf'],
  ['tmpfiles.conf', 'usr/lib/tmpfiles.d/hemma-gateway.conf'],
  ['modules-load.conf', 'usr/lib/modules-load.d/hemma-gateway.conf'],
  ['dbus.conf', 'usr/share/dbus-1/system.d/hemma-gateway.conf'],
  ['gateway.json', 'etc/hemma/gateway.json'],
  ['copyright', `${documents}/copyright`],
];

/** Of the workspaces only what runs: compiled code, not sources, tests and types. */
const isCompiled = (path) =>
  /^[a-z]+\/dist\//.test(path)
    ? /\.(js|json)$/.test(path)
    : /^[a-z]+\/(package\.json|bin\/.*)$/.test(path);

/** Sources of what is compiled, and of what is there compiled as well. */
const sourcesOnly = /^node_modules\/(better-sqlite3\/(deps|src|build)|zod\/src)\//;
const needless = /\.(d\.[cm]?ts|ts|map|md|markdown|gypi?)$/i;

/** Of the packages of others no sources, no types, nothing for other systems. */
function isLoaded(path) {
  const system = /\/prebuilds\/([^/]+)\//.exec(path)?.[1] ?? `linux-${machine.npm}`;
  return system === `linux-${machine.npm}` && !sourcesOnly.test(path) && !needless.test(path);
}

/** Copies the files of one folder; the packages within it are folders of their own. */
function copyFolder(place, to, keeps) {
  for (const entry of readdirSync(join(root, place), { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(root.length + 1);
    const isNested = path.slice(place.length).includes('/node_modules/');
    if (!entry.isFile() || isNested || !keeps(path)) continue;
    mkdirSync(dirname(join(to, path)), { recursive: true });
    copyFileSync(join(root, path), join(to, path));
  }
}

function layModules(tree) {
  const to = join(tree, library);
  for (const place of modulesOf('gateway'))
    copyFolder(place, to, place.startsWith('node_modules/') ? isLoaded : isCompiled);
  mkdirSync(join(to, 'node_modules/@hemma'), { recursive: true });
  for (const workspace of ['gateway', 'protocols', 'runtime'])
    symlinkSync(`../../${workspace}`, join(to, 'node_modules/@hemma', workspace));
}

function layRuntime(tree) {
  const runtime = nodeRuntime();
  const native = join(tree, library, 'node_modules/better-sqlite3/build/Release');
  mkdirSync(native, { recursive: true });
  copyFileSync(compiledSqlite(runtime), join(native, 'better_sqlite3.node'));
  mkdirSync(join(tree, library, 'bin'), { recursive: true });
  copyFileSync(join(runtime.home, 'bin/node'), join(tree, library, 'bin/node'));
  mkdirSync(join(tree, documents), { recursive: true });
  copyFileSync(join(runtime.home, 'LICENSE'), join(tree, documents, 'node.LICENSE'));
}

/** One date and two kinds of rights, whatever the checkout has: the same sources give the same file. */
function settle(tree, epochSeconds) {
  const programs = new Set(['usr/bin/hemma-gateway', `${library}/bin/node`]);
  const private_ = new Set(['etc/hemma/gateway.json']);
  for (const entry of readdirSync(tree, { recursive: true, withFileTypes: true })) {
    const full = join(entry.parentPath, entry.name);
    const path = full.slice(tree.length + 1);
    if (entry.isSymbolicLink()) lutimesSync(full, epochSeconds, epochSeconds);
    else {
      const isProgram = entry.isDirectory() || programs.has(path) || isScript(path);
      chmodSync(full, isProgram ? 0o755 : private_.has(path) ? 0o640 : 0o644);
      utimesSync(full, epochSeconds, epochSeconds);
    }
  }
}

/** Scripts of the package manager, which it runs itself. */
const isScript = (path) => /^DEBIAN\/(postinst|prerm|postrm)$/.test(path);

/** KiB on the gateway, which Debian wants to know. */
function sizeOf(tree) {
  const files = readdirSync(tree, { recursive: true, withFileTypes: true });
  const octets = files
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).size);
  return Math.ceil(octets.reduce((sum, size) => sum + size, 0) / 1_024);
}

function layControl(tree, version) {
  const size = sizeOf(tree);
  mkdirSync(join(tree, 'DEBIAN'));
  for (const script of ['postinst', 'prerm', 'postrm'])
    copyFileSync(join(debian, script), join(tree, 'DEBIAN', script));
  writeFileSync(join(tree, 'DEBIAN/conffiles'), '/etc/hemma/gateway.json\n');
  const control = readFileSync(join(debian, 'control'), 'utf8')
    .replace('@VERSION@', version)
    .replace('@ARCHITECTURE@', machine.debian)
    .replace('@SIZE@', String(size));
  writeFileSync(join(tree, 'DEBIAN/control'), control);
}

/** Lays out the whole package in an empty folder. */
export function layTree(tree, { version, epochSeconds }) {
  layModules(tree);
  layRuntime(tree);
  for (const [name, path] of placed) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    copyFileSync(join(debian, name), join(tree, path));
  }
  copyFileSync(join(root, 'docs/guides/install.md'), join(tree, documents, 'install.md'));
  layControl(tree, version);
  settle(tree, epochSeconds);
}
