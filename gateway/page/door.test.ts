import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aSchedule, PatientPage, postTo } from '../../tooling/testkit/patient-page.js';
import { maxCounted, Throttle } from './guard.js';

/** 08:00 in Stockholm, a Thursday. */
const morning = Date.UTC(2026, 0, 15, 7);
const token = 'a'.repeat(32);
const formType = 'application/x-www-form-urlencoded';
const weight = '/sv/1/enter/weight-daily';
const other = 'p-00000002';

describe('the door of the patient page', () => {
  let page: PatientPage;
  beforeEach(async () => {
    page = new PatientPage(morning);
    await page.start();
    page.want({
      schedules: [
        aSchedule({ plan: 'heart-failure', start: morning }),
        aSchedule({ plan: 'hypertension', start: morning, patient: other }),
      ],
    });
  });
  // Whatever was refused has left nothing behind, and the page goes on.
  afterEach(async () => {
    expect(page.rows()).toEqual([]);
    await page.clock.advance(60_000);
    expect((await fetch(`${page.url}/sv/1`)).status).toBe(200);
    await page.stop();
  });

  const raw = (host: string, method = 'GET', path = '/sv/1') =>
    new Promise<{ status: number | undefined; code: unknown }>((resolve, reject) => {
      const sent = request(`${page.url}${path}`, { method, headers: { host } }, (it) => {
        it.resume();
        resolve({ status: it.statusCode, code: it.headers['hemma-code'] });
      });
      sent.on('error', reject);
      sent.end();
    });
  /** The first line of the answer to a request as it is written. */
  const written = (text: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(page.url).port), '127.0.0.1', () => socket.write(text));
      socket.on('data', (data) => {
        resolve(data.toString().split('\r\n')[0] ?? '');
        socket.destroy();
      });
      socket.on('error', reject);
    });

  it.each([
    ['a foreign name (DNS rebinding)', 'evil.example', 421],
    ['a foreign name that begins like ours', 'hemma.local.evil.example', 421],
    ['a name with a user', 'localhost@evil.example', 421],
    ['a name that the settings allow', 'hemma.local', 200],
    ['the same in capitals', 'HEMMA.local:8480', 200],
    ['an address', '192.168.1.20:8480', 200],
    ['an address of version 6', '[fd00::1]:8480', 200],
    ['an address that is none', '192.168.1.999', 421],
  ])('answers to %s', async (_, host, status) => {
    const code = status === 200 ? undefined : 'not_allowed';
    expect(await raw(host)).toEqual({ status, code });
  });

  it.each([
    ['no Host header', 'GET /sv/1 HTTP/1.1\r\n\r\n', 'HTTP/1.1 400 Bad Request'],
    ['none in an old version', 'GET /sv/1 HTTP/1.0\r\n\r\n', 'HTTP/1.1 421 Misdirected Request'],
    [
      'a head without end',
      `GET / HTTP/1.1\r\na: ${'b'.repeat(20_000)}\r\n`,
      'HTTP/1.1 431 Request Header Fields Too Large',
    ],
    ['no HTTP', 'hello\r\n\r\n', 'HTTP/1.1 400 Bad Request'],
  ])('refuses %s', async (_, text, line) => {
    expect(await written(text)).toBe(line);
  });

  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'])(
    'refuses the method %s',
    async (method) => {
      expect(await raw('localhost', method)).toEqual({ status: 405, code: 'request_invalid' });
    },
  );

  it.each([
    ['of another site', { origin: 'http://evil.example' }],
    ['of no site', { origin: 'null' }],
    ['that a browser says came from another site', { 'sec-fetch-site': 'cross-site' }],
    ['that a browser says came from a neighbour', { 'sec-fetch-site': 'same-site' }],
    ['of another port', { origin: 'http://127.0.0.1:1' }],
  ])('takes no form %s', async (_, headers) => {
    const answer = await postTo(page, weight, { token, body_weight: '72' }, headers);
    expect([answer.status, answer.code]).toEqual([403, 'not_allowed']);
  });

  it.each([
    ['/sv/9', 404],
    ['/sv/0', 404],
    ['/sv/-1', 404],
    ['/sv/1.5', 404],
    ['/sv/1e0', 404],
    ['/sv/0x1', 404],
    ['/de/1', 404],
    ['/sv/1/enter/none', 404],
    ['/sv/1/enter/bp-series', 404],
    ['/sv/2/enter/weight-daily', 404],
    ['/sv/1/enter/__proto__', 404],
    ['/sv/1/enter/constructor', 404],
    ['/sv/1/form/..%2f..', 404],
    ['/sv/1/form/%3Cscript%3Ealert(1)%3C%2Fscript%3E', 404],
    ['/sv/1/saved/nothing', 404],
    ['/%00', 404],
    ['/sv/%E0%A4%A', 400],
    [`/sv/${'1'.repeat(90)}`, 404],
    [`/sv/1/enter/${'w'.repeat(100)}`, 404],
    [`/sv/1/enter/${'w'.repeat(101)}`, 400],
    [`/sv/1/${'x'.repeat(8_000)}`, 404],
  ])('answers %s in words', async (path, status) => {
    const answer = await fetch(`${page.url}${path}`);
    const text = await answer.text();
    expect(answer.status).toBe(status);
    expect(answer.headers.get('hemma-code')).toMatch(/^(not_found|request_invalid)$/);
    expect(text).toContain('112');
    expect(text).not.toContain('<script>alert');
  });

  it.each([
    ['too much', `token=${token}&body_weight=72&x=`.padEnd(32_769, 'y'), formType, 413],
    ['too many fields', Array.from({ length: 81 }, (_, i) => `f${i}=1`).join('&'), formType, 400],
    ['a field that is too long', `token=${token}&body_weight=${'7'.repeat(1_001)}`, formType, 400],
    ['no token', 'body_weight=72', formType, 400],
    ['a token that is none', `token=${'g'.repeat(32)}&body_weight=72`, formType, 400],
    ['nothing', '', formType, 400],
    ['another form of text', '{"body_weight":72}', 'application/json', 415],
    ['a file', '--x\r\n\r\n72\r\n--x--', 'multipart/form-data; boundary=x', 415],
  ])('refuses %s', async (_, body, type, status) => {
    const headers = { 'content-type': type, origin: page.url };
    const answer = await fetch(`${page.url}${weight}`, { method: 'POST', body, headers });
    expect([answer.status, answer.headers.get('hemma-code')]).toEqual([status, 'request_invalid']);
  });

  it.each([
    ['a value below zero', { body_weight: '-72' }],
    ['a value in the notation of science', { body_weight: '7e1' }],
    ['a value in hexadecimal', { body_weight: '0x48' }],
    ['not a number at all', { body_weight: 'NaN' }],
    ['two decimal signs', { body_weight: '7.2,5' }],
    ['digits of another script', { body_weight: '٧٢' }],
    ['a value in thousands', { body_weight: '72 000' }],
    ['one just below what can be', { body_weight: '19,9' }],
    ['one just above what can be', { body_weight: '350,1' }],
    ['a quantity of another form', { systolic_bp: '131', diastolic_bp: '82' }],
    ['a day without an hour', { body_weight: '72', when: '2026-01-14' }],
    ['an hour that is none', { body_weight: '72', when: '2026-01-14', hour: '24', minute: '00' }],
    ['a minute that is none', { body_weight: '72', when: '2026-01-14', hour: '07', minute: '60' }],
    [
      'the day before those offered',
      { body_weight: '72', when: '2026-01-07', hour: '07', minute: '00' },
    ],
    ['a later hour of today', { body_weight: '72', when: '2026-01-15', hour: '08', minute: '05' }],
    ['markup for a day', { body_weight: '72', when: '"><script>alert(1)</script>' }],
  ])('asks again after %s', async (_, said) => {
    const answer = await postTo(page, weight, { token, ...said });
    expect(answer.status).toBe(422);
    expect(answer.text).toMatch(/role="alert"/);
    expect(answer.text).not.toContain('<script>alert');
  });

  it.each([
    ['a reading that is not asked about', { id: 'a'.repeat(64), answer: 'mine' }, 303],
    ['no answer', { id: 'a'.repeat(64) }, 400],
    ['another answer', { id: 'a'.repeat(64), answer: 'yours' }, 400],
    ['an id that is none', { id: '../..', answer: 'mine' }, 400],
  ])('answers about %s', async (_, said, status) => {
    const answer = await postTo(page, '/sv/1/doubt', { token, ...said });
    expect([answer.status, page.doubts.answers]).toEqual([status, []]);
  });

  it('says to browsers what they may do with it', async () => {
    for (const path of ['/sv/1', '/page.css', '/live.js', '/keys.js', '/none']) {
      const { headers } = await fetch(`${page.url}${path}`);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('content-security-policy')).not.toMatch(/unsafe|\*/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('slows hands that are too quick, in words, and opens again', async () => {
    const tap = async () => postTo(page, weight, { token });
    const taps: number[] = [];
    for (let i = 0; i < 30; i += 1) taps.push((await tap()).status);
    expect(new Set(taps)).toEqual(new Set([422]));
    const slowed = await tap();
    expect([slowed.status, slowed.code]).toEqual([429, 'overloaded']);
    expect(slowed.text).toContain('Vänta en minut.');
    await page.clock.advance(60_000);
    expect((await tap()).status).toBe(422);
  });

  it('counts each address by itself, and no more of them than its limit', () => {
    const throttle = new Throttle(2);
    const allowed = (address: string) => throttle.allows(address, 0);
    for (let i = 0; i < maxCounted; i += 1) expect(allowed(`10.0.0.${i}`)).toBe(true);
    expect([allowed('10.0.0.0'), allowed('10.0.0.0')]).toEqual([true, false]);
    expect(['10.1.0.0', '10.1.0.1', '10.1.0.2'].map(allowed)).toEqual([true, true, false]);
    expect(allowed('10.0.0.1')).toBe(true);
    expect(throttle.allows('10.0.0.0', 60_000)).toBe(true);
  });
});

describe('screens that follow the patient page', () => {
  it('are told that something changed, and are no more than the limit', async () => {
    const page = new PatientPage(morning);
    await page.start();
    const open = async () => {
      const ended = new AbortController();
      const answer = await fetch(`${page.url}/changes`, { signal: ended.signal });
      return { answer, ended };
    };
    const screens = await Promise.all(Array.from({ length: 20 }, open));
    expect((await fetch(`${page.url}/changes`)).status).toBe(503);
    const reader = screens[0]!.answer.body!.getReader();
    await reader.read();
    page.measure('body_weight', [{ code: 'body_weight', value: 72 }]);
    await page.clock.advance(300);
    const news = (await reader.read()) as { readonly value?: Uint8Array };
    expect(new TextDecoder().decode(news.value)).toBe('data: changed\n\n');
    for (const { ended } of screens) ended.abort();
    await page.stop();
  });
});
