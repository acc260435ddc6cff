import { webcrypto } from 'node:crypto';
import type { lookup } from 'node:dns';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// The library looks for it before it is used.
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { readCertificates } from './certificates.js';
import { never } from './channel.contract.js';
import { messageOf } from './message.js';
import { WebhookChannel } from './webhook.js';
import type { WebhookSettings } from './webhook.js';

/** A receiver with a certificate of an authority of its own, and names that stand for what we say. */

const host = 'hooks.example.org';
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
/** Global unicast that nobody was given (IANA): nothing answers, and nothing is refused. */
const nobody = { address: '2d00::1', family: 6 };
const inner = { address: '127.0.0.1', family: 4 };

async function keyPair() {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

const dates = {
  notBefore: new Date(Date.now() - 60_000),
  notAfter: new Date(Date.now() + 86_400_000),
};

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

async function makeCertificates() {
  const provider = { signingAlgorithm: algorithm };
  const authority = await keyPair();
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ ...provider, ...dates, serialNumber: '01', name: 'CN=Region authority', keys: authority },
    extensions: [new x509.BasicConstraintsExtension(true, 1, true)],
  });
  const keys = await keyPair();
  const certificate = await x509.X509CertificateGenerator.create({
    ...{ ...provider, ...dates, serialNumber: '02', subject: `CN=${host}`, issuer: ca.subject },
    ...{ publicKey: keys.publicKey, signingKey: authority.privateKey },
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: host }])],
  });
  return {
    ca: ca.toString('pem'),
    cert: certificate.toString('pem'),
    key: await pemOf(keys.privateKey),
  };
}

describe('a webhook by https', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hemma-webhook-'));
  const file = join(folder, 'ca.pem');
  const said = messageOf({ id: 'x', kind: 'task-red', unit: 'lung', count: 1, link: '' });
  let server: Server;
  let arrived: (string | undefined)[];
  let lookups: number;
  /** What the name stands for, each time it is asked for; the last goes on. */
  let answers: (typeof inner)[][];
  let location: string | null;

  beforeAll(async () => {
    const { ca, cert, key } = await makeCertificates();
    writeFileSync(file, ca);
    server = createServer({ cert, key }, (request, response) => {
      arrived.push(request.url);
      request.resume();
      if (location === null) response.writeHead(204).end();
      else response.writeHead(307, { location }).end();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    arrived = [];
    lookups = 0;
    answers = [[inner]];
    location = null;
  });

  /** As the resolver of the system answers when it is asked for all addresses. */
  const resolve = ((_name: string, _options: unknown, done: (...of: unknown[]) => void) => {
    const found = answers[Math.min(lookups, answers.length - 1)];
    lookups += 1;
    setImmediate(() => done(null, found));
  }) as typeof lookup; // One of its five forms: the others are not used.

  const send = (more: Partial<WebhookSettings> = {}): Promise<void> => {
    const ca = [readCertificates(file)];
    const settings = { secret: 'a secret', innerHosts: [], ca, resolve, timeoutMs: 2_000, ...more };
    // A TCP server has no other kind of address.
    const { port } = server.address() as AddressInfo;
    const channel = new WebhookChannel(settings, new ManualClock());
    return channel.send(`https://${host}:${port}/hook`, said, never);
  };
  const refused = { code: 'notify_refused' };
  const unavailable = { code: 'notify_unavailable' };

  it('reaches a receiver whose authority the settings name', async () => {
    await send({ innerHosts: [host] });
    expect(arrived).toEqual(['/hook']);
  });

  it('says nothing to one whose authority nobody named', async () => {
    await expect(send({ innerHosts: [host], ca: undefined })).rejects.toMatchObject(unavailable);
    expect(arrived).toEqual([]);
  });

  it('says nothing to one that has a certificate for another name', async () => {
    const channel = new WebhookChannel(
      { secret: 'a secret', innerHosts: ['127.0.0.1'], ca: [readCertificates(file)] },
      new ManualClock(),
    );
    const { port } = server.address() as AddressInfo;
    const sent = channel.send(`https://127.0.0.1:${port}/hook`, said, never);
    await expect(sent).rejects.toMatchObject(unavailable);
    expect(arrived).toEqual([]);
  });

  it('never connects to an inner address behind a name', async () => {
    await expect(send()).rejects.toMatchObject(refused);
    expect(arrived).toEqual([]);
  });

  it('connects to the address that was checked, though the name stands for another next', async () => {
    answers = [[nobody], [inner]];
    await expect(send({ timeoutMs: 300 })).rejects.toMatchObject(unavailable);
    expect([lookups, arrived]).toEqual([1, []]);
    // The next attempt looks it up anew, and is refused.
    await expect(send()).rejects.toMatchObject(refused);
    expect([lookups, arrived]).toEqual([2, []]);
  });

  it('refuses a name that stands for a public and an inner address', async () => {
    answers = [[nobody, inner]];
    await expect(send()).rejects.toMatchObject(refused);
    expect(arrived).toEqual([]);
  });

  it('refuses an inner address of the newer kind behind a name', async () => {
    answers = [[{ address: '::ffff:127.0.0.1', family: 6 }]];
    await expect(send()).rejects.toMatchObject(refused);
  });

  it('is not led to an inner address by an answer', async () => {
    location = `https://127.0.0.1:${(server.address() as AddressInfo).port}/inner`;
    await expect(send({ innerHosts: [host] })).rejects.toMatchObject(refused);
    expect(arrived).toEqual(['/hook']);
  });

  it.each(['', 'no certificate'])('refuses a file with %j in it', (text) => {
    const other = join(folder, 'other.pem');
    writeFileSync(other, text);
    expect(() => readCertificates(other)).toThrow('no certificate');
    expect(() => readCertificates(join(folder, 'none.pem'))).toThrow('no certificate');
  });
});
