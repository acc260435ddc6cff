/** The fake's radio: one attempt to connect, over the virtual air. */
import { deviceAddress } from '../radio/address.js';
import type { DeviceAddress } from '../radio/address.js';
import type { Air, Initiator } from '../radio/air.js';
import { AttClient } from './att-client.js';
import { DbusRefusal } from './object-tree.js';

/** 30 ms, no latency, 720 ms: what BlueZ asks for when nobody else does. */
const parameters = { interval: 24, latency: 0, supervisionTimeout: 72 };

/** Addresses of the machine's adapters; the simulated devices have others. */
export function adapterAddress(index: number): DeviceAddress {
  return deviceAddress(`00:AA:01:00:00:${(0x42 + index).toString(16)}`);
}

export interface LinkEvents {
  readonly onValue: (handle: number, octets: Uint8Array) => void;
  readonly onGone: () => void;
}

/** An attempt that goes on until the device advertises, fails, or is cancelled. */
export class Attempt {
  readonly done: Promise<AttClient>;
  readonly #air: Air;
  readonly #initiator: Initiator;
  #fail: (error: Error) => void = () => undefined;

  constructor(air: Air, peer: DeviceAddress, events: LinkEvents) {
    this.#air = air;
    let succeed: (client: AttClient) => void = () => undefined;
    this.done = new Promise((resolve, reject) => {
      succeed = resolve;
      this.#fail = reject;
    });
    this.#initiator = {
      address: adapterAddress(0),
      peer,
      parameters,
      onConnected: (end) => {
        const client = new AttClient(end, events.onValue, events.onGone);
        succeed(client);
        return client;
      },
      onFailed: () => this.#fail(new DbusRefusal('Failed', 'le-connection-abort-by-local')),
    };
    air.startInitiating(this.#initiator);
  }

  cancel(): void {
    this.#air.stopInitiating(this.#initiator);
    // The words of BlueZ when a Connect is overtaken by a Disconnect.
    this.#fail(new DbusRefusal('Failed', 'br-connection-canceled'));
  }
}
