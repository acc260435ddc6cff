import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '@hemma/runtime/clock.js';
import { SerialPort } from 'serialport';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EchoDevice, closed, heard } from '../../tooling/testkit/echo-device.js';
import { requires } from '../../tooling/testkit/requires.js';
import { attachPty } from './pty.js';

const suite = 'a virtual serial device behind a pseudo-terminal';
const clock = new SystemClock({ trust: 'unknown' });

describe.skipIf(!requires('socat', suite))(suite, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hemma-pty-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('talks to the real serialport, and again after the port was closed', async () => {
    const device = new EchoDevice();
    const pty = await attachPty(device, join(folder, 'tty'), clock);
    for (const word of ['hello', 'again']) {
      const port = new SerialPort({ path: pty.path, baudRate: 9600 });
      await once(port, 'open');
      const answer = heard(port, word.toUpperCase());
      port.write(word);
      expect(await answer).toContain(word.toUpperCase());
      await closed(port);
    }
    await pty.close();
    expect(device.happened).toEqual(['opened', 'closed']);
    expect(existsSync(pty.path)).toBe(false);
  });

  it('says so when there can be no terminal', async () => {
    const path = join(folder, 'no', 'such', 'folder');
    await expect(attachPty(new EchoDevice(), path, clock)).rejects.toThrow('socat ended');
  });
});
