/** A recorded device back on the air: its services, its answers, its values after what prompted them. */
import type { GattTrace } from '@hemma/protocols/trace/format.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Air } from '../radio/air.js';
import { AttRefusal } from '../radio/gatt-server.js';
import type {
  CharacteristicDefinition,
  GattServer,
  GattServerDefinition,
} from '../radio/gatt-server.js';
import { Peripheral } from '../radio/peripheral.js';
import { advertisedBy, deviceName, layoutOf } from './gatt-definition.js';
import type { DeclaredCharacteristic } from './gatt-definition.js';
import { ReplayedConnection } from './gatt-connection.js';

/** Read Not Permitted (Core 6.0 Vol 3 Part F §3.4.1.1): the trace does not know the value. */
const readNotPermitted = 0x02;
/** A device whose address is not in the trace, or is hidden by the recorder's platform. */
const unknownAddress = '02:00:00:00:00:01';
const bluetoothAddress = /^([0-9A-F]{2}:){5}[0-9A-F]{2}$/i;

export interface ReplayOptions {
  readonly clock: Pick<Clock, 'sleep'>;
  /** Instead of the recorded one. */
  readonly address?: string;
}

/** Every connection plays the trace from its beginning. */
export class ReplayedGattDevice {
  readonly definition: GattServerDefinition;
  readonly #trace: GattTrace;
  readonly #clock: ReplayOptions['clock'];
  #connection: ReplayedConnection | null = null;

  constructor(trace: GattTrace, options: ReplayOptions) {
    this.#trace = trace;
    this.#clock = options.clock;
    const recorded = trace.header.address ?? '';
    const known = bluetoothAddress.test(recorded) ? recorded : unknownAddress;
    this.definition = {
      name: deviceName(trace),
      address: options.address ?? known,
      services: layoutOf(trace).map(({ uuid, characteristics }) => ({
        uuid,
        characteristics: characteristics.map((declared) => this.#characteristic(declared)),
      })),
      advertising: advertisedBy(trace),
    };
  }

  /** Puts the device on the air. */
  attach(air: Air): Peripheral {
    const peripheral = new Peripheral(air, this.definition);
    this.serve(peripheral);
    return peripheral;
  }

  /** Speaks through a server made from its `definition`; advertises whenever nobody is connected. */
  serve(server: GattServer): void {
    server.onConnected(() => {
      this.#connection = new ReplayedConnection(this.#trace, server, this.#clock);
    });
    server.onDisconnected(() => {
      this.#connection?.end();
      this.#connection = null;
      server.startAdvertising();
    });
    server.startAdvertising();
  }

  #characteristic({ uuid, properties }: DeclaredCharacteristic): CharacteristicDefinition {
    return {
      uuid,
      properties,
      onRead: () => {
        const octets = this.#connection?.read(uuid) ?? null;
        if (octets === null) throw new AttRefusal(readNotPermitted);
        return octets;
      },
      onWrite: (octets) => this.#connection?.write(uuid, octets),
      onSubscribe: (on) => this.#connection?.subscribe(uuid, on),
    };
  }
}
