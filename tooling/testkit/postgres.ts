import { execFileSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { findProgram } from './requires.js';
import { end, freePort, launch, unprivileged } from './server.js';
import type { Owner } from './server.js';

/** A real PostgreSQL for one test file: own folder, own port on loopback, syncs like in earnest. */
export interface Postgres {
  /** URL of a database that nobody has used yet; every call makes one. */
  freshDatabase(): Promise<string>;
  /** Ends the process and keeps its files: what an outage looks like. */
  halt(): Promise<void>;
  /** Starts it again at the same address with the same files. */
  resume(): Promise<void>;
  /** Ends the process and removes its files. */
  stop(): Promise<void>;
}

export async function startPostgres(): Promise<Postgres> {
  const owner = unprivileged('postgres');
  const folder = mkdtempSync(join(tmpdir(), 'hemma-postgres-'));
  if (owner !== null) chownSync(folder, owner.uid, owner.gid);
  const port = await freePort();
  makeCluster(folder, owner);
  let child: ChildProcess | null = null;
  let databases = 0;
  const url = (database: string): string => `postgres://hemma@127.0.0.1:${port}/${database}`;
  const resume = async (): Promise<void> => {
    child = await launch({
      program: 'postgres',
      args: ['-D', `${folder}/data`, '-p', String(port), '-k', folder, '-h', '127.0.0.1'],
      owner,
      answers: () => answers(url('postgres')),
    });
  };
  const halt = async (): Promise<void> => {
    // Fast shutdown: open sessions are ended, not waited for.
    if (child !== null) await end(child, 'SIGINT');
    child = null;
  };
  const stop = async (): Promise<void> => {
    await halt();
    rmSync(folder, { recursive: true, force: true });
  };
  const freshDatabase = async (): Promise<string> => {
    const name = `test${(databases += 1)}`;
    await run(url('postgres'), `create database ${name}`);
    return url(name);
  };
  await resume();
  return { freshDatabase, halt, resume, stop };
}

function makeCluster(folder: string, owner: Owner | null): void {
  const initdb = findProgram('initdb');
  if (initdb === null) throw new Error('initdb is not installed.');
  const args = ['-D', `${folder}/data`, '-U', 'hemma', '-A', 'trust', '-E', 'UTF8', '--locale=C'];
  execFileSync(initdb, args, { stdio: 'pipe', cwd: folder, ...(owner ?? {}) });
}

async function answers(url: string): Promise<boolean> {
  try {
    await run(url, 'select 1');
    return true;
  } catch {
    return false;
  }
}

async function run(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
