import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Log } from '@hemma/runtime/log.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { isPublic } from './addresses.js';
import { channelContract, never } from './channel.contract.js';
import type { Failing } from './channel.contract.js';
import { EmailChannel } from './email.js';
import { LogChannel } from './log-channel.js';
import { messageOf, notificationKinds } from './message.js';
import { signatureOf, WebhookChannel } from './webhook.js';

type Elsewhere = 'moved' | 'endless';
const listening = (server: { address(): unknown }): number =>
  // Both servers listen on TCP.
  (server.address() as AddressInfo).port;

describe('e-mail through a real server', () => {
  const mails: string[] = [];
  let failing: Failing = 'not';
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    // Nobody has a password here.
    onAuth: (_auth, _session, done) => done(Object.assign(new Error('no'), { responseCode: 535 })),
    onRcptTo: ({ address }, _session, done) =>
      done(
        address.startsWith('nobody@')
          ? Object.assign(new Error('no'), { responseCode: 550 })
          : null,
      ),
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        if (failing === 'silent') return;
        const code = { 'for-now': 451, 'for-good': 550, not: null }[failing];
        if (code === null) mails.push(Buffer.concat(parts).toString('utf8'));
        done(code === null ? null : Object.assign(new Error('no'), { responseCode: code }));
      });
    },
  });
  beforeAll(() => new Promise<void>((done) => void server.listen(0, '127.0.0.1', done)));
  afterAll(
    () =>
      new Promise<void>((done) => {
        server.close(done);
      }),
  );
  const channel = () =>
    new EmailChannel({
      smtp: `smtp://127.0.0.1:${listening(server.server)}`,
      from: 'hemma@example.org',
    });

  channelContract('e-mail', () => ({
    ...{ channel: channel(), address: 'somebody@example.org', arrived: () => mails },
    fail: (how) => (failing = how),
  }));

  it('says that it comes from a program, in both languages', async () => {
    const count = {
      id: 'x',
      kind: 'task-overdue',
      unit: 'lung',
      count: 2,
      link: 'http://x/',
    } as const;
    await channel().send('lung@example.org', messageOf(count), never);
    expect(mails.at(-1)).toMatch(/Auto-Submitted: auto-generated/i);
    expect(mails.at(-1)).toContain('2 tasks are overdue.');
  });

  it('gives up an address that the server does not know', async () => {
    const said = messageOf({ id: 'x', kind: 'handover', unit: 'lung', count: 1, link: '' });
    await expect(channel().send('nobody@example.org', said, never)).rejects.toMatchObject({
      code: 'notify_refused',
    });
  });

  it('tries later when its own login is refused: somebody will correct that', async () => {
    const smtp = `smtp://hemma:wrong@127.0.0.1:${listening(server.server)}`;
    const said = messageOf({ id: 'x', kind: 'handover', unit: 'lung', count: 1, link: '' });
    const locked = new EmailChannel({ smtp, from: 'hemma@example.org' });
    await expect(locked.send('lung@example.org', said, never)).rejects.toMatchObject({
      code: 'notify_unavailable',
    });
  });

  it('tries later when there is no server', async () => {
    const nobody = new EmailChannel({ smtp: 'smtp://127.0.0.1:1', from: 'hemma@example.org' });
    const said = messageOf({ id: 'x', kind: 'handover', unit: 'lung', count: 1, link: '' });
    await expect(nobody.send('lung@example.org', said, never)).rejects.toMatchObject({
      code: 'notify_unavailable',
    });
  });
});

