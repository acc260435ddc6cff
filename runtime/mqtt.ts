import { Socket } from 'node:net';
import { connect } from 'mqtt';
import type { IClientOptions, MqttClient } from 'mqtt';

/**
 * MQTT as plain transport. Nothing is queued here while offline: what must not be lost waits in a
 * database in front of the client, and what was published is only believed when a receipt says so.
 */

export interface MqttOptions {
  /** `mqtt://host:port` or `mqtts://…`. */
  readonly url: string;
  readonly clientId: string;
  readonly username?: string;
  readonly password?: string;
  /** 4 = MQTT 3.1.1, 5 = MQTT 5 (needed for shared subscriptions). */
  readonly protocolVersion: 4 | 5;
  /** Filters that are subscribed at every connection. */
  readonly filters: readonly string[];
  readonly will?: { readonly topic: string; readonly payload: string };
  readonly onMessage: (topic: string, payload: Uint8Array) => void;
  readonly onConnected: () => void;
  readonly onDisconnected: (reason: 'closed' | 'refused') => void;
}

const keepaliveSeconds = 30;
/** A broker answers CONNECT in well below a second; over a poor mobile link it takes some. */
const connectTimeoutMs = 10_000;
/** Soon enough that nobody notices, rare enough for a broker that all homes come back to. */
const reconnectPeriodMs = 2_000;
/** Return codes 4 and 5 (3.1.1), 0x86 and 0x87 (5): the name or the secret is not accepted. */
const refusedCodes = new Set([4, 5, 0x86, 0x87]);

export class MqttConnection {
  readonly #client: MqttClient;
  readonly #options: MqttOptions;

  /** Does not connect yet; see {@link MqttConnection.start}. */
  constructor(options: MqttOptions) {
    this.#options = options;
    this.#client = connect(options.url, { ...clientOptions(options), manualConnect: true });
  }

  get connected(): boolean {
    return this.#client.connected;
  }

  /** Starts connecting and goes on trying; returns at once. */
  start(): void {
    const client = this.#client;
    client.on('connect', () => {
      // Nagle would hold an envelope back until the PUBACK before it is acknowledged, 40 ms each.
      if (client.stream instanceof Socket) client.stream.setNoDelay(true);
      void this.#subscribe();
    });
    client.on('message', (topic, payload) => this.#options.onMessage(topic, payload));
    client.on('close', () => this.#options.onDisconnected('closed'));
    client.on('error', (error) => {
      if ('code' in error && refusedCodes.has(error.code)) this.#options.onDisconnected('refused');
    });
    client.connect();
  }

  /**
   * Publishes with QoS 1; resolves when the broker has taken it, which proves nothing about
   * storage. Rejects at once when not connected.
   */
  async publish(topic: string, payload: string | Uint8Array, retain = false): Promise<void> {
    if (!this.#client.connected) throw new Error('not connected');
    const body = typeof payload === 'string' ? payload : Buffer.from(payload);
    await this.#client.publishAsync(topic, body, { qos: 1, retain });
  }

  async stop(): Promise<void> {
    await this.#client.endAsync(true);
  }

  async #subscribe(): Promise<void> {
    try {
      if (this.#options.filters.length > 0)
        await this.#client.subscribeAsync([...this.#options.filters], { qos: 1 });
      this.#options.onConnected();
    } catch {
      // A lost connection or a refused filter: the next connection tries again.
      this.#client.reconnect();
    }
  }
}

function clientOptions(options: MqttOptions): IClientOptions {
  return {
    clientId: options.clientId,
    protocolVersion: options.protocolVersion,
    clean: true,
    keepalive: keepaliveSeconds,
    connectTimeout: connectTimeoutMs,
    reconnectPeriod: reconnectPeriodMs,
    reconnectOnConnackError: true,
    queueQoSZero: false,
    resubscribe: false,
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
    ...(options.will === undefined
      ? {}
      : {
          will: {
            topic: options.will.topic,
            payload: Buffer.from(options.will.payload),
            qos: 1,
            retain: true,
          },
        }),
  };
}
