import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { once } from 'node:events';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * A machine with Debian's kernel in software emulation: the host needs neither Bluetooth nor
 * virtualisation. It sees the host's files, read-only, and so runs this checkout as it is built.
 */

const checkout = join(import.meta.dirname, '../..');
const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'hemma/radio');

/** What must be installed; Debian's package where it is named otherwise. */
export const needed: Readonly<Record<string, string>> = {
  'qemu-system-x86_64': 'qemu-system-x86',
  busybox: 'busybox-static',
  cpio: 'cpio',
  depmod: 'kmod',
  btvirt: 'bluez-test-tools',
  btattach: 'bluez',
  'dbus-daemon': 'dbus',
};

/** Makes what machines boot from, once for each kernel; gives its folder. Throws when it cannot. */
export function prepare(): string {
  const script = join(import.meta.dirname, 'machine/prepare.sh');
  const { status, stdout, stderr } = spawnSync(script, [cache], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The machine could not be made: ${stderr.trim()}`);
  return stdout.trim();
}

export interface MachineOptions {
  /** What `guest/start.sh` does in it, and the name of its log in `.cache`. */
  readonly role: string;
  /** From {@link prepare}. */
  readonly made: string;
  /** Port of the host where it calls in. */
  readonly control: number;
  /** Arguments of QEMU for its end of the air. */
  readonly air: readonly string[];
  readonly memoryMiB: number;
  readonly processors: number;
}

export class Machine {
  readonly #options: MachineOptions;
  #child: ChildProcess | null = null;

  constructor(options: MachineOptions) {
    this.#options = options;
  }

  get logFile(): string {
    return join(checkout, `.cache/radio-${this.#options.role}.log`);
  }

  /** What it writes on its console goes to {@link logFile}. */
  start(): void {
    mkdirSync(join(checkout, '.cache'), { recursive: true });
    const log = createWriteStream(this.logFile);
    const child = spawn('qemu-system-x86_64', argumentsFor(this.#options), {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    this.#child = child;
  }

  /** Rejects when it has ended by itself: a kernel that stops, or a script that fails. */
  async ended(): Promise<never> {
    if (this.#child !== null) await once(this.#child, 'exit');
    throw new Error(`The machine "${this.#options.role}" has ended, see ${this.logFile}`);
  }

  /** Pulls the plug. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
}

function argumentsFor(options: MachineOptions): string[] {
  const { role, made, control, air, memoryMiB, processors } = options;
  const guest = join(checkout, 'tests/radio/guest/start.sh');
  const kernel = [
    ...['console=ttyS0', 'quiet', 'loglevel=3', 'panic=-1', 'mitigations=off'],
    // A busy host is late with its interrupts: the kernel would take the timer for broken.
    ...['random.trust_cpu=on', 'no_timer_check', `guest=${guest}`, `node=${process.execPath}`],
    // The host's loopback, as QEMU's user networking shows it.
    ...[`role=${role}`, `control=10.0.2.2:${control}`],
  ];
  // Translation only: a /dev/kvm that is there need not work.
  const machine = ['-accel', 'tcg,thread=multi', '-cpu', 'max'];
  const size = ['-smp', `${processors}`, '-m', `${memoryMiB}`];
  const quiet = ['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'];
  const files = 'local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap';
  return [
    ...[...machine, ...size, ...quiet, '-serial', 'stdio'],
    ...['-kernel', join(made, 'vmlinuz'), '-initrd', join(made, 'initrd.gz')],
    ...['-append', kernel.join(' '), '-device', 'virtio-rng-pci', '-virtfs', files],
    ...['-netdev', 'user,id=net', '-device', 'virtio-net-pci,netdev=net,romfile=', ...air],
  ];
}