describe('a webhook', () => {
  const calls: { headers: Record<string, unknown>; body: string }[] = [];
  const asked: (string | undefined)[] = [];
  let failing: Failing | Elsewhere = 'not';
  let server: Server;
  const clock = new ManualClock();
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url);
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        if (failing === 'silent') return;
        const status = { 'for-now': 503, 'for-good': 410, not: 204, moved: 302, endless: 200 }[
          failing
        ];
        if (failing === 'endless') {
          response.writeHead(status);
          // Whoever reads this to its end never ends.
          const more = (): boolean =>
            response.destroyed || response.write('x'.repeat(65_536), more);
          more();
          return;
        }
        if (status === 204) calls.push({ headers: request.headers, body });
        response.writeHead(status, { location: '/inner' }).end();
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  afterAll(() => server.close());
  const channel = (innerHosts = ['127.0.0.1']) =>
    new WebhookChannel({ secret: 'a secret', innerHosts }, clock);
  const address = () => `http://127.0.0.1:${listening(server)}/hook`;
  const said = messageOf({ id: 'x', kind: 'task-red', unit: 'lung', count: 1, link: 'http://x/' });

  channelContract('a webhook', () => ({
    ...{ channel: channel(), address: address() },
    arrived: () => calls.map((it) => `${JSON.stringify(it.headers)} ${it.body}`),
    fail: (how) => (failing = how),
  }));

  it('is signed over its time and its body', async () => {
    await channel().send(address(), said, never);
    const { headers, body } = calls.at(-1)!;
    const at = clock.wall().ms;
    expect(headers['hemma-signature']).toBe(`t=${at},v1=${signatureOf('a secret', at, body)}`);
    expect(headers['idempotency-key']).toBe('x');
  });

  it('waits for a silent receiver only so long', async () => {
    failing = 'silent';
    const settings = { secret: 'a secret', innerHosts: ['127.0.0.1'], timeoutMs: 50 };
    await expect(
      new WebhookChannel(settings, clock).send(address(), said, never),
    ).rejects.toMatchObject({
      code: 'notify_unavailable',
    });
    failing = 'not';
  });

  it('does not read what is answered', async () => {
    failing = 'endless';
    await channel().send(address(), said, never);
    failing = 'not';
  });

  it('follows nobody elsewhere', async () => {
    failing = 'moved';
    const before = asked.length;
    await expect(channel().send(address(), said, never)).rejects.toMatchObject({
      code: 'notify_refused',
    });
    expect(asked.slice(before)).toEqual(['/hook']);
    failing = 'not';
  });

  it.each([
    'http://example.org/',
    'ftp://example.org/',
    'no address',
    'https://127.0.0.1/',
    'https://10.1.2.3/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://localhost/',
    'https://169.254.169.254/latest/meta-data/',
    'https://0x7f000001/',
    'https://2130706433/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://[::ffff:7f00:1]/',
    'https://[::127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[fd00::1]/',
  ])('never asks %s', async (forbidden) => {
    await expect(channel([]).send(forbidden, said, never)).rejects.toMatchObject({
      code: 'notify_refused',
    });
  });

  it.each([
    ['8.8.8.8', true],
    ['172.15.255.255', true],
    ['172.16.0.1', false],
    ['192.168.1.1', false],
    ['100.64.0.1', false],
    ['255.255.255.255', false],
    ['2a00:1450::1', true],
    ['fe80::1', false],
    ['fc00::1', false],
    ['::', false],
    ['::ffff:10.0.0.1', false],
    ['::ffff:8.8.8.8', false],
    ['2001:4860:4860::8888', true],
    ['2001::1', false],
    ['2001:db8::1', false],
    ['2002:a00:1::', false],
    ['3fff::1', false],
    ['64:ff9b::a00:1', false],
  ])('holds %s for public: %s', (ip, expected) => {
    expect(isPublic(ip)).toBe(expected);
  });
});

describe('the log', () => {
  const lines: string[] = [];
  const warn = (fields: object, text: string) => lines.push(`${JSON.stringify(fields)} ${text}`);
  // All that the channel asks of a log.
  const log = { warn } as unknown as Log;
  channelContract('the log', () => ({
    ...{ channel: new LogChannel(log), address: '', arrived: () => lines, fail: null },
  }));
});

describe('a message', () => {
  const counts = [1, 7];
  const said = { id: 'i', unit: 'lung', link: 'http://x/' };

  it.each(notificationKinds)('of %s is about nobody: kind, unit, count and a link', (kind) => {
    for (const count of counts) {
      const { subject, text, ...rest } = messageOf({ ...said, kind, count });
      expect(rest).toEqual({ ...said, kind, count, isTest: false });
      // The words follow from kind and count alone, with no other number and no unit among them.
      const other = messageOf({ id: 'j', unit: 'heart', link: 'http://x/', kind, count });
      expect([other.subject, other.text]).toEqual([subject, text]);
      const digits = text.replace('http://x/', '').match(/\d+/g) ?? [];
      expect(digits.filter((it) => it !== String(count))).toEqual([]);
    }
  });

  it('takes nothing else along', () => {
    const more = { ...said, kind: 'task-red', count: 1, patient: 'p-00000001' } as const;
    expect(JSON.stringify(messageOf(more))).not.toContain('p-00000001');
  });
});
