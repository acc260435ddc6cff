import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { end, freePort, launch } from './server.js';

/** A real InfluxDB 1.x for one test file: own folder, loopback, free ports, no reporting. */
export interface Influxd {
  readonly url: string;
  /** Ends the process and keeps its files: what an outage looks like; SIGKILL is a hard one. */
  halt(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again at the same address with the same files. */
  resume(): Promise<void>;
  /** Ends the process and removes its files. */
  stop(): Promise<void>;
}

export async function startInfluxd(): Promise<Influxd> {
  const folder = mkdtempSync(join(tmpdir(), 'hemma-influxd-'));
  const [http, rpc] = await Promise.all([freePort(), freePort()]);
  const config = join(folder, 'influxd.conf');
  writeFileSync(config, configText(folder, http, rpc));
  const url = `http://127.0.0.1:${http}`;
  let child: ChildProcess | null = null;
  const resume = async (): Promise<void> => {
    const args = ['-config', config];
    child = await launch({ program: 'influxd', args, answers: () => answers(url) });
  };
  const halt = async (signal?: NodeJS.Signals): Promise<void> => {
    if (child !== null) await end(child, signal);
    child = null;
  };
  const stop = async (): Promise<void> => {
    await halt();
    rmSync(folder, { recursive: true, force: true });
  };
  await resume();
  return { url, halt, resume, stop };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/ping`)).status === 204;
  } catch {
    return false;
  }
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
