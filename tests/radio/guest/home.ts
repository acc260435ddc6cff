import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startAir } from './air.js';
import { Bus } from './bus.js';
import { serveHands } from './hands.js';
import { Bluetoothd, Program, keptKey } from './system.js';

/** The machine of a home: bluetoothd, and the gateway as its service runs it. */

const settingsFile = '/etc/hemma/gateway.json';
const gateway = join(process.cwd(), 'gateway/bin/hemma-gateway.mjs');
/** A machine in translation takes some ten times as long as hardware. */
const adapterWithinMs = 90_000;
/** A command that pairs may look for the device for a minute. */
const commandWithinMs = 240_000;

/**
 * The user and the privileges of the service; but it reads the checkout as the host has it, which may lie
 * in somebody's own folder.
 */
const asGateway = [
  ...['/usr/bin/setpriv', '--reuid=hemma-gateway', '--regid=hemma-gateway', '--clear-groups'],
  ...['--inh-caps=-all,+dac_read_search', '--ambient-caps=+dac_read_search', process.execPath],
] as const;

const [program, ...privileges] = asGateway;
const bluetoothd = new Bluetoothd(new Bus());
const running = new Program(program, ...privileges, gateway, 'run', '--settings', settingsFile);

/** Resolves with the address of the adapter. */
async function startBluetoothd(): Promise<string> {
  bluetoothd.start();
  return bluetoothd.adapter(adapterWithinMs);
}

function configure(settings: object): void {
  mkdirSync('/etc/hemma', { recursive: true });
  writeFileSync(settingsFile, JSON.stringify(settings), { mode: 0o644 });
}

/** Runs a command of `hemma-gateway`, whatever its exit code. */
function hemma(...args: string[]): Promise<object> {
  const argv = [...privileges, gateway, ...args, '--settings', settingsFile];
  return new Promise((resolve) => {
    execFile(program, argv, { timeout: commandWithinMs }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : (error.code ?? null), stdout, stderr });
    });
  });
}

const [control = ''] = process.argv.slice(2);
await startAir();
await serveHands('home', control, {
  configure,
  hemma,
  keptKey,
  startBluetoothd,
  killBluetoothd: () => bluetoothd.kill(),
  startGateway: () => running.start(),
  stopGateway: () => running.end('SIGTERM'),
});
// An orderly end would wait for the read from the line, which nothing answers.
process.kill(process.pid, 'SIGKILL');
