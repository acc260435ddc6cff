import { connect as openSocket } from 'node:net';
import { once } from 'node:events';
import { connect, connectAsync } from 'mqtt';
import type { IClientOptions, MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { topicOf } from '@hemma/protocols/wire/topics.js';
import { createLog } from '@hemma/runtime/log.js';
import { AedesBroker } from './aedes.js';
import { brokerContract, contractGateways } from './broker.contract.js';
import type { BrokerListener } from './broker.js';

const secrets = new Map<string, string>(Object.entries(contractGateways));

function embedded(listener: BrokerListener, port = 0): AedesBroker {
  return new AedesBroker({
    listen: { host: '127.0.0.1', port },
    isGateway: (id, secret) => Promise.resolve(secrets.get(id) === secret),
    listener,
    log: createLog('test', 'silent'),
  });
}

brokerContract('aedes in this process', async (listener) => {
  const broker = embedded(listener);
  await broker.start();
  return { broker, url: `mqtt://127.0.0.1:${broker.port}` };
});

describe('the broker in this process', () => {
  const refused: string[] = [];
  let broker: AedesBroker;

  beforeEach(async () => {
    refused.length = 0;
    broker = embedded({
      heard: () => undefined,
      refused: (gateway, code) => refused.push(`${gateway} ${code}`),
    });
    await broker.start();
  });
  afterEach(() => broker.stop());

  const url = (): string => `mqtt://127.0.0.1:${broker.port}`;
  const login = (clientId: string): IClientOptions => ({
    clientId,
    username: 'gw-one',
    password: contractGateways['gw-one'],
    protocolVersion: 4,
    reconnectPeriod: 0,
  });
  const join = (clientId: string, more: IClientOptions = {}) =>
    connectAsync(url(), { ...login(clientId), ...more });

  it('says that its port is taken, and leaves nothing running', async () => {
    const second = embedded({ heard: () => undefined, refused: () => undefined }, broker.port);
    await expect(second.start()).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await expect(second.publish('t', '')).rejects.toMatchObject({ code: 'broker_unavailable' });
  });

  it('cuts off who publishes on a foreign topic, and tells the code', async () => {
    const client = await join('gw-one');
    client.publish(topicOf('gw-two', 'measurements'), 'foreign', { qos: 1 });
    await closed(client);
    expect(refused).toEqual(['gw-one foreign_gateway']);
  });

  it('cuts off who subscribes to a foreign topic', async () => {
    const client = await join('gw-one');
    client.subscribe('hemma/v1/#', { qos: 1 });
    await closed(client);
    expect(refused).toEqual(['gw-one foreign_gateway']);
  });

  it('cuts off who sends ten megabytes, long before they have come', async () => {
    const client = await join('gw-one');
    client.on('error', () => undefined);
    client.publish(topicOf('gw-one', 'measurements'), Buffer.alloc(10_000_000), { qos: 1 });
    await vi.waitFor(() => expect(client.connected).toBe(false));
    expect(refused).toEqual(['gw-one envelope_too_large']);
  });

  it('wants the client to be called like the gateway', async () => {
    await expect(join('gw-two')).rejects.toMatchObject({ code: 2 });
  });

  it('lets nobody in whose last will is for the topic of another', async () => {
    const will = { topic: topicOf('gw-two', 'status'), payload: Buffer.from('x'), qos: 1 as const };
    await expect(join('gw-one', { will: { ...will, retain: true } })).rejects.toMatchObject({
      code: 5,
    });
  });

  it('keeps no session, whatever the client wants', async () => {
    const before = await join('gw-one', { clean: false });
    await before.subscribeAsync(topicOf('gw-one', 'commands'), { qos: 1 });
    await before.endAsync();
    await broker.publish(topicOf('gw-one', 'commands'), 'while it was away');
    const got: string[] = [];
    const after = connect(url(), { ...login('gw-one'), clean: false });
    after.on('message', (_topic, payload) => got.push(payload.toString()));
    const sessionPresent = await new Promise((resolve) =>
      after.once('connect', (connack) => resolve(connack.sessionPresent)),
    );
    expect(sessionPresent).toBe(false);
    await broker.publish(topicOf('gw-one', 'commands'), 'while nobody has subscribed');
    await after.subscribeAsync(topicOf('gw-one', 'commands'), { qos: 1 });
    await broker.publish(topicOf('gw-one', 'commands'), 'now');
    await vi.waitFor(() => expect(got).toEqual(['now']));
    await after.endAsync(true);
  });

  it('survives octets that are no MQTT', async () => {
    const socket = openSocket(broker.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write('GET / HTTP/1.1\r\n\r\n');
    await once(socket, 'close');
    const client = await join('gw-one');
    expect(client.connected).toBe(true);
    await client.endAsync(true);
  });

  it('lets the newer of two connections of a gateway stay', async () => {
    const first = await join('gw-one');
    const second = await join('gw-one');
    await vi.waitFor(() => expect(first.connected).toBe(false));
    expect(second.connected).toBe(true);
    await second.endAsync(true);
  });

  it('cannot publish before it is started or after it is stopped', async () => {
    const idle = embedded({ heard: () => undefined, refused: () => undefined });
    await expect(idle.publish('a', 'b')).rejects.toMatchObject({ code: 'broker_unavailable' });
    await broker.stop();
    await expect(broker.publish('a', 'b')).rejects.toMatchObject({ code: 'broker_unavailable' });
  });
});

async function closed(client: MqttClient): Promise<void> {
  await new Promise<void>((resolve) => client.once('close', resolve));
}
