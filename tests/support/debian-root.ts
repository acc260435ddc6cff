import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { requires } from '../../tooling/testkit/requires.js';

/** A Debian of its own, as small as one with systemd can be; made once and kept between runs. */

const release = 'bookworm';
/** Raspberry Pi OS is the same release with the same systemd. */
const packages = ['systemd', 'systemd-sysv', 'dbus'];
const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'hemma');

/** Whether such a Debian can be made and started here; says so where it cannot. */
export function canRunDebian(suite: string): boolean {
  const programs = ['debootstrap', 'systemd-nspawn', 'nsenter', 'dpkg-deb'];
  if (!programs.every((program) => requires(program, suite))) return false;
  if (process.getuid?.() === 0) return true;
  if (process.env['HEMMA_REQUIRE_SERVERS'] === '1')
    throw new Error(`"${suite}" starts a Debian, which only root may.`);
  process.stdout.write(`left out: ${suite} (only root may start a Debian)\n`);
  return false;
}

/** The folder with its files, which nobody may change; the first time takes a minute. */
export function debianRoot(): string {
  const root = join(cache, `debian-${release}-${process.arch}`);
  if (existsSync(root)) return root;
  process.stdout.write(`making a Debian ${release} in the cache: about a minute, once\n`);
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'debian-'));
  const include = `--include=${packages.join(',')}`;
  try {
    execFileSync('debootstrap', ['--variant=minbase', include, release, work], { stdio: 'pipe' });
    rmSync(join(work, 'var/cache/apt/archives'), { recursive: true, force: true });
    renameSync(work, root);
  } catch (error) {
    rmSync(work, { recursive: true, force: true });
    throw error;
  }
  return root;
}

/** A copy of it that is written to without touching the other, unmounted by `stop`. */
export function debianCopy(folder: string): { readonly root: string; stop(): void } {
  const [root, upper, work] = [join(folder, 'root'), join(folder, 'upper'), join(folder, 'work')];
  mkdirSync(folder, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', folder]);
  for (const each of [root, upper, work]) mkdirSync(each);
  const layers = `lowerdir=${debianRoot()},upperdir=${upper},workdir=${work}`;
  execFileSync('mount', ['-t', 'overlay', 'overlay', '-o', layers, root]);
  const stop = (): void => {
    execFileSync('umount', ['--lazy', root]);
    execFileSync('umount', ['--lazy', folder]);
  };
  return { root, stop };
}
