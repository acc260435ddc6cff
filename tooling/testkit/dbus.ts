import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { end, launch } from './server.js';

/** A real dbus-daemon for one test file, on a socket in a folder of its own. */
export interface PrivateBus {
  /** `unix:path=…`. */
  readonly address: string;
  /** Ends the daemon and keeps the folder: the bus is gone. */
  halt(): Promise<void>;
  /** Starts it again at the same address. */
  resume(): Promise<void>;
  stop(): Promise<void>;
}

export async function startBus(): Promise<PrivateBus> {
  const folder = mkdtempSync(join(tmpdir(), 'hemma-dbus-'));
  const socket = join(folder, 'bus');
  const config = join(folder, 'bus.conf');
  writeFileSync(config, configText(socket));
  let child: ChildProcess | null = null;
  const resume = async (): Promise<void> => {
    const args = [`--config-file=${config}`, '--nofork', '--nopidfile'];
    child = await launch({ program: 'dbus-daemon', args, answers: () => answers(socket) });
  };
  const halt = async (): Promise<void> => {
    if (child !== null) await end(child);
    child = null;
    rmSync(socket, { force: true });
  };
  const stop = async (): Promise<void> => {
    await halt();
    rmSync(folder, { recursive: true, force: true });
  };
  await resume();
  return { address: `unix:path=${socket}`, halt, resume, stop };
}

/** The socket is there before anybody listens at it. */
async function answers(path: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(path, () => resolve(true));
    socket.on('connect', () => socket.destroy());
    socket.on('error', () => resolve(false));
  });
}

/** Everybody may own and say everything; only this user gets in (EXTERNAL). */
function configText(socket: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>custom</type>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
    <allow user="*"/>
  </policy>
</busconfig>
`;
}
