import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { Aedes } from 'aedes';
import type { Client, PublishPacket, Subscription } from 'aedes';
import { CodedError } from '@hemma/protocols/errors.js';
import { lookingAs, mayPublish, maySubscribe, parseTopic } from '@hemma/protocols/wire/topics.js';
import type { Log } from '@hemma/runtime/log.js';
import { faultOf } from '../fault.js';
import { maxPacketOctets } from './broker.js';
import type { Broker, BrokerListener } from './broker.js';
import { GuardedSocket } from './guarded-socket.js';

export interface AedesBrokerParts {
  readonly listen: { readonly host: string; readonly port: number };
  /** Whether the secret belongs to the gateway. */
  readonly isGateway: (id: string, secret: string) => Promise<boolean>;
  readonly listener: BrokerListener;
  readonly log: Log;
}

/** Gateways and their reconnections; more are other people's. */
const maxConnections = 2_000;
/** A socket that does not say who it is within this time is closed. */
const connectTimeoutMs = 10_000;
/** A gateway that does not take what is sent to it within this time is closed. */
const drainTimeoutMs = 20_000;
/** QoS 2 is not used; a half-finished exchange keeps a packet in memory. */
const maxHalfFinished = 4;
/** MQTT 3.1.1 §3.2.2.3, return codes of CONNACK. */
const connack = {
  identifierRejected: 2,
  unavailable: 3,
  badNameOrSecret: 4,
  notAuthorized: 5,
} as const;

/** MQTT 3.1.1 broker inside this process. */
export class AedesBroker implements Broker {
  readonly name = 'broker';
  readonly #parts: AedesBrokerParts;
  readonly #sockets = new Set<Socket>();
  /** Clients that want their last will published on the topic of another. */
  readonly #foreignWills = new WeakSet<Client>();
  #aedes: Aedes | null = null;
  #server: Server | null = null;

  constructor(parts: AedesBrokerParts) {
    this.#parts = parts;
  }

  /** The port listened on; another than the setting's when that was 0. */
  get port(): number {
    const address = this.#server?.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  async start(): Promise<void> {
    const aedes = await Aedes.createBroker({
      connectTimeout: connectTimeoutMs,
      drainTimeout: drainTimeoutMs,
      maxInflightInbound: maxHalfFinished,
      preConnect: (client, packet, done) => {
        // No session outlives its connection: what must last is in databases at both ends.
        packet.clean = true;
        if (packet.will !== undefined && !mayPublish(packet.clientId, packet.will.topic))
          this.#foreignWills.add(client);
        done(null, true);
      },
      authenticate: (client, username, password, done) =>
        void this.#authenticate(client, username, password).then((error) =>
          done(error, error === null),
        ),
      authorizePublish: (client, packet, done) => done(this.#publishFault(client, packet)),
      authorizeSubscribe: (client, subscription, done) =>
        this.#mayHear(client, subscription)
          ? done(null, subscription)
          : done(new CodedError('foreign_gateway')),
      published: (packet, client: Client | null, done) => {
        if (client !== null) this.#hear(packet.topic, packet.payload);
        done();
      },
    });
    aedes.on('clientError', (client, error) => this.#gone(client, error));
    aedes.on('connectionError', (client, error) => this.#gone(client, error));
    this.#aedes = aedes;
    try {
      this.#server = await this.#listen(aedes);
    } catch (error) {
      // Its timers would keep a process alive that serves nobody.
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    const { port } = this;
    this.#server?.close();
    await new Promise<void>((resolve) => {
      if (this.#aedes === null) resolve();
      else this.#aedes.close(resolve);
    });
    for (const socket of this.#sockets) socket.destroy();
    this.#parts.log.debug({ port }, 'broker closed');
  }

  async publish(topic: string, payload: string, retain = false): Promise<void> {
    const aedes = this.#aedes;
    if (aedes === null || aedes.closed) throw new CodedError('broker_unavailable');
    const packet: PublishPacket = {
      cmd: 'publish',
      topic,
      payload,
      qos: 1,
      retain,
      dup: false,
    };
    await new Promise<void>((resolve, reject) =>
      aedes.publish(packet, (error) => (error === undefined ? resolve() : reject(error))),
    );
  }

  async #listen(aedes: Aedes): Promise<Server> {
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      aedes.handle(new GuardedSocket(socket, maxPacketOctets));
    });
    server.maxConnections = maxConnections;
    server.listen(this.#parts.listen.port, this.#parts.listen.host);
    await once(server, 'listening');
    return server;
  }

  /** Null when the gateway may come in. */
  async #authenticate(
    client: Client,
    username: string | undefined,
    password: Buffer | undefined,
  ): Promise<Denial | null> {
    if (username === undefined || password === undefined)
      return this.#denied(connack.badNameOrSecret);
    if (client.id !== username && client.id !== lookingAs(username))
      return this.#denied(connack.identifierRejected);
    if (this.#foreignWills.has(client)) return this.#denied(connack.notAuthorized);
    try {
      const known = await this.#parts.isGateway(username, password.toString('utf8'));
      return known ? null : this.#denied(connack.badNameOrSecret);
    } catch (error) {
      this.#parts.log.error({ ...faultOf(error) }, 'a gateway could not be looked up');
      return new Denial(connack.unavailable);
    }
  }

  #denied(returnCode: number): Denial {
    this.#parts.log.warn({ code: 'broker_refused', connack: returnCode }, 'connection refused');
    return new Denial(returnCode);
  }

  #publishFault(client: Client | null, packet: PublishPacket): CodedError | null {
    // A null client is this process itself, or the last will of a gateway that was let in.
    if (client === null) return null;
    if (!mayPublish(client.id, packet.topic)) return new CodedError('foreign_gateway');
    // Only a status is worth keeping; a retained envelope would be delivered for ever.
    if (parseTopic(packet.topic)?.channel !== 'status') packet.retain = false;
    return null;
  }

  #mayHear(client: Client, subscription: Subscription): boolean {
    return maySubscribe(client.id, subscription.topic);
  }

  #hear(topic: string, payload: Buffer | string): void {
    const parsed = parseTopic(topic);
    if (parsed === null) return;
    const octets = typeof payload === 'string' ? Buffer.from(payload) : payload;
    // mayPublish has let through the two channels that lead up, and no other.
    this.#parts.listener.heard(parsed.gateway, parsed.channel as 'measurements' | 'status', octets);
  }

  #gone(client: Client, error: Error): void {
    // Before CONNECT a client has no name, whatever its type says.
    const gateway = (client.id as string | null) ?? null;
    if (!(error instanceof CodedError)) {
      this.#parts.log.debug({ gateway, ...faultOf(error) }, 'connection lost');
      return;
    }
    this.#parts.log.warn({ gateway, code: error.code }, 'connection cut');
    if (gateway !== null) this.#parts.listener.refused(gateway, error.code);
  }
}

/** Why a connection is refused, with the return code that aedes sends. */
class Denial extends CodedError {
  readonly returnCode: number;

  constructor(returnCode: number) {
    super('broker_refused');
    this.returnCode = returnCode;
  }
}
