import type { ErrorCode } from '@hemma/protocols/errors.js';
import type { UpChannel } from '@hemma/protocols/wire/topics.js';
import type { Part } from '@hemma/runtime/lifecycle.js';

/**
 * The broker carries messages and promises nothing: what it has acknowledged may be lost, and only a
 * receipt says that something is stored. It lets a gateway use its own topics and no others.
 */
export interface Broker extends Part {
  /**
   * QoS 1. With `retain` the broker keeps the newest for whoever comes later, as far as it can.
   * Rejects when the broker cannot take it now.
   */
  publish(topic: string, payload: string, retain?: boolean): Promise<void>;
}

/** What the broker tells of. Called in the order of arrival; must not throw. */
export interface BrokerListener {
  /** A gateway has published on one of its own topics. */
  heard(gateway: string, channel: UpChannel, payload: Uint8Array): void;
  /** A gateway tried what it may not, and was cut off. */
  refused(gateway: string, code: ErrorCode): void;
}

/**
 * Larger packets are cut off at the socket. Twice the largest envelope: one that is only somewhat too
 * large is still received and refused with its own code.
 */
export const maxPacketOctets = 131_072;
