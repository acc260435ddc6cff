import { connect } from 'mqtt';
import type { MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { commandSchema } from '@hemma/protocols/wire/command.js';
import type { Command } from '@hemma/protocols/wire/command.js';
import { topicOf } from '@hemma/protocols/wire/topics.js';
import { createLog } from '@hemma/runtime/log.js';
import { TestClinic } from '../../tooling/testkit/clinic.js';
import { aMeasurement, someMorning } from '../../tooling/testkit/measurements.js';
import { startMosquitto } from '../../tooling/testkit/mosquitto.js';
import type { Mosquitto } from '../../tooling/testkit/mosquitto.js';
import { requires } from '../../tooling/testkit/requires.js';
import { freePort } from '../../tooling/testkit/server.js';
import { AedesBroker } from '../broker/aedes.js';
import type { Broker } from '../broker/broker.js';
import { contractGateways } from '../broker/broker.contract.js';
import { ExternalBroker } from '../broker/external.js';
import { mosquittoFiles } from '../broker/mosquitto-files.js';
import { cloudUser } from '../fleet/fleet.js';
import { hashSecret } from '../fleet/secret.js';
import { CommandSender } from './sender.js';
import { Prompts } from './wanted.js';

const patient = 'p-00000001';
const minute = 60_000;
const log = createLog('test', 'silent');
const listener = { heard: () => undefined, refused: () => undefined };

/** A broker that can be away. */
interface Carrier {
  readonly url: string;
  readonly broker: Broker;
  readonly down: () => Promise<void>;
  readonly up: () => Promise<void>;
  readonly end: () => Promise<void>;
}

function senderOn(name: string, open: () => Promise<Carrier>): void {
  describe(`the sender of commands on ${name}`, () => {
    let clinic: TestClinic;
    let carrier: Carrier;
    let sender: CommandSender;
    let home: MqttClient;
    let got: Command[];
    beforeEach(async () => {
      clinic = new TestClinic();
      await clinic.start();
      await clinic.addPatient(patient, 'hypertension');
      const { db, fleet } = clinic.parts;
      await fleet.add('gw-one', patient, someMorning);
      carrier = await open();
      const { clock } = clinic;
      sender = new CommandSender({
        ...{ prompts: new Prompts(clock), db, clock, log },
        send: (topic, payload) => carrier.broker.publish(topic, payload, true),
      });
      sender.start();
      got = [];
      home = gateway();
    });
    afterEach(async () => {
      await home.endAsync(true);
      await sender.stop();
      // No word of this test may be kept for the next.
      await carrier.broker.publish(topicOf('gw-one', 'commands'), '', true);
      await carrier.end();
      await clinic.stop();
    });

    /** A gateway that is away until it joins. */
    const gateway = (): MqttClient => {
      const client = connect(carrier.url, {
        clientId: 'gw-one',
        username: 'gw-one',
        password: contractGateways['gw-one'],
        protocolVersion: 4,
        manualConnect: true,
        reconnectPeriod: 100,
      });
      client.on('error', () => undefined);
      client.on('message', (_, payload) => {
        if (payload.length > 0) got.push(commandSchema.parse(JSON.parse(payload.toString())));
      });
      client.on('connect', () => client.subscribe(topicOf('gw-one', 'commands'), { qos: 1 }));
      return client;
    };
    const join = async (): Promise<void> => {
      home.connect();
      await vi.waitFor(() => expect(home.connected).toBe(true), 10_000);
    };
    const see = async (systolic_bp: number, at: number): Promise<void> => {
      await clinic.see([aMeasurement({ at, values: { systolic_bp, diastolic_bp: 80 } })]);
      sender.kick();
    };
    const look = (): Promise<void> => clinic.clock.advance(2_000);
    const state = async () => (await clinic.parts.fleet.overview())[0]?.command;
    const untilSent = () => vi.waitFor(async () => expect(await state()).toBe('sent'), 5_000);

    it('brings what is wanted to a gateway that is there, once', async () => {
      await join();
      await see(186, someMorning);
      await vi.waitFor(() => expect(got).toHaveLength(1));
      expect(got[0]).toMatchObject({ v: 1, gateway: 'gw-one', prompts: [{ patient }] });
      for (let i = 0; i < 3; i += 1) await look();
      expect(got).toHaveLength(1);
      await see(131, someMorning + 6 * minute);
      await vi.waitFor(() => expect(got).toHaveLength(2));
      expect(got[1]!.prompts).toEqual([]);
      expect(got[1]!.version).toBeGreaterThan(got[0]!.version);
    });

    it('keeps the newest for a gateway that is away', async () => {
      await see(186, someMorning);
      await untilSent();
      await see(131, someMorning + 6 * minute);
      await untilSent();
      await join();
      await vi.waitFor(() => expect(got).toHaveLength(1));
      expect(got[0]!.prompts).toEqual([]);
    });

    it('waits for a broker that is away when the finding is made', async () => {
      await carrier.down();
      await see(186, someMorning);
      await look();
      expect(await state()).toBe('waiting');
      await carrier.up();
      await join();
      await vi.waitFor(async () => {
        await look();
        expect(got).toHaveLength(1);
      }, 10_000);
      expect(got[0]!.prompts).toHaveLength(1);
    });

    it('sends again to a gateway that comes back and follows less', async () => {
      await see(186, someMorning);
      await untilSent();
      await join();
      await vi.waitFor(() => expect(got).toHaveLength(1));
      const status = { v: 1, gateway: 'gw-one', state: 'online', at: someMorning } as const;
      await clinic.parts.fleet.saveStatuses([status], someMorning);
      await look();
      await vi.waitFor(() => expect(got).toHaveLength(2));
      expect(got[1]).toEqual(got[0]);
      const { version: commandVersion } = got[1]!;
      await clinic.parts.fleet.saveStatuses([{ ...status, commandVersion }], someMorning);
      for (let i = 0; i < 3; i += 1) await look();
      expect(got).toHaveLength(2);
      expect(await state()).toBe('applied');
    });

    it('tells a gateway that was lent to somebody else to ask no more', async () => {
      await join();
      await see(186, someMorning);
      await vi.waitFor(() => expect(got).toHaveLength(1));
      await clinic.addPatient('p-00000002', null);
      await clinic.parts.fleet.lend('gw-one', 'p-00000002', someMorning + minute);
      await look();
      await vi.waitFor(() => expect(got.at(-1)!.prompts).toEqual([]));
    });
  });
}

senderOn('aedes in this process', async () => {
  const listen = { host: '127.0.0.1', port: await freePort() };
  const isGateway = (id: string, secret: string): Promise<boolean> =>
    Promise.resolve(new Map(Object.entries(contractGateways)).get(id as 'gw-one') === secret);
  const broker = new AedesBroker({ ...{ listen, isGateway, listener, log } });
  await broker.start();
  return {
    ...{ url: `mqtt://127.0.0.1:${listen.port}`, broker },
    ...{ down: () => broker.stop(), up: () => broker.start(), end: () => broker.stop() },
  };
});

describe.skipIf(!requires('mosquitto', 'commands on Mosquitto'))('Mosquitto', () => {
  const login = { username: cloudUser, password: 'password of the cloud' };
  let server: Mosquitto;
  beforeAll(async () => {
    const gateways = Object.entries(contractGateways).map(([id, secret]) => ({
      ...{ id, secret_hash: hashSecret(secret) },
    }));
    server = await startMosquitto((folder) => mosquittoFiles({ gateways, login, folder }));
  });
  afterAll(() => server.stop());

  senderOn('Mosquitto, with the files we write for it', async () => {
    const broker = new ExternalBroker({ url: server.url, login, listener, log });
    broker.start();
    await vi.waitFor(() => expect(broker.ready).toBe(true), 10_000);
    return {
      ...{ url: server.url, broker, end: () => broker.stop() },
      down: async () => {
        await server.halt();
        await vi.waitFor(() => expect(broker.ready).toBe(false));
      },
      up: () => server.resume(),
    };
  });
});
