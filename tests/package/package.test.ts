import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { patient } from '../support/cloud-process.js';
import { DebianMachine } from '../support/debian-machine.js';
import { canRunDebian, debianCopy } from '../support/debian-root.js';
import {
  InstalledHome,
  asServiceOn,
  askHelper,
  beenOn,
  gatewayId,
} from '../support/installed-home.js';
import { patienceMs, service, settingsFile, state } from '../support/installed-home.js';
import { writeFirstOutbox } from '../support/old-outbox.js';
import { build, versions } from './build.js';

/**
 * The Debian package on a Debian that has really started, with its own systemd: installed, filled in,
 * hung, removed and purged. The device filter of the unit is the one part of its sandbox that a kernel
 * does not grant within a machine of this kind.
 */

const suite = 'the Debian package';

const digestOf = (file: string): string =>
  createHash('sha256').update(readFileSync(file)).digest('hex');

describe.skipIf(!canRunDebian(suite))(suite, () => {
  const packages = inject('packages');
  const home = new InstalledHome();
  const { machine, cloud, folder, shared } = home;

  beforeAll(() => home.start(packages), 300_000);
  afterAll(() => home.stop());

  /** Readings that nobody has sent, from the first version of the gateway. */
  const putOldOutbox = async (count: number): Promise<string[]> => {
    const file = join(folder, 'old.sqlite');
    rmSync(file, { force: true });
    const ids = writeFirstOutbox(file, patient, count);
    await home.putOutbox(file);
    return ids;
  };

  it('is the same, octet for octet, when it is built again', () => {
    const again = mkdtempSync(join(tmpdir(), 'hemma-again-'));
    build(versions.older, again);
    expect(digestOf(join(again, packages.older))).toBe(digestOf(join(shared, packages.older)));
    rmSync(again, { recursive: true });
  });

  it('waits for its settings, says so, and does not try for ever without', async () => {
    const said = await home.install(packages.older);
    expect(said).toContain(`not started, since ${settingsFile} cannot be used yet`);
    expect(await machine.must(`stat -c '%U:%G %a' ${settingsFile}`)).toBe(`root:${service} 640`);
    expect(await machine.must(`stat -c '%U:%G %a' ${state}`)).toBe(`${service}:${service} 700`);
    expect(await machine.must(`getent passwd ${service}`)).toMatch(/:\/usr\/sbin\/nologin$/);
    expect(await machine.must(`systemctl is-enabled ${service}`)).toBe('enabled');

    expect((await machine.run(`systemctl start ${service}`)).code).not.toBe(0);
    expect(await home.show('ActiveState')).toBe('failed');
    expect(await home.journal()).toContain('gateway: Invalid');
    const doctor = await machine.run('hemma-gateway doctor --language en');
    expect(doctor.code).toBe(1);
    expect(doctor.text).toContain(`FAULT Settings: The settings in ${settingsFile} cannot be used`);
  });

  it('starts once they are filled in, and the cloud hears of it', async () => {
    await home.fillIn();
    await machine.must(`systemctl restart ${service}`);
    expect(await home.show('ActiveState')).toBe('active');
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

  it('runs as its own user, without any privilege, in a system it cannot write to', async () => {
    const pid = await home.show('MainPID');
    const status = await machine.must(`cat /proc/${pid}/status`);
    expect(await machine.must(`stat -c %U /proc/${pid}`)).toBe(service);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect(status).toMatch(/^Seccomp:\t2$/m);
    expect(status).toMatch(/^CapBnd:\t0000000000000000$/m);
    expect(status).toMatch(/^CapEff:\t0000000000000000$/m);
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

  it.each([
    // Its network, its serial lines and V8, which compiles as it runs, are what is left.
    ['hemma-gateway.service', 1.8],
    // It is root, which systemd counts, and writes below /sys.
    ['hemma-helper@.service', 1.2],
  ])('is judged well hardened by systemd, and sound: %s', async (unit, bound) => {
    expect(await machine.must(`systemd-analyze verify ${unit}`)).toBe('');
    const exposure = await home.exposure(unit.replace('@', '@1'));
    process.stdout.write(`systemd-analyze security ${unit}: ${exposure} of 10\n`);
    expect(exposure).toBeLessThanOrEqual(bound);
  });

  it('gets the radio privileges of noble by a file that comes with it, and by nothing else', async () => {
    const dropIn = `/run/systemd/system/${service}.service.d`;
    const file = '/usr/share/doc/hemma-gateway/noble.conf';
    await machine.must(
      `install -D -m 644 ${file} ${dropIn}/noble.conf; systemctl daemon-reload; systemctl restart ${service}`,
    );
    const status = await machine.must(`cat /proc/${await home.show('MainPID')}/status`);
    // CAP_NET_ADMIN is bit 12 and CAP_NET_RAW bit 13: linux/capability.h.
    expect(status).toMatch(/^CapEff:\t0000000000003000$/m);
    expect(await home.show('RestrictAddressFamilies')).toContain('AF_BLUETOOTH');
    await machine.must(`rm -r ${dropIn}; systemctl daemon-reload; systemctl restart ${service}`);
  });

  it('is started anew when its process hangs', async () => {
    const dropIn = `/run/systemd/system/${service}.service.d`;
    await machine.must(
      `mkdir -p ${dropIn}; printf '[Service]\\nWatchdogSec=4\\nRestartSec=1\\n' >${dropIn}/fast.conf; ` +
        `systemctl daemon-reload; systemctl restart ${service}`,
    );
    // Longer than the watchdog waits: signs of life have come.
    await machine.must('sleep 6');
    expect(await home.show('NRestarts')).toBe('0');
    const pid = await home.show('MainPID');
    await machine.must(`kill -STOP ${pid}`);
    await expect.poll(() => home.show('NRestarts'), { timeout: patienceMs }).toBe('1');
    await home.untilActive();
    expect(await home.show('MainPID')).not.toBe(pid);
    expect(await home.journal()).toContain('Watchdog timeout');
    await machine.must(`rm -r ${dropIn}; systemctl daemon-reload; systemctl restart ${service}`);
  });

  const isActive = async (box: DebianMachine): Promise<boolean> =>
    (await box.run(`systemctl is-active ${service}`)).text.trim() === 'active';

  /** The helper reboots the machine, once that has been on for half an hour. */
  const rebootByHelper = async (box: DebianMachine): Promise<void> => {
    const asked = async (): Promise<string> =>
      (await asServiceOn(box, askHelper('reboot'))).text.trim();
    await beenOn(box, 1_799);
    expect(await asked()).toBe('helper_refused: failed too-soon');
    expect(await isActive(box)).toBe(true);
    await beenOn(box, 1_800);
    expect(await asked()).toBe('done');
    expect(await box.wantsRestart()).toBe(true);
  };

  it('is installed in an image that does not run, starts from it, and again when its helper reboots', async () => {
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
      await rebootByHelper(box);
      await box.start();
      await expect.poll(() => isActive(box), { timeout: patienceMs }).toBe(true);
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
    await home.install(packages.newer);
    await home.fillIn();
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
