import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { apiErrorSchema, clinicPaths } from '@hemma/protocols/api/clinic.js';
import { worklistPaths } from '@hemma/protocols/api/worklist.js';
import { TestClinic } from '../../tooling/testkit/clinic.js';
import { freePort } from '../../tooling/testkit/server.js';
import { InfluxTrends } from '../trends/influx.js';
import { isLoopbackHost } from './guard.js';

interface Ask {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

describe('the HTTP server', () => {
  let clinic: TestClinic;
  const pages = (): string => join(clinic.folder, 'pages');
  beforeEach(() => {
    clinic = new TestClinic();
    mkdirSync(join(pages(), 'assets'), { recursive: true });
    writeFileSync(join(pages(), 'index.html'), '<!doctype html><title>Hemma</title>');
    writeFileSync(join(pages(), 'assets', 'index-abc.js'), 'export {};');
    writeFileSync(join(pages(), '.hidden'), 'secret');
    writeFileSync(join(clinic.folder, 'outside.txt'), 'secret');
    return clinic.start();
  });
  afterEach(() => clinic.stop());

  /** `fetch` sets the Host header itself; this does not. */
  async function ask({ path = '/', body, ...options }: Ask): Promise<IncomingMessage> {
    const asking = request(`${clinic.url}${path}`, { ...options, setHost: false, agent: false });
    if (options.headers?.['host'] === undefined) asking.setHeader('host', 'localhost');
    asking.end(body);
    // The event carries the answer.
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    return answer;
  }

  async function codeOf(answer: IncomingMessage): Promise<[number | undefined, string]> {
    const { error } = apiErrorSchema.parse(JSON.parse(await text(answer)));
    return [answer.statusCode, error.code];
  }

  it('answers only those who call it by a name of this machine', async () => {
    for (const host of ['localhost', '127.0.0.1:8080', '[::1]:1', 'LOCALHOST:80']) {
      const answer = await ask({ path: clinicPaths.patients, headers: { host } });
      expect([host, answer.statusCode]).toEqual([host, 200]);
      answer.resume();
    }
    for (const host of ['evil.example', 'localhost.evil.example', '10.0.0.1', '127.0.0.1.nip.io'])
      for (const path of ['/', clinicPaths.patients, '/api/nothing', '/assets/index-abc.js'])
        expect(await codeOf(await ask({ path, headers: { host } }))).toEqual([
          421,
          'request_invalid',
        ]);
  });

  it('serves the pages, with their policy, and nothing beside them', async () => {
    const page = await ask({});
    expect(await text(page)).toContain('<title>Hemma</title>');
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    const policy = page.headers['content-security-policy'];
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    const script = await ask({ path: '/assets/index-abc.js' });
    expect(await text(script)).toBe('export {};');
    expect(script.headers['cache-control']).toContain('immutable');
    for (const path of ['/.hidden', '/../outside.txt', '/..%2foutside.txt', '/%2e%2e/outside.txt'])
      expect((await codeOf(await ask({ path })))[0]).toBeGreaterThanOrEqual(400);
  });

  it('keeps answers of the API out of every cache', async () => {
    for (const path of [clinicPaths.patients, '/api/nothing', '/%61pi/patients']) {
      const answer = await ask({ path });
      expect(answer.headers['cache-control']).toBe('no-store');
      answer.resume();
    }
  });

  const json = { 'content-type': 'application/json' };
  const post = { method: 'POST', path: worklistPaths.acknowledge('some') };

  it.each<[string, Ask, number, string]>([
    ['an unknown address', { path: '/api/nothing' }, 404, 'not_found'],
    ['an unknown page', { path: '/patients/7' }, 404, 'not_found'],
    ['an address that cannot be decoded', { path: '/api/%zz' }, 400, 'request_invalid'],
    ['a method that is not served', { path: '/api/patients', method: 'DELETE' }, 404, 'not_found'],
    ['a PUT', { path: '/api/nothing', method: 'PUT' }, 404, 'not_found'],
    [
      'a form',
      { ...post, headers: { 'content-type': 'text/plain' }, body: '{}' },
      415,
      'request_invalid',
    ],
    ['no content type', { ...post, body: '{}' }, 415, 'request_invalid'],
    ['no JSON', { ...post, headers: json, body: '{' }, 400, 'request_invalid'],
    ['an empty body', { ...post, headers: json }, 400, 'request_invalid'],
    ['a list', { ...post, headers: json, body: '[]' }, 400, 'request_invalid'],
    [
      'too much',
      { ...post, headers: json, body: `"${'x'.repeat(20_000)}"` },
      413,
      'request_invalid',
    ],
    [
      'a page of another site',
      { ...post, headers: { ...json, 'sec-fetch-site': 'cross-site' }, body: '{}' },
      403,
      'request_invalid',
    ],
  ])('answers %s in the form of an error', async (_name, asked, status, code) => {
    const answer = await ask(asked);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(await codeOf(answer)).toEqual([status, code]);
  });

  it('answers what is no HTTP in the form of an error as well', async () => {
    const socket = connect(clinic.parts.server.port ?? 0, '127.0.0.1');
    socket.write('rubbish\r\n\r\n');
    const [head, body] = (await text(socket)).split('\r\n\r\n');
    expect(head).toContain('400 Bad Request');
    expect(apiErrorSchema.parse(JSON.parse(body ?? '')).error.code).toBe('request_invalid');
  });

  it('tells of a fault of its own without saying what it was doing', async () => {
    await clinic.addPatient('p-0000aaaa', null);
    await clinic.parts.db.schema.dropTable('trend_points').execute();
    const { status, body } = await clinic.get(clinicPaths.trends('p-0000aaaa'));
    expect([status, body]).toMatchObject([500, { error: { code: 'internal' } }]);
    expect(JSON.stringify(body)).not.toContain('trend_points');
  });
});

it('says that the time series store is away, and answers everything else', async () => {
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const clinic = new TestClinic(new InfluxTrends({ url: nobody, database: 'hemma' }));
  await clinic.start();
  await clinic.addPatient('p-0000aaaa', null);
  const { status, body } = await clinic.get(clinicPaths.trends('p-0000aaaa'));
  expect([status, body]).toMatchObject([503, { error: { code: 'trends_unavailable' } }]);
  expect((await clinic.get(clinicPaths.patients)).status).toBe(200);
  await clinic.stop();
});

it('serves the API where the pages are not built, and says so in their place', async () => {
  const clinic = new TestClinic();
  await clinic.start();
  const { status, body } = await clinic.get('/');
  expect([status, body]).toMatchObject([404, { error: { code: 'not_found' } }]);
  expect((await clinic.get(clinicPaths.patients)).status).toBe(200);
  await clinic.stop();
});

describe('a Host header', () => {
  it.each([
    ['localhost', true],
    ['localhost:8080', true],
    ['127.0.0.1', true],
    ['127.8.8.8:1', true],
    ['[::1]', true],
    ['[::1]:8080', true],
    [undefined, false],
    ['', false],
    ['localhost.', false],
    ['localhost:port', false],
    ['localhost evil', false],
    ['evil.example', false],
    ['127.0.0.1.evil.example', false],
    ['128.0.0.1', false],
    ['[::2]', false],
    ['0.0.0.0', false],
  ])('%s names this machine: %s', (host, expected) => {
    expect(isLoopbackHost(host)).toBe(expected);
  });
});
