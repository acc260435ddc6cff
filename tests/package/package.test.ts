import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CloudProcess, patient } from '../support/cloud-process.js';
import { DebianMachine } from '../support/debian-machine.js';
import { canRunDebian, debianCopy, debianRoot } from '../support/debian-root.js';
import { writeFirstOutbox } from '../support/old-outbox.js';

/**
 * The Debian package on a Debian that has really started, with its own systemd: installed, filled in,
 * hung, upgraded over an old outbox, removed and purged. The device filter of the unit is the one part
 * of its sandbox that a kernel does not grant within a machine of this kind.
 */

const suite = 'the Debian package';
const checkout = join(import.meta.dirname, '../..');
const service = 'hemma-gateway';
const gatewayId = 'home-17';
const state = '/var/lib/hemma';
const settingsFile = '/etc/hemma/gateway.json';
const [older, newer] = ['0.1.0', '0.1.0+next'];
const patienceMs = 150_000;

function build(version: string, out: string): string {
  const command = ['tooling/package-deb.mjs', '--version', version, '--out', out];
  execFileSync(process.execPath, command, { cwd: checkout, stdio: 'pipe' });
  const file = readdirSync(out).find((name) => name.includes(`_${version}_`));
  if (file === undefined) throw new Error('No package was built.');
  return file;
}

const digestOf = (file: string): string =>
  createHash('sha256').update(readFileSync(file)).digest('hex');

