import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface MachineOptions {
  /** A folder that is seen inside as `/shared`. */
  readonly shared: string;
  /** What it prints while it starts and stops. */
  readonly logFile: string;
  /** Its files. */
  readonly root: string;
  /** `overlay`: it writes where it likes; `state`: only below an empty /var, the rest is read only. */
  readonly writes: 'overlay' | 'state';
  /** Files of this machine that are seen inside: `FROM:TO`. */
  readonly binds?: readonly string[];
}

export interface Said {
  readonly code: number;
  /** Standard output and standard error, as somebody at a terminal sees them. */
  readonly text: string;
}

const bootDeadlineMs = 60_000;
const commandDeadlineMs = 120_000;
const stopDeadlineMs = 15_000;
const pollMs = 200;
const restartAsked = 133;
/** Every namespace of the machine, its root and its working directory. */
const inside = ['-m', '-u', '-i', '-n', '-p', '-C', '-r', '-w'];

/**
 * A Debian that has really started: its own systemd, journal and message bus, in namespaces of this
 * machine's kernel and on this machine's network. What it writes is in memory, and gone at the end.
 */
export class DebianMachine {
  readonly #options: MachineOptions;
  #nspawn: ChildProcess | null = null;
  #init = '';

  constructor(options: MachineOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const name = `hemma-${randomBytes(4).toString('hex')}`;
    const { shared, logFile, root, writes, binds = [] } = this.#options;
    const options = ['--register=no', '--keep-unit', `--volatile=${writes}`, '--console=pipe'];
    const more = [`--machine=${name}`, '--capability=CAP_NET_ADMIN', '--resolv-conf=off'];
    const where = [`${shared}:/shared`, ...binds].map((bind) => `--bind=${bind}`);
    where.push('-D', root, '--boot');
    const nspawn = spawn('systemd-nspawn', [...options, ...more, ...where], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#nspawn = nspawn;
    const log = createWriteStream(logFile);
    nspawn.stdout.pipe(log, { end: false });
    nspawn.stderr.pipe(log, { end: false });
    const deadline = Date.now() + bootDeadlineMs;
    while (!(await this.#hasBooted())) {
      if (nspawn.exitCode !== null || Date.now() > deadline)
        throw new Error(`Debian did not start: ${readFileSync(logFile, 'utf8')}`);
      await sleep(pollMs);
    }
  }

  /**
   * Resolves once it has ended by itself; whether it asked to be started anew. systemd-nspawn says so
   * by its exit code (systemd-nspawn(1), --keep-unit), and leaves the starting to others.
   */
  async wantsRestart(): Promise<boolean> {
    const nspawn = this.#nspawn;
    if (nspawn === null) throw new Error('Debian was not started.');
    if (nspawn.exitCode === null) await once(nspawn, 'exit');
    return nspawn.exitCode === restartAsked;
  }

  /** A file of the machine, as this machine sees it. */
  place(path: string): string {
    return `/proc/${this.#init}/root${path}`;
  }

  /** Switches it off, and pulls the plug when that takes too long. */
  async stop(): Promise<void> {
    const nspawn = this.#nspawn;
    if (nspawn?.exitCode !== null) return;
    const gone = new Promise<void>((resolve) => nspawn.once('exit', () => resolve()));
    nspawn.kill('SIGTERM');
    const late = setTimeout(() => {
      process.kill(Number(this.#init), 'SIGKILL');
      nspawn.kill('SIGKILL');
    }, stopDeadlineMs);
    await gone;
    clearTimeout(late);
  }

  /** Runs a line of shell as root, whatever its exit code. */
  run(line: string): Promise<Said> {
    return new Promise((resolve, reject) => {
      const args = ['-t', this.#init, ...inside, 'sh', '-c', `exec 2>&1; ${line}`];
      const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', DEBIAN_FRONTEND: 'noninteractive' };
      execFile('nsenter', args, { env, timeout: commandDeadlineMs }, (error, stdout) => {
        const code = error === null ? 0 : error.code;
        if (typeof code === 'number') resolve({ code, text: stdout });
        else reject(new Error(`"${line}" did not end: ${stdout}`, { cause: error }));
      });
    });
  }

  /** The same, and it must succeed; gives what it said, without the last line break. */
  async must(line: string): Promise<string> {
    const { code, text } = await this.run(line);
    if (code !== 0) throw new Error(`"${line}" ended with ${code}: ${text}`);
    return text.trimEnd();
  }

  async #hasBooted(): Promise<boolean> {
    const pid = String(this.#nspawn?.pid);
    try {
      this.#init =
        readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0] ?? '';
      const { text } = await this.run('systemctl is-system-running');
      return ['running', 'degraded'].includes(text.trim());
    } catch {
      return false;
    }
  }
}
