import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AedesBroker } from '@hemma/cloud/broker/aedes.js';
import { createLog } from '@hemma/runtime/log.js';
import { MqttConnection } from '@hemma/runtime/mqtt.js';
import { words } from '../../tooling/testkit/doctor.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { requires } from '../../tooling/testkit/requires.js';
import { freePort } from '../../tooling/testkit/server.js';
import { broker } from '@hemma/gateway/doctor/checks/broker.js';
import { certificate } from '@hemma/gateway/doctor/checks/certificate.js';
import { credentials } from '@hemma/gateway/doctor/checks/credentials.js';

/** The faults between a gateway and the cloud, each of a real server. */

const gateway = 'home-17';
const secret = 'known to this test';

/** Resolves with the port; closed when the test is over. */
async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** Settings of `openssl ca`, the one command that dates a certificate in the past. */
const authority = `[ca]
default_ca = own
[own]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
x509_extensions = names
[any]
commonName = supplied
[names]
subjectAltName = DNS:localhost
`;

/** A certificate of its own for `localhost`, from one day to another. */
function certificateFor(from: string, until: string): { key: Buffer; cert: Buffer } {
  const folder = testFolder();
  for (const [name, text] of Object.entries({ 'index.txt': '', serial: '01\n', conf: authority }))
    writeFileSync(join(folder, name), text);
  const openssl = (line: string): unknown =>
    execFileSync('openssl', line.split(' '), { cwd: folder, stdio: 'pipe' });
  openssl('req -newkey rsa:2048 -nodes -keyout key -subj /CN=localhost -out request');
  const dates = `-startdate ${from} -enddate ${until}`;
  openssl(`ca -batch -selfsign -config conf -keyfile key -in request -out cert -notext ${dates}`);
  return { key: readFileSync(join(folder, 'key')), cert: readFileSync(join(folder, 'cert')) };
}

/** YYMMDDHHMMSSZ, so many days from now. */
function inDays(days: number): string {
  const at = new Date(Date.now() + days * 86_400_000).toISOString();
  return `${at.slice(2, 19).replaceAll(/[-T:]/g, '')}Z`;
}

describe('the way to the broker', () => {
  it('has a name that is none, a port where nobody listens, or an answer', async () => {
    const at = (url: string) => words(broker, { settings: { broker: url } });
    expect((await at('mqtt://no-such-name.invalid'))[0]).toMatch(
      /^fault: There is no name no-such-name/,
    );
    const closed = await freePort();
    expect((await at(`mqtt://127.0.0.1:${closed}`))[0]).toMatch(/^fault: .* \(ECONNREFUSED\)/);
    const port = await listening(createTcpServer());
    expect(await at(`mqtt://127.0.0.1:${port}`)).toEqual(['ok: 127.0.0.1 answers.']);
  });
});

describe.skipIf(!requires('openssl', 'certificates of a broker'))('the certificate', () => {
  const shown = async (from: number, until: number): Promise<number> =>
    listening(createTlsServer(certificateFor(inDays(from), inDays(until))));
  const at = (url: string) => words(certificate, { settings: { broker: url } });

  it('has expired, is not valid yet, is for another name, or is not trusted', async () => {
    const old = await shown(-30, -2.5);
    expect((await at(`mqtts://localhost:${old}`))[0]).toMatch(/^fault: .* expired 2 days ago/);
    const future = await shown(2, 30);
    expect(await at(`mqtts://localhost:${future}`)).toEqual([
      'fault: The certificate is not valid yet.',
    ]);
    const sound = await shown(-1, 90);
    expect(await at(`mqtts://127.0.0.1:${sound}`)).toEqual([
      'fault: The certificate is not for 127.0.0.1.',
    ]);
    expect((await at(`mqtts://localhost:${sound}`))[0]).toMatch(
      /^fault: .* not trusted \(\w*SELF_SIGNED/,
    );
  });

  it('is not needed without TLS, and none is shown by a port without', async () => {
    expect(await at('mqtt://localhost:1')).toEqual(['ok: None is needed without TLS.']);
    const port = await listening(createTcpServer((socket) => socket.end('no')));
    expect((await at(`mqtts://127.0.0.1:${port}`))[0]).toMatch(/^fault: There is no TLS/);
  });
});

describe('the sign-in', () => {
  async function openBroker(): Promise<string> {
    const embedded = new AedesBroker({
      listen: { host: '127.0.0.1', port: 0 },
      isGateway: (id, given) => Promise.resolve(id === gateway && given === secret),
      listener: { heard: () => undefined, refused: () => undefined },
      log: createLog('test', 'silent'),
    });
    await embedded.start();
    onTestFinished(() => embedded.stop());
    return `mqtt://127.0.0.1:${embedded.port}`;
  }

  it('is accepted, refused, or not answered', async () => {
    const url = await openBroker();
    const at = (more: object) => words(credentials, { settings: { broker: url, ...more } });
    expect(await at({})).toEqual(['ok: The cloud lets the gateway in.']);
    const refused = ['fault: The cloud does not accept id or secret.'];
    expect(await at({ secret: 'another' })).toEqual(refused);
    expect(await at({ gateway: 'home-18' })).toEqual(refused);
    const closed = `mqtt://127.0.0.1:${await freePort()}`;
    expect(await at({ broker: closed })).toEqual(['fault: The sign-in got no answer.']);
  });

  it('leaves a gateway that runs meanwhile alone', async () => {
    const url = await openBroker();
    const events: string[] = [];
    await new Promise<void>((resolve) => {
      const running = new MqttConnection({
        ...{ url, clientId: gateway, username: gateway, password: secret, protocolVersion: 4 },
        ...{ filters: [], onMessage: () => undefined, onConnected: resolve },
        onDisconnected: (reason) => events.push(reason),
      });
      running.start();
      onTestFinished(() => running.stop());
    });
    expect(await words(credentials, { settings: { broker: url } })).toHaveLength(1);
    expect(events).toEqual([]);
  });

  it('ends by the deadline when a server accepts and then says nothing', async () => {
    const port = await listening(createTcpServer(() => undefined));
    for (const [url, check] of [
      [`mqtt://127.0.0.1:${port}`, credentials],
      [`mqtts://127.0.0.1:${port}`, certificate],
    ] as const) {
      const said = await words(check, { settings: { broker: url }, deadlineMs: 300 });
      expect(said).toEqual(['fault: No answer within 0 seconds.']);
    }
  });
});
