import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { testFolder } from '../../tooling/testkit/folder.js';
import { requires } from '../../tooling/testkit/requires.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import { createLog } from '@hemma/runtime/log.js';
import { ServiceManager } from '@hemma/runtime/service-manager.js';

const suite = 'signs of life for systemd';
const canRun = requires('systemd-notify', suite) && requires('perl', suite);

/** A datagram socket like that of systemd, which Node does not have; prints what it hears. */
const listener =
  'socket(S, PF_UNIX, SOCK_DGRAM, 0); bind(S, sockaddr_un($ARGV[0])); $| = 1;' +
  'while (defined(recv(S, $said, 4096, 0))) { print "$said\n" }';

async function listenAs(folder: string): Promise<{ socket: string; heard: () => string[] }> {
  const socket = join(folder, 'notify');
  const child = spawn('perl', ['-MSocket', '-e', listener, socket]);
  onTestFinished(() => void child.kill());
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  await vi.waitFor(() => expect(existsSync(socket)).toBe(true), { timeout: 10_000 });
  return { socket, heard: () => said.match(/[A-Z]+=1/g) ?? [] };
}

function manager(environment: Readonly<Record<string, string>>): ServiceManager {
  const clock = new SystemClock({ trust: 'unknown' });
  return new ServiceManager({
    ...{ clock, log: createLog('test', 'silent') },
    environment: { ...process.env, NOTIFY_SOCKET: undefined, ...environment },
  });
}

describe.skipIf(!canRun)(suite, () => {
  it('tells that it has started, lives and ends', async () => {
    const { socket, heard } = await listenAs(testFolder());
    const part = manager({ NOTIFY_SOCKET: socket, WATCHDOG_USEC: '300000' });
    await part.start();
    await vi.waitFor(() => expect(heard()[0]).toBe('READY=1'));
    await vi.waitFor(
      () => expect(heard().filter((it) => it === 'WATCHDOG=1').length).toBeGreaterThan(2),
      { timeout: 10_000 },
    );
    await part.stop();
    await vi.waitFor(() => expect(heard()).toContain('STOPPING=1'));
  });

  it('gives no sign of life when none is wanted', async () => {
    const { socket, heard } = await listenAs(testFolder());
    const part = manager({ NOTIFY_SOCKET: socket });
    await part.start();
    await part.stop();
    await vi.waitFor(() => expect(heard()).toContain('STOPPING=1'));
    expect(heard().filter((it) => it === 'WATCHDOG=1')).toEqual([]);
  });

  it('works where nobody asks, and where nobody listens', async () => {
    await manager({}).start();
    const part = manager({ NOTIFY_SOCKET: join(testFolder(), 'nobody') });
    await part.start();
    await part.stop();
  });
});
