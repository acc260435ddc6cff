import { randomUUID } from 'node:crypto';
import { everyGateway, parseTopic } from '@hemma/protocols/wire/topics.js';
import type { Log } from '@hemma/runtime/log.js';
import { MqttConnection } from '@hemma/runtime/mqtt.js';
import { maxPacketOctets } from './broker.js';
import type { Broker, BrokerListener } from './broker.js';

export interface ExternalBrokerParts {
  /** `mqtt://` or `mqtts://`. */
  readonly url: string;
  /** Null for a broker that lets everybody in. */
  readonly login: { readonly username: string; readonly password: string } | null;
  readonly listener: BrokerListener;
  readonly log: Log;
}

/** Several clouds share the envelopes (MQTT 5 §4.8.2); every one of them hears every status. */
const filters = [`$share/hemma/${everyGateway('measurements')}`, everyGateway('status')];

/**
 * Any MQTT 5 broker. It has to hold gateways to their own topics, with password and access files like
 * those that `gateway mosquitto-files` writes.
 */
export class ExternalBroker implements Broker {
  readonly name = 'broker';
  readonly #parts: ExternalBrokerParts;
  readonly #connection: MqttConnection;
  #said: string | null = null;

  constructor(parts: ExternalBrokerParts) {
    this.#parts = parts;
    this.#connection = new MqttConnection({
      url: parts.url,
      clientId: `hemma-cloud-${randomUUID()}`,
      ...(parts.login ?? {}),
      protocolVersion: 5,
      filters,
      onMessage: (topic, payload) => this.#hear(topic, payload),
      onConnected: () => this.#say('connected'),
      onDisconnected: (reason) => this.#say(reason),
    });
  }

  /** Whether messages come and go at this moment. */
  get ready(): boolean {
    return this.#said === 'connected';
  }

  /** Goes on trying for as long as the broker is away. */
  start(): void {
    this.#connection.start();
  }

  stop(): Promise<void> {
    return this.#connection.stop();
  }

  publish(topic: string, payload: string, retain = false): Promise<void> {
    return this.#connection.publish(topic, payload, retain);
  }

  /** Every attempt fails alike while a broker is away: one line is enough. */
  #say(state: 'connected' | 'closed' | 'refused'): void {
    if (state === this.#said || (state === 'closed' && this.#said === 'refused')) return;
    this.#said = state;
    if (state === 'connected') this.#parts.log.info('connected to the broker');
    else this.#parts.log.warn({ state }, 'no connection to the broker');
  }

  #hear(topic: string, payload: Uint8Array): void {
    const parsed = parseTopic(topic);
    if (parsed === null) return;
    const { gateway, channel } = parsed;
    if (payload.length > maxPacketOctets)
      this.#parts.listener.refused(gateway, 'envelope_too_large');
    else if (channel === 'measurements' || channel === 'status')
      this.#parts.listener.heard(gateway, channel, payload);
  }
}