describe.skipIf(!canRunDebian(suite))(suite, () => {
  const folder = mkdtempSync(join(tmpdir(), 'hemma-package-'));
  const shared = join(folder, 'shared');
  const cloud = new CloudProcess(join(folder, 'cloud'));
  const machine = new DebianMachine({
    ...{ shared, root: debianRoot(), writes: 'overlay' },
    logFile: join(folder, 'machine.log'),
  });
  const packages = { older: '', newer: '' };
  let secret = '';

  beforeAll(async () => {
    mkdirSync(shared, { mode: 0o755 });
    packages.older = build(older, shared);
    packages.newer = build(newer, shared);
    await machine.start();
    await cloud.configure();
    await cloud.addPatient();
    secret = await cloud.addGateway(gatewayId);
    await cloud.daemon.start();
    writeSettings();
  }, 300_000);

  afterAll(async () => {
    await machine.stop();
    await cloud.daemon.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const show = (property: string): Promise<string> =>
    machine.must(`systemctl show ${service} --property=${property} --value`);
  const untilActive = (): Promise<void> =>
    expect.poll(() => show('ActiveState'), { timeout: patienceMs }).toBe('active');
  const install = (file: string): Promise<string> =>
    machine.must(`dpkg --force-confold -i /shared/${file}`);
  const journal = (): Promise<string> =>
    machine.must(`journalctl --no-pager --output=cat --unit=${service}`);

  const writeSettings = (): void => {
    const settings = { gateway: gatewayId, secret, patient, broker: cloud.brokerUrl };
    const all = { ...settings, dataDir: state, devices: [], language: 'en' };
    writeFileSync(join(shared, 'gateway.json'), JSON.stringify(all));
  };
  /** Into the file as it is: owner and rights are the package's. */
  const fillIn = (): Promise<string> => machine.must(`cat /shared/gateway.json > ${settingsFile}`);

  /** Puts an outbox of the first version in place, while the service stands still. */
  const putOldOutbox = async (count: number): Promise<string[]> => {
    const file = join(folder, 'old.sqlite');
    rmSync(file, { force: true });
    const ids = writeFirstOutbox(file, patient, count);
    copyFileSync(file, join(shared, 'old.sqlite'));
    await machine.must(`rm -f ${state}/outbox.sqlite*`);
    await machine.must(
      `install -o ${service} -g ${service} -m 600 /shared/old.sqlite ${state}/outbox.sqlite`,
    );
    return ids;
  };
  const journalled = (): string[] =>
    cloud.journal().map(({ text }) => (JSON.parse(text) as { id: string }).id);

  it('is the same, octet for octet, when it is built again', () => {
    const again = join(folder, 'again');
    mkdirSync(again);
    build(older, again);
    expect(digestOf(join(again, packages.older))).toBe(digestOf(join(shared, packages.older)));
  });

  it('waits for its settings, says so, and does not try for ever without', async () => {
    const said = await install(packages.older);
    expect(said).toContain(`not started, since ${settingsFile} cannot be used yet`);
    expect(await machine.must(`stat -c '%U:%G %a' ${settingsFile}`)).toBe(`root:${service} 640`);
    expect(await machine.must(`stat -c '%U:%G %a' ${state}`)).toBe(`${service}:${service} 700`);
    expect(await machine.must(`getent passwd ${service}`)).toMatch(/:\/usr\/sbin\/nologin$/);
    expect(await machine.must(`systemctl is-enabled ${service}`)).toBe('enabled');

    expect((await machine.run(`systemctl start ${service}`)).code).not.toBe(0);
    expect(await show('ActiveState')).toBe('failed');
    expect(await journal()).toContain('gateway: Invalid');
    const doctor = await machine.run('hemma-gateway doctor --language en');
    expect(doctor.code).toBe(1);
    expect(doctor.text).toContain(`FAULT Settings: The settings in ${settingsFile} cannot be used`);
  });

  it('starts once they are filled in, and the cloud hears of it', async () => {
    await fillIn();
    await machine.must(`systemctl restart ${service}`);
    expect(await show('ActiveState')).toBe('active');
    await expect
      .poll(() => cloud.gateway(gatewayId), { timeout: patienceMs })
      .toMatchObject({ state: 'online' });
    const doctor = await machine.must('hemma-gateway doctor');
    expect(doctor).toContain('OK    Service: The gateway is running; restarted 0 times.');
    expect(doctor).toContain('OK    Sign-in: The cloud lets the gateway in.');
    await machine.must(`systemctl stop ${service}`);
    expect(await machine.run('hemma-gateway doctor')).toMatchObject({
      code: 1,
      text: expect.stringContaining('FAULT Service: The gateway is not running') as string,
    });
    await machine.must(`systemctl start ${service}`);
  });

  it('runs as its own user, with two capabilities and a system it cannot write to', async () => {
    const pid = await show('MainPID');
    const status = await machine.must(`cat /proc/${pid}/status`);
    expect(await machine.must(`stat -c %U /proc/${pid}`)).toBe(service);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect(status).toMatch(/^Seccomp:\t2$/m);
    // CAP_NET_ADMIN is bit 12 and CAP_NET_RAW bit 13: linux/capability.h.
    expect(status).toMatch(/^CapBnd:\t0000000000003000$/m);
    expect(status).toMatch(/^CapEff:\t0000000000003000$/m);
    const mounts = await machine.must(`cat /proc/${pid}/mountinfo`);
    const modeOf = (place: string): string | undefined =>
      mounts
        .split('\n')
        .find((line) => line.split(' ')[4] === place)
        ?.split(' ')[5]
        ?.slice(0, 2);
    expect(modeOf('/')).toBe('ro');
    expect(modeOf(state)).toBe('rw');
    const devices = await machine.must(`nsenter -t ${pid} -m touch /etc/x /usr/x /var/x || true`);
    expect(devices.match(/Read-only file system/g)).toHaveLength(3);
  });

  it('is judged well hardened by systemd, and its unit is sound', async () => {
    expect(await machine.must(`systemd-analyze verify ${service}.service`)).toBe('');
    const said = await machine.must(`systemd-analyze security --no-pager ${service}`);
    const exposure = Number(/exposure level for .*: ([\d.]+)/.exec(said)?.[1]);
    process.stdout.write(`systemd-analyze security: ${exposure}\n`);
    expect(exposure).toBeLessThanOrEqual(2.5);
  });

  it('is started anew when its process hangs', async () => {
    const dropIn = `/run/systemd/system/${service}.service.d`;
    await machine.must(
      `mkdir -p ${dropIn}; printf '[Service]\\nWatchdogSec=4\\nRestartSec=1\\n' >${dropIn}/fast.conf; ` +
        `systemctl daemon-reload; systemctl restart ${service}`,
    );
    // Longer than the watchdog waits: signs of life have come.
    await machine.must('sleep 6');
    expect(await show('NRestarts')).toBe('0');
    const pid = await show('MainPID');
    await machine.must(`kill -STOP ${pid}`);
    await expect.poll(() => show('NRestarts'), { timeout: patienceMs }).toBe('1');
    await untilActive();
    expect(await show('MainPID')).not.toBe(pid);
    expect(await journal()).toContain('Watchdog timeout');
    await machine.must(`rm -r ${dropIn}; systemctl daemon-reload; systemctl restart ${service}`);
  });

  it('is upgraded over an outbox of the first version, and loses no reading of it', async () => {
    await cloud.daemon.stop();
    await machine.must(`systemctl stop ${service}`);
    const ids = await putOldOutbox(250);
    await machine.must(`systemctl start ${service}`);
    const settings = await machine.must(`cat ${settingsFile}`);

    await install(packages.newer);
    await untilActive();
    expect(await machine.must(`dpkg-query -W -f '\${Version}' ${service}`)).toBe(newer);
    expect(await machine.must(`cat ${settingsFile}`)).toBe(settings);
    expect(await machine.must(`stat -c '%U:%G %a' ${settingsFile}`)).toBe(`root:${service} 640`);
    const kept = await machine.must('hemma-gateway status --json');
    expect(JSON.parse(kept)).toMatchObject({ last: 250, waiting: 250, refused: [] });

    await cloud.daemon.start();
    await expect.poll(() => cloud.journalCount(), { timeout: patienceMs }).toBe(250);
    expect(journalled()).toEqual(ids);
    expect(await cloud.gaps(gatewayId)).toEqual([]);
  });

  it('is installed in an image that does not run, and starts from it with nothing but /var', async () => {
    const image = debianCopy(join(folder, 'image'));
    const box = new DebianMachine({
      ...{ shared, root: image.root, writes: 'state' },
      logFile: join(folder, 'box.log'),
    });
    try {
      mkdirSync(join(image.root, 'shared'));
      copyFileSync(join(shared, packages.older), join(image.root, 'root/it.deb'));
      execFileSync('chroot', [image.root, 'dpkg', '-i', '/root/it.deb'], { stdio: 'pipe' });
      copyFileSync(join(shared, 'gateway.json'), join(image.root, settingsFile));
      await box.start();
      const { text } = await box.run('touch /etc/x /usr/x');
      expect(text.match(/Read-only file system/g)).toHaveLength(2);
      expect(await box.must(`systemctl is-active ${service}`)).toBe('active');
      expect(await box.must(`stat -c %U ${state}/outbox.sqlite`)).toBe(service);
    } finally {
      await box.stop();
      image.stop();
    }
  });

  it('keeps settings and readings when it is removed', async () => {
    await machine.must(`systemctl stop ${service}`);
    await cloud.daemon.stop();
    await putOldOutbox(3);
    const said = await machine.must(`dpkg -r ${service}`);
    expect(said).toContain('readings that the cloud does not have: 3');
    expect(await machine.must(`ls ${state} ${settingsFile}`)).toContain('outbox.sqlite');
    expect((await machine.run(`systemctl is-enabled ${service}`)).code).not.toBe(0);
    expect((await machine.run(`pgrep -u ${service}`)).code).not.toBe(0);
  });

  it('does not purge readings that the cloud does not have, and sends them when it is back', async () => {
    const said = await machine.must(`dpkg -P ${service}`);
    expect(said).toContain(`${state} was KEPT`);
    expect(said).toContain('does not have: 3');
    expect((await machine.run(`ls ${settingsFile}`)).code).not.toBe(0);

    const before = cloud.journalCount();
    await cloud.daemon.start();
    await install(packages.newer);
    await fillIn();
    await machine.must(`systemctl restart ${service}`);
    await expect.poll(() => cloud.journalCount(), { timeout: patienceMs }).toBe(before + 3);
    // The receipt comes after the row, and is written down when the gateway stops.
    const waiting = async (): Promise<unknown> => {
      await machine.must(`systemctl restart ${service}`);
      return JSON.parse(await machine.must('hemma-gateway status --json'));
    };
    await expect.poll(waiting, { timeout: patienceMs }).toMatchObject({ waiting: 0 });
  });

  it('leaves nothing behind when it is purged and the cloud has everything', async () => {
    const said = await machine.must(`dpkg -P ${service}`);
    expect(said).toContain(`what was in ${state} is deleted; the cloud had every reading of it`);
    const left = await machine.must(
      'find / -xdev -ipath "*hemma*" -not -path "/shared*" -not -path "/proc/*" -not -path "/run/*" ' +
        '-not -path "/sys/*" -not -path "/var/log/journal/*" || true',
    );
    expect(left).toBe('');
  });
});
