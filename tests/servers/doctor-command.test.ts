import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AedesBroker } from '@hemma/cloud/broker/aedes.js';
import { createLog } from '@hemma/runtime/log.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { freePort } from '../../tooling/testkit/server.js';
import { programs, runToEnd } from '../support/programs.js';

/** `hemma-gateway doctor` as somebody at a terminal types it: its words and its exit codes. */

const login = { gateway: 'home-17', secret: 'known to this test' };

function settingsFile(text: string): string {
  const file = join(testFolder(), 'gateway.json');
  writeFileSync(file, text);
  return file;
}

/** Settings of a home without devices. */
function homeAt(broker: string): string {
  const dataDir = join(testFolder(), 'data');
  mkdirSync(dataDir);
  return settingsFile(JSON.stringify({ ...login, patient: 'p-00000001', broker, dataDir }));
}

const doctor = (settings: string, ...more: string[]) =>
  runToEnd(programs.gateway, ['doctor', '--settings', settings, ...more]);

/** Each test starts processes, which a loaded machine does slowly. */
const timeout = 60_000;

describe('the doctor at a terminal', { timeout }, () => {
  it('tells in both languages that there are no settings, and ends with 1', async () => {
    const file = join(testFolder(), 'none.json');
    const { code, stdout } = await doctor(file, '--language', 'en');
    expect(code).toBe(1);
    expect(stdout).toContain('FAULT Settings:');
    expect(stdout).toContain(file);
    expect(stdout).toContain('→ Put the file right');
    const swedish = await doctor(file);
    expect(swedish.code).toBe(1);
    expect(swedish.stdout).toContain('FEL   Inställningar: De kan inte användas:');
    expect(swedish.stdout).toContain('→ Rätta filen');
  });

  it.each([
    ['what is no JSON', '{ "gateway": ', 'JSON'],
    ['nothing at all', '', 'JSON'],
    ['a word that is misspelt', '{ "gatewya": "home-17" }', 'gatewya'],
    ['a model that there is not', '', 'devices.0.model'],
  ])('tells of settings that hold %s', async (_, text, named) => {
    const device = { model: 'and-ua-651bl', address: 'AA:BB:CC:DD:EE:FF' };
    const unknown = JSON.stringify({
      ...{ ...login, patient: 'p-00000001', broker: 'mqtt://localhost', dataDir: '/nowhere' },
      devices: [device],
    });
    const file = settingsFile(named === 'devices.0.model' ? unknown : text);
    const { code, stdout, stderr } = await doctor(file, '--language', 'en');
    expect(code).toBe(1);
    expect(stdout).toContain('FAULT Settings:');
    expect(stdout).toContain(named);
    expect(stderr).toBe('');
  });

  it('ends with 0 where all is well, notes included', async () => {
    const broker = new AedesBroker({
      listen: { host: '127.0.0.1', port: 0 },
      isGateway: (id, secret) => Promise.resolve(id === login.gateway && secret === login.secret),
      listener: { heard: () => undefined, refused: () => undefined },
      log: createLog('test', 'silent'),
    });
    await broker.start();
    onTestFinished(() => broker.stop());
    const { code, stdout } = await doctor(homeAt(`mqtt://127.0.0.1:${broker.port}`), '--json');
    expect(code).toBe(0);
    const said = JSON.parse(stdout) as { ok: boolean; checks: { name: string; verdict: string }[] };
    expect(said.ok).toBe(true);
    expect(said.checks.map(({ verdict }) => verdict)).not.toContain('fault');
    expect(said.checks.map(({ name }) => name)).toContain('credentials');
  });

  it('ends with 1 where something does not work, and with 2 where it was asked wrongly', async () => {
    const closed = homeAt(`mqtt://127.0.0.1:${await freePort()}`);
    const { code, stdout } = await doctor(closed);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FEL {3}Anslutning till molnet: 127\.0\.0\.1 svarar inte på port/m);
    expect((await doctor(closed, '--langauge', 'sv')).code).toBe(2);
  });
});
