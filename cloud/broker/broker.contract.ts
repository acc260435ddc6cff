import { connectAsync } from 'mqtt';
import type { IClientOptions, MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lookingAs, topicOf } from '@hemma/protocols/wire/topics.js';
import type { Broker, BrokerListener } from './broker.js';

/** The gateways that the broker under test is told of. */
export const contractGateways = { 'gw-one': 'secret of one', 'gw-two': 'secret of two' } as const;
type GatewayId = keyof typeof contractGateways;

export interface OpenBroker {
  readonly broker: Broker;
  readonly url: string;
}

interface Heard {
  readonly gateway: string;
  readonly channel: string;
  readonly text: string;
}

/** Long enough for a message that must not come to have come. */
const quietMs = 300;

/** What every broker does. `open` gives a started one that tells the listener what it hears. */
export function brokerContract(
  name: string,
  open: (listener: BrokerListener) => Promise<OpenBroker>,
): void {
  describe(`broker contract: ${name}`, () => {
    let heard: Heard[];
    let clients: MqttClient[];
    let opened: OpenBroker;

    beforeEach(async () => {
      heard = [];
      clients = [];
      opened = await open({
        heard: (gateway, channel, payload) =>
          heard.push({ gateway, channel, text: Buffer.from(payload).toString('latin1') }),
        refused: () => undefined,
      });
    });
    afterEach(async () => {
      for (const client of clients) await client.endAsync(true);
      await opened.broker.stop();
    });

    const join = async (id: GatewayId, more: IClientOptions = {}): Promise<MqttClient> => {
      const client = await connectAsync(opened.url, {
        clientId: id,
        username: id,
        password: contractGateways[id],
        protocolVersion: 4,
        reconnectPeriod: 0,
        ...more,
      });
      client.on('error', () => undefined);
      clients.push(client);
      return client;
    };
    const texts = (): readonly string[] => heard.map(({ text }) => text);

    it('carries an envelope up, with the name of its gateway and octet for octet', async () => {
      const one = await join('gw-one');
      const octets = Buffer.from([0, 255, 10, 128, 34]);
      await one.publishAsync(topicOf('gw-one', 'measurements'), octets, { qos: 1 });
      await vi.waitFor(() => expect(heard).toHaveLength(1));
      expect(heard).toEqual([
        { gateway: 'gw-one', channel: 'measurements', text: octets.toString('latin1') },
      ]);
    });

    it('carries a receipt to its gateway and to no other', async () => {
      const got: string[] = [];
      for (const id of ['gw-one', 'gw-two'] as const) {
        const client = await join(id);
        client.on('message', (topic, payload) => got.push(`${topic} ${payload.toString()}`));
        await client.subscribeAsync(topicOf(id, 'receipts'), { qos: 1 });
      }
      await opened.broker.publish(topicOf('gw-two', 'receipts'), 'for two');
      await vi.waitFor(() => expect(got).toHaveLength(1));
      await quiet();
      expect(got).toEqual(['hemma/v1/gw-two/receipts for two']);
    });

    it('takes a receipt for a gateway that is away', async () => {
      await opened.broker.publish(topicOf('gw-one', 'receipts'), 'for nobody');
    });

    it('keeps the newest retained command for a gateway that comes later, and no receipt', async () => {
      const { broker } = opened;
      await broker.publish(topicOf('gw-two', 'receipts'), 'gone');
      for (const text of ['older', 'newest'])
        await broker.publish(topicOf('gw-two', 'commands'), text, true);
      for (let visit = 1; visit <= 2; visit += 1) {
        const got: string[] = [];
        const client = await join('gw-two');
        client.on('message', (_topic, payload) => got.push(payload.toString()));
        const channels = ['receipts', 'commands'] as const;
        await client.subscribeAsync(channels.map((it) => topicOf('gw-two', it)));
        await vi.waitFor(() => expect(got).toEqual(['newest']));
        await quiet();
        expect(got).toEqual(['newest']);
        await client.endAsync();
      }
    });

    it('lets no gateway give itself a command', async () => {
      const one = await join('gw-one');
      one.publish(topicOf('gw-one', 'commands'), 'own idea', { qos: 1, retain: true });
      await quiet();
      const got: string[] = [];
      const again = await join('gw-one');
      again.on('message', (_topic, payload) => got.push(payload.toString()));
      await again.subscribeAsync(topicOf('gw-one', 'commands'), { qos: 1 });
      await quiet();
      expect(got).toEqual([]);
    });

    it('lets nobody in without the right secret', async () => {
      await expect(join('gw-one', { password: 'secret of two' })).rejects.toThrow();
      await expect(join('gw-one', { username: 'gw-three' })).rejects.toThrow();
      await expect(join('gw-one', { password: '' })).rejects.toThrow();
    });

    it('lets somebody look under another client id, who then may do nothing', async () => {
      const running = await join('gw-one');
      const look = await join('gw-one', { clientId: lookingAs('gw-one') });
      await expect(
        join('gw-one', { clientId: lookingAs('gw-one'), password: 'secret of two' }),
      ).rejects.toThrow();
      await quiet();
      expect(running.connected).toBe(true);
      await look.endAsync(true);
    });

    it('does not carry what is published on the topic of another', async () => {
      const thief = await join('gw-two');
      const good = await join('gw-one');
      const attempts = ['measurements', 'status', 'receipts'] as const;
      for (const channel of attempts)
        thief.publish(topicOf('gw-one', channel), 'foreign', { qos: 1 });
      await quiet();
      await good.publishAsync(topicOf('gw-one', 'measurements'), 'own', { qos: 1 });
      await vi.waitFor(() => expect(texts()).toEqual(['own']));
    });

    it('does not let a gateway hear what is meant for another, or for the cloud', async () => {
      const filters = ['hemma/v1/+/receipts', '#', topicOf('gw-one', 'commands'), '$SYS/#'];
      const got: string[] = [];
      for (const filter of filters) {
        const thief = await join('gw-two', { clientId: 'gw-two' });
        thief.on('message', (topic) => got.push(topic));
        await thief.subscribeAsync(filter, { qos: 1 }).catch(() => undefined);
        await opened.broker.publish(topicOf('gw-one', 'receipts'), 'for one');
        await opened.broker.publish(topicOf('gw-one', 'commands'), 'for one');
        await quiet();
      }
      expect(got.filter((topic) => topic.includes('gw-one'))).toEqual([]);
    });

    it('does not carry ten megabytes, and serves the others meanwhile', async () => {
      const big = await join('gw-two');
      const good = await join('gw-one');
      big.publish(topicOf('gw-two', 'measurements'), Buffer.alloc(10_000_000, 120), { qos: 1 });
      await good.publishAsync(topicOf('gw-one', 'measurements'), 'small', { qos: 1 });
      await quiet();
      expect(texts()).toEqual(['small']);
    });

    it('tells when a gateway has gone without a word', async () => {
      const will = { topic: topicOf('gw-one', 'status'), payload: Buffer.from('gone') };
      const one = await join('gw-one', { will: { ...will, qos: 1, retain: true } });
      one.stream.destroy();
      await vi.waitFor(() =>
        expect(heard).toEqual([{ gateway: 'gw-one', channel: 'status', text: 'gone' }]),
      );
    });
  });
}

async function quiet(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, quietMs));
}
