import { chmodSync, copyFileSync, linkSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Packages } from '../package/build.js';
import { CloudProcess, patient } from './cloud-process.js';
import { DebianMachine } from './debian-machine.js';
import type { Said } from './debian-machine.js';
import { debianRoot } from './debian-root.js';

/** A home whose gateway is the package on a Debian that has started, and the cloud that it sends to. */

export const service = 'hemma-gateway';
export const gatewayId = 'home-17';
export const state = '/var/lib/hemma';
export const settingsFile = '/etc/hemma/gateway.json';
/** For loaded machines: the longest wait within is that of systemd before another start, 30 s. */
export const patienceMs = 150_000;

/** Asks the helper by the code of the installed gateway. */
const asker = `
import { SocketHelper } from '/usr/lib/hemma-gateway/gateway/dist/healing/helper.js';
import { SystemClock } from '/usr/lib/hemma-gateway/runtime/dist/clock.js';
const helper = new SocketHelper('/run/hemma-helper.sock', new SystemClock({ trust: 'unknown' }));
const told = ({ code, message, cause }) => code + ': ' + (cause?.code ?? message);
console.log(await helper.perform(process.argv[2]).then(() => 'done', told));
`;

/** A line that asks the helper, and prints `done` or the code and the reason of the failure. */
export function askHelper(verb: string): string {
  return `/usr/lib/hemma-gateway/bin/node /shared/ask.mjs '${verb}'`;
}

/** What the helper's unit takes from here on for how long the machine has been on. */
export async function beenOn(machine: DebianMachine, seconds: number): Promise<void> {
  const dropIn = '/run/systemd/system/hemma-helper@.service.d';
  await machine.must(
    `mkdir -p /run/proc ${dropIn}; echo ${seconds}.00 0.00 >/run/proc/uptime; ` +
      `printf '[Service]\\nEnvironment=HEMMA_HELPER_PROC=/run/proc\\n' >${dropIn}/proc.conf; ` +
      'systemctl daemon-reload',
  );
}

/** Runs a line with the user, the groups and the privileges of the service that runs there. */
export async function asServiceOn(machine: DebianMachine, line: string): Promise<Said> {
  const pid = await machine.must(`systemctl show ${service} --property=MainPID --value`);
  const status = await machine.must(`cat /proc/${pid}/status`);
  const groups = /^Groups:\t(.*)$/m.exec(status)?.[1]?.trim().replaceAll(' ', ',') ?? '';
  const who = `--reuid=${service} --regid=${service} --groups=${groups}`;
  const without = '--no-new-privs --bounding-set=-all --inh-caps=-all';
  return await machine.run(`setpriv ${who} ${without} -- ${line}`);
}

export class InstalledHome {
  readonly folder = mkdtempSync(join(tmpdir(), 'hemma-home-'));
  /** Seen inside as `/shared`. */
  readonly shared = join(this.folder, 'shared');
  readonly cloud = new CloudProcess(join(this.folder, 'cloud'));
  readonly machine: DebianMachine;
  /** Of the gateway, once the cloud has enrolled it. */
  secret = '';

  /** `binds`: files of this machine that are seen inside, as systemd-nspawn writes them. */
  constructor(binds: readonly string[] = []) {
    this.machine = new DebianMachine({
      ...{ shared: this.shared, root: debianRoot(), writes: 'overlay', binds },
      logFile: join(this.folder, 'machine.log'),
    });
  }

  /** Starts machine and cloud. Nothing is installed yet; the packages are in `/shared`. */
  async start({ folder, older, newer }: Packages): Promise<void> {
    mkdirSync(this.shared);
    chmodSync(this.shared, 0o755);
    for (const name of [older, newer]) linkSync(join(folder, name), join(this.shared, name));
    writeFileSync(join(this.shared, 'ask.mjs'), asker);
    const enrolled = async (): Promise<void> => {
      await this.cloud.configure();
      await this.cloud.addPatient();
      this.secret = await this.cloud.addGateway(gatewayId);
      await this.cloud.daemon.start();
    };
    await Promise.all([this.machine.start(), enrolled()]);
    this.writeSettings();
  }

  async stop(): Promise<void> {
    await this.machine.stop();
    await this.cloud.daemon.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Settings for {@link fillIn}, with `more` of them. */
  writeSettings(more: object = {}): void {
    const settings = { gateway: gatewayId, secret: this.secret, patient };
    const all = { ...settings, broker: this.cloud.brokerUrl, dataDir: state, devices: [] };
    const text = JSON.stringify({ ...all, language: 'en', ...more });
    writeFileSync(join(this.shared, 'gateway.json'), text);
  }

  /** Into the file as it is: owner and rights are the package's. */
  fillIn(): Promise<string> {
    return this.machine.must(`cat /shared/gateway.json > ${settingsFile}`);
  }

  /** Installs a package, fills the settings in and starts the service. */
  async installAndStart(file: string, more: object = {}): Promise<void> {
    await this.install(file);
    this.writeSettings(more);
    await this.fillIn();
    await this.machine.must(`systemctl restart ${service}`);
  }

  install(file: string): Promise<string> {
    return this.machine.must(`dpkg --force-confold -i /shared/${file}`);
  }

  show(property: string, unit = service): Promise<string> {
    return this.machine.must(`systemctl show ${unit} --property=${property} --value`);
  }

  untilActive(): Promise<void> {
    return expect.poll(() => this.show('ActiveState'), { timeout: patienceMs }).toBe('active');
  }

  journal(): Promise<string> {
    return this.machine.must(`journalctl --no-pager --output=cat --unit=${service}`);
  }

  /** Of 10, as systemd judges the sandbox of a unit. */
  async exposure(unit: string): Promise<number> {
    const said = await this.machine.must(`systemd-analyze security --no-pager ${unit}`);
    return Number(/exposure level for .*: ([\d.]+)/.exec(said)?.[1]);
  }

  /** See {@link asServiceOn}. */
  asService(line: string): Promise<Said> {
    return asServiceOn(this.machine, line);
  }

  /** Puts an outbox in place, while the service stands still. */
  async putOutbox(file: string): Promise<void> {
    copyFileSync(file, join(this.shared, 'put.sqlite'));
    const to = `${state}/outbox.sqlite`;
    await this.machine.must(
      `rm -f ${to}*; install -o ${service} -g ${service} -m 600 /shared/put.sqlite ${to}`,
    );
  }

  /** Ids of the measurements that the cloud has, in the order in which it took them. */
  journalled(): string[] {
    return this.cloud.journal().map(({ text }) => (JSON.parse(text) as { id: string }).id);
  }
}
