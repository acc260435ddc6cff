/** A virtual device on the air: advertises, takes one central at a time, serves GATT. */
import type { Uuid } from '@hemma/protocols/device.js';
import { deviceAddress } from './address.js';
import type { DeviceAddress } from './address.js';
import { advertisingData } from './advertising-data.js';
import type { Advertiser, Air } from './air.js';
import { AttributeTable } from './attributes.js';
import { minMtu } from './att.js';
import { noFaults } from './faults.js';
import type { RadioFaults } from './faults.js';
import { LinkError } from './gatt-server.js';
import type { GattServer, GattServerDefinition } from './gatt-server.js';
import { HciError } from './hci-errors.js';
import type { LinkEnd, LinkListener } from './link.js';
import { PeripheralConnection } from './peripheral-connection.js';

export class Peripheral implements GattServer, Advertiser {
  readonly address: DeviceAddress;
  readonly connectable = true;
  readonly advertisingData: Uint8Array;
  readonly scanResponse: Uint8Array;
  /** Set its fields to make things go wrong. */
  readonly faults: RadioFaults = noFaults();
  readonly #air: Air;
  readonly #table: AttributeTable;
  readonly #connectedListeners: (() => void)[] = [];
  readonly #disconnectedListeners: ((reason: number) => void)[] = [];
  #connection: PeripheralConnection | null = null;

  /** Throws RangeError for a definition that no device could have. */
  constructor(air: Air, definition: GattServerDefinition) {
    this.#air = air;
    this.address = deviceAddress(definition.address, definition.addressType);
    const data = advertisingData(definition.advertising);
    this.advertisingData = data.advertisingData;
    this.scanResponse = data.scanResponse;
    this.#table = new AttributeTable(definition);
  }

  get connected(): boolean {
    return this.#connection !== null;
  }

  get mtu(): number {
    return this.#connection?.mtu ?? minMtu;
  }

  get reportCopies(): number {
    return this.faults.advertisementCopies;
  }

  startAdvertising(): void {
    if (!this.connected) this.#air.startAdvertising(this);
  }

  stopAdvertising(): void {
    this.#air.stopAdvertising(this);
  }

  accept(end: LinkEnd): LinkListener | null {
    if (this.faults.failedConnections > 0) {
      this.faults.failedConnections -= 1;
      return null;
    }
    const connection = new PeripheralConnection(
      {
        air: this.#air,
        address: this.address.text,
        table: this.#table,
        faults: this.faults,
        onEnded: (reason) => this.#ended(reason),
      },
      end,
    );
    this.#connection = connection;
    this.#air.turns.post(() => {
      for (const listener of this.#connectedListeners) listener();
    });
    return connection;
  }

  isSubscribed(characteristic: Uuid): boolean {
    return this.#connection !== null && this.#connection.subscription(characteristic) !== 0;
  }

  async notify(characteristic: Uuid, octets: Uint8Array): Promise<void> {
    if (this.#connection === null) throw new LinkError('not-connected');
    await this.#connection.notify(characteristic, octets);
  }

  async indicate(characteristic: Uuid, octets: Uint8Array): Promise<void> {
    if (this.#connection === null) throw new LinkError('not-connected');
    await this.#connection.indicate(characteristic, octets);
  }

  disconnect(reason: number = HciError.terminatedByRemoteUser): void {
    this.#connection?.close(reason);
  }

  onConnected(listener: () => void): void {
    this.#connectedListeners.push(listener);
  }

  onDisconnected(listener: (reason: number) => void): void {
    this.#disconnectedListeners.push(listener);
  }

  #ended(reason: number): void {
    this.#connection = null;
    for (const listener of this.#disconnectedListeners) listener(reason);
  }
}
