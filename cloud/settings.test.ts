import { describe, expect, it } from 'vitest';
import { checkSettings } from '@hemma/runtime/config.js';
import { settingsSchema } from './settings.js';

const check = (value: unknown) => checkSettings(settingsSchema, value, 'test');

describe('settings of the cloud', () => {
  it('need a folder and nothing else', () => {
    expect(check({ dataDir: 'data' })).toEqual({
      dataDir: 'data',
      database: 'sqlite',
      broker: 'embedded',
      brokerListen: { host: '127.0.0.1', port: 1883 },
      trends: 'sql',
      http: { host: '127.0.0.1', port: 8080 },
      ingest: { envelopes: 2_000, perGateway: 16 },
      notify: {
        link: 'http://127.0.0.1:8080/',
        from: 'hemma@localhost.localdomain',
        innerHosts: [],
      },
      tenant: { languages: ['sv', 'en'], licenceReferences: {}, confirmedTerms: [] },
      logLevel: 'info',
    });
    expect(() => check({})).toThrow('dataDir');
  });

  it('take servers by their URLs', () => {
    const servers = {
      database: 'postgres://hemma:x@db/hemma',
      broker: 'mqtts://broker:8883',
      brokerLogin: { password: 'x' },
      trends: 'http://hemma:x@influx:8086/hemma',
    };
    expect(check({ dataDir: 'data', ...servers })).toMatchObject({
      ...servers,
      brokerLogin: { username: 'hemma-cloud', password: 'x' },
    });
  });

  it('refuse to be reached from other machines as long as there is no sign-in', () => {
    for (const host of ['0.0.0.0', '::', '192.168.0.2', 'hemma.example', '127.0.0.1.example'])
      for (const key of ['http', 'brokerListen'])
        expect(() => check({ dataDir: 'data', [key]: { host } }), host).toThrow('no sign-in yet');
    for (const host of ['127.0.0.1', '::1', 'localhost'])
      expect(check({ dataDir: 'data', http: { host } }).http.host).toBe(host);
  });

  it('name every problem, and what was meant', () => {
    const wrong = {
      datadir: 'x',
      databse: 'x',
      http: { prot: 1 },
      broker: 'http://x',
      trends: 'x',
    };
    const problems = (): unknown => check(wrong);
    for (const words of [
      'datadir: there is no such setting; did you mean "dataDir"?',
      'databse: there is no such setting; did you mean "database"?',
      'http.prot: there is no such setting; did you mean "port"?',
      'broker: "embedded" or the URL',
      'trends: "sql" or the URL',
    ])
      expect(problems).toThrow(words);
  });

  it('refuse what is nearly a server', () => {
    for (const database of ['mysql://x/y', 'postgres', '', 'sqlite:///x'])
      expect(() => check({ dataDir: 'data', database }), database).toThrow('database');
    for (const trends of ['http://influx:8086', 'http://influx:8086/', 'udp://influx/x'])
      expect(() => check({ dataDir: 'data', trends }), trends).toThrow('trends');
    for (const port of [-1, 65_536, 1.5, '8080'])
      expect(() => check({ dataDir: 'data', http: { port } }), String(port)).toThrow('http.port');
  });
});
