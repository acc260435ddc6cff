import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectAsync } from 'mqtt';
import { topicOf } from '@hemma/protocols/wire/topics.js';
import { createLog } from '@hemma/runtime/log.js';
import { startMosquitto } from '../../tooling/testkit/mosquitto.js';
import type { Mosquitto } from '../../tooling/testkit/mosquitto.js';
import { requires } from '../../tooling/testkit/requires.js';
import { cloudUser } from '../fleet/fleet.js';
import { hashSecret } from '../fleet/secret.js';
import { brokerContract, contractGateways } from './broker.contract.js';
import type { BrokerListener } from './broker.js';
import { ExternalBroker } from './external.js';
import { mosquittoFiles } from './mosquitto-files.js';

const login = { username: cloudUser, password: 'password of the cloud' };

describe.skipIf(!requires('mosquitto', 'broker on Mosquitto'))('Mosquitto', () => {
  let server: Mosquitto;
  beforeAll(async () => {
    const gateways = Object.entries(contractGateways).map(([id, secret]) => ({
      id,
      secret_hash: hashSecret(secret),
    }));
    server = await startMosquitto((folder) => mosquittoFiles({ gateways, login, folder }));
  });
  afterAll(() => server.stop());

  const open = async (listener: BrokerListener): Promise<ExternalBroker> => {
    const broker = new ExternalBroker({
      url: server.url,
      login,
      listener,
      log: createLog('test', 'silent'),
    });
    broker.start();
    await vi.waitFor(() => expect(broker.ready).toBe(true), 10_000);
    return broker;
  };

  brokerContract('Mosquitto, with the files we write for it', async (listener) => ({
    broker: await open(listener),
    url: server.url,
  }));

  it('shares envelopes among several clouds: each comes to one of them', async () => {
    const heard: string[] = [];
    const listener = (name: string): BrokerListener => ({
      heard: (_gateway, channel, payload) => {
        if (channel === 'measurements') heard.push(`${name} ${Buffer.from(payload).toString()}`);
      },
      refused: () => undefined,
    });
    const clouds = [await open(listener('a')), await open(listener('b'))];
    const gateway = await connectAsync(server.url, {
      clientId: 'gw-one',
      username: 'gw-one',
      password: contractGateways['gw-one'],
    });
    const numbers = Array.from({ length: 20 }, (_, i) => String(i));
    for (const n of numbers)
      await gateway.publishAsync(topicOf('gw-one', 'measurements'), n, { qos: 1 });
    await vi.waitFor(() => expect(heard).toHaveLength(numbers.length));
    const got = heard.map((line) => Number(line.split(' ')[1])).sort((a, b) => a - b);
    expect(got).toEqual(numbers.map(Number));
    expect(new Set(heard.map((line) => line.split(' ')[0]))).toEqual(new Set(['a', 'b']));
    await gateway.endAsync();
    for (const cloud of clouds) await cloud.stop();
  });

  it('comes back by itself after an outage of the broker', async () => {
    const heard: string[] = [];
    const broker = await open({
      heard: (_gateway, channel, payload) => {
        if (channel === 'measurements') heard.push(Buffer.from(payload).toString());
      },
      refused: () => undefined,
    });
    await server.halt();
    await vi.waitFor(() => expect(broker.ready).toBe(false));
    await expect(broker.publish('a', 'b')).rejects.toThrow();
    await server.resume();
    await vi.waitFor(() => expect(broker.ready).toBe(true), 10_000);
    const gateway = await connectAsync(server.url, {
      clientId: 'gw-one',
      username: 'gw-one',
      password: contractGateways['gw-one'],
    });
    await gateway.publishAsync(topicOf('gw-one', 'measurements'), 'after', { qos: 1 });
    await vi.waitFor(() => expect(heard).toEqual(['after']));
    await gateway.endAsync();
    await broker.stop();
  });
});
