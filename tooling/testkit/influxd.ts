import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findProgram } from './requires.js';

/** A real InfluxDB 1.x for one test file: own folder, loopback, free ports, no reporting. */
export interface Influxd {
  readonly url: string;
  /** Ends the process and keeps its files: what an outage looks like. */
  halt(): Promise<void>;
  /** Starts it again at the same address with the same files. */
  resume(): Promise<void>;
  /** Ends the process and removes its files. */
  stop(): Promise<void>;
}

/** influxd answers within half a second; a loaded test machine takes a few. */
const startDeadlineMs = 30_000;
const pollMs = 50;
/** It flushes its log when asked to end; longer than this it is killed. */
const stopDeadlineMs = 5_000;

export async function startInfluxd(): Promise<Influxd> {
  const folder = mkdtempSync(join(tmpdir(), 'hemma-influxd-'));
  const [http, rpc] = await Promise.all([freePort(), freePort()]);
  const config = join(folder, 'influxd.conf');
  writeFileSync(config, configText(folder, http, rpc));
  const url = `http://127.0.0.1:${http}`;
  let child: ChildProcess | null = null;
  const resume = async (): Promise<void> => {
    child = await launch(config, url);
  };
  const halt = async (): Promise<void> => {
    if (child !== null) await end(child);
    child = null;
  };
  const stop = async (): Promise<void> => {
    await halt();
    rmSync(folder, { recursive: true, force: true });
  };
  await resume();
  return { url, halt, resume, stop };
}

async function launch(config: string, url: string): Promise<ChildProcess> {
  const program = findProgram('influxd');
  if (program === null) throw new Error('influxd is not installed.');
  const child = spawn(program, ['-config', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said = (said + text.toString()).slice(-2_000)));
  for (let waited = 0; waited < startDeadlineMs; waited += pollMs) {
    if (child.exitCode !== null) throw new Error(`influxd ended at once: ${said}`);
    if (await answers(url)) return child;
    await delay(pollMs);
  }
  await end(child);
  throw new Error(`influxd did not answer in ${startDeadlineMs} ms: ${said}`);
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/ping`)).status === 204;
  } catch {
    return false;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), stopDeadlineMs);
  await ended;
  clearTimeout(late);
}

/** A port nobody listens on at this moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port was given.');
  return address.port;
}

function configText(folder: string, http: number, rpc: number): string {
  return `
reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
  dir = "${folder}/meta"
  logging-enabled = false
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  query-log-enabled = false
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${http}"
  log-enabled = false
[continuous_queries]
  enabled = false
[logging]
  level = "error"
  suppress-logo = true
`;
}
