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
import { pathToFileURL } from 'node:url';
import { root } from '../ready.mjs';
import { modulesOf } from './modules.mjs';
import { compiledSqlite, nodeRuntime } from './runtime.mjs';

const library = 'usr/lib/hemma-gateway';
const documents = 'usr/share/doc/hemma-gateway';
const debian = join(root, 'packaging/debian');

const helper = 'usr/lib/hemma/hemma-helper';

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
  ['noble.conf', `${documents}/noble.conf`],
  ['copyright', `${documents}/copyright`],
];

/** What is root's in a gateway, of `gateway/helper`. */
const helperFiles = [
  ['hemma-helper', helper],
  ['hemma-helper.socket', 'lib/systemd/system/hemma-helper.socket'],
  ['hemma-helper@.service', 'lib/systemd/system/hemma-helper@.service'],
  ['hemma-adapter.service', 'lib/systemd/system/hemma-adapter.service'],
];

/** Of the workspaces only what runs: compiled code, not sources, tests and types. */
const isCompiled = (path) =>
  /^[a-z]+\/dist\//.test(path)
    ? /\.(js|json)$/.test(path)
    : /^[a-z]+\/(package\.json|bin\/.*)$/.test(path);

/** Sources of what is compiled, of what is there compiled as well, and what was compiled here for here. */
const sourcesOnly =
  /^node_modules\/(better-sqlite3\/(deps|src|build)|@stoprocent\/noble\/build|zod\/src)\//;
/** Debian has the GNU library: what is made for musl is not loaded. */
const needless = /\.(d\.[cm]?ts|ts|map|md|markdown|gypi?|musl\.node)$/i;

/** Of the packages of others no sources, no types, nothing for other systems. */
function isLoaded(path, { npm }) {
  const system = /\/prebuilds\/([^/]+)\//.exec(path)?.[1] ?? `linux-${npm}`;
  return system === `linux-${npm}` && !sourcesOnly.test(path) && !needless.test(path);
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

function layModules(tree, machine) {
  const to = join(tree, library);
  const keeps = (path) =>
    path.startsWith('node_modules/') ? isLoaded(path, machine) : isCompiled(path);
  for (const place of modulesOf('gateway')) copyFolder(place, to, keeps);
  mkdirSync(join(to, 'node_modules/@hemma'), { recursive: true });
  for (const workspace of ['gateway', 'protocols', 'runtime'])
    symlinkSync(`../../${workspace}`, join(to, 'node_modules/@hemma', workspace));
}

function layRuntime(tree, machine) {
  const home = nodeRuntime(machine);
  const native = join(tree, library, 'node_modules/better-sqlite3/build/Release');
  mkdirSync(native, { recursive: true });
  copyFileSync(compiledSqlite(machine, home), join(native, 'better_sqlite3.node'));
  mkdirSync(join(tree, library, 'bin'), { recursive: true });
  copyFileSync(join(home, 'bin/node'), join(tree, library, 'bin/node'));
  mkdirSync(join(tree, documents), { recursive: true });
  copyFileSync(join(home, 'LICENSE'), join(tree, documents, 'node.LICENSE'));
}

function layFiles(tree, from, files) {
  for (const [name, path] of files) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    copyFileSync(join(from, name), join(tree, path));
  }
}

/** One date and two kinds of rights, whatever the checkout has: the same sources give the same file. */
function settle(tree, epochSeconds) {
  const programs = new Set(['usr/bin/hemma-gateway', `${library}/bin/node`, helper]);
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
const scripts = ['preinst', 'postinst', 'prerm', 'postrm'];
const isScript = (path) => scripts.some((name) => path === `DEBIAN/${name}`);

/** KiB on the gateway, which Debian wants to know. */
function sizeOf(tree) {
  const files = readdirSync(tree, { recursive: true, withFileTypes: true });
  const octets = files
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).size);
  return Math.ceil(octets.reduce((sum, size) => sum + size, 0) / 1_024);
}

/** How many forms of an outbox the code in the package knows; see `preinst`. */
async function outboxForms() {
  const file = join(root, 'gateway/dist/outbox/tables.js');
  return (await import(pathToFileURL(file).href)).migrations.length;
}

async function layControl(tree, { version, machine }) {
  const known = {
    VERSION: version,
    ARCHITECTURE: machine.debian,
    SIZE: sizeOf(tree),
    SCHEMA: await outboxForms(),
  };
  mkdirSync(join(tree, 'DEBIAN'));
  for (const name of ['control', ...scripts]) {
    const text = readFileSync(join(debian, name), 'utf8');
    const filledIn = text.replaceAll(/@([A-Z]+)@/g, (_, word) => String(known[word]));
    writeFileSync(join(tree, 'DEBIAN', name), filledIn);
  }
  writeFileSync(join(tree, 'DEBIAN/conffiles'), '/etc/hemma/gateway.json\n');
}

/** Lays out the whole package in an empty folder. */
export async function layTree(tree, { version, epochSeconds, machine }) {
  layModules(tree, machine);
  layRuntime(tree, machine);
  layFiles(tree, debian, placed);
  layFiles(tree, join(root, 'gateway/helper'), helperFiles);
  layFiles(tree, join(root, 'docs/guides'), [['install.md', `${documents}/install.md`]]);
  await layControl(tree, { version, machine });
  settle(tree, epochSeconds);
}
