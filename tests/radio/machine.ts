import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * A machine with Debian's kernel, bluetoothd and two virtual controllers, in software emulation: the
 * host needs neither Bluetooth nor virtualisation. It sees the host's files, read-only, and so runs this
 * checkout as it is built.
 */

const checkout = join(import.meta.dirname, '../..');
const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'hemma/radio');
/** A run takes two to four minutes on two idle cores. */
const deadlineMs = 570_000;

/** What must be installed; Debian's package where it is named otherwise. */
export const needed: Readonly<Record<string, string>> = {
  'qemu-system-x86_64': 'qemu-system-x86',
  busybox: 'busybox-static',
  cpio: 'cpio',
  depmod: 'kmod',
  btvirt: 'bluez-test-tools',
  bluetoothctl: 'bluez',
  'dbus-daemon': 'dbus',
};

export interface Told {
  /** What each `result NAME JSON` line of the machine said, by name. */
  readonly results: Readonly<Record<string, unknown>>;
  /** Everything that the machine wrote. */
  readonly log: string;
  /** How its script ended; null when the machine ended before. */
  readonly exitCode: number | null;
}

/** Boots the machine and lets it tell its story. Rejects when it cannot be made. */
export async function runMachine(): Promise<Told> {
  const made = prepare();
  const guest = join(checkout, 'tests/radio/guest/start.sh');
  const child = spawn('qemu-system-x86_64', argumentsFor(made, guest), {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
  mkdirSync(join(checkout, '.cache'), { recursive: true });
  const file = createWriteStream(join(checkout, '.cache/radio.log'));
  const lines: string[] = [];
  child.stderr.pipe(file, { end: false });
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    file.write(`${line}\n`);
  }
  clearTimeout(timer);
  file.end();
  return toldBy(lines);
}

function prepare(): string {
  const script = join(import.meta.dirname, 'machine/prepare.sh');
  const { status, stdout, stderr } = spawnSync(script, [cache], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The machine could not be made: ${stderr.trim()}`);
  return stdout.trim();
}

function argumentsFor(made: string, guest: string): string[] {
  const kernel = [
    ...['console=ttyS0', 'quiet', 'loglevel=3', 'panic=-1', 'mitigations=off'],
    ...['random.trust_cpu=on', `guest=${guest}`, `node=${process.execPath}`],
  ];
  // Translation only: a /dev/kvm that is there need not work.
  const machine = ['-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', '2', '-m', '768'];
  const quiet = ['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'];
  const files = 'local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap';
  return [
    ...[...machine, ...quiet, '-serial', 'stdio'],
    ...['-kernel', join(made, 'vmlinuz'), '-initrd', join(made, 'initrd.gz')],
    ...['-append', kernel.join(' '), '-device', 'virtio-rng-pci', '-virtfs', files],
  ];
}

function toldBy(lines: readonly string[]): Told {
  const results: Record<string, unknown> = {};
  let exitCode: number | null = null;
  for (const line of lines) {
    const [, name, json] = /^result (\S+) (.*?)\r?$/.exec(line) ?? [];
    if (name !== undefined && json !== undefined) results[name] = JSON.parse(json);
    const [, code] = /^guest ended with (\d+)/.exec(line) ?? [];
    if (code !== undefined) exitCode = Number(code);
  }
  return { results, exitCode, log: lines.join('\n') };
}
