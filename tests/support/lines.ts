import { join } from 'node:path';
import type { SerialDevice } from '@hemma/protocols/device.js';
import type { Clock } from '@hemma/runtime/clock.js';
import { createLog } from '@hemma/runtime/log.js';
import { VirtualLineDevice } from '@hemma/simulators/devices/virtual-device.js';
import type { VirtualSerialDevice } from '@hemma/simulators/serial/device.js';
import { serveSerial } from '@hemma/simulators/serial/server.js';
import type { SerialServer } from '@hemma/simulators/serial/server.js';

/** Virtual devices on serial lines in this process; the serialport package of a gateway opens them. */

export interface LineDevice {
  readonly model: string;
  readonly port: string;
  readonly serialNumber: string;
  readonly virtual: VirtualLineDevice;
  /** Resolves when a gateway has opened the port for the first time. */
  readonly opened: Promise<void>;
}

export class TestLines {
  readonly devices: LineDevice[] = [];
  readonly #folder: string;
  readonly #clock: Pick<Clock, 'wall' | 'after' | 'sleep'>;
  readonly #servers: SerialServer[] = [];

  /** The sockets of the lines lie in `folder`. */
  constructor(folder: string, clock: Pick<Clock, 'wall' | 'after' | 'sleep'>) {
    this.#folder = folder;
    this.#clock = clock;
  }

  /** For the preload of a gateway: which port leads to which device. */
  get environment(): Readonly<Record<string, string>> {
    const ports = this.devices.map(({ port }, i) => ({ path: port, socket: this.#socket(i) }));
    return { HEMMA_VIRTUAL_SERIAL: JSON.stringify(ports) };
  }

  /** Plugs a device in; it measures when it is told to. */
  async place(device: SerialDevice): Promise<LineDevice> {
    const index = this.devices.length;
    const serialNumber = `50149${1_000 + index}`;
    const virtual = new VirtualLineDevice(device, { clock: this.#clock, serialNumber });
    let told = (): void => undefined;
    const opened = new Promise<void>((resolve) => (told = resolve));
    const watched: VirtualSerialDevice = {
      onOctets: (octets) => virtual.onOctets(octets),
      onClosed: () => virtual.onClosed(),
      onOpened: (send) => {
        virtual.onOpened(send);
        told();
      },
    };
    const port = `/dev/ttyTEST${index}`;
    const placed = { model: device.id, port, serialNumber, virtual, opened };
    this.devices.push(placed);
    const log = createLog('line', 'silent');
    this.#servers.push(await serveSerial(watched, this.#socket(index), log));
    return placed;
  }

  async stop(): Promise<void> {
    for (const server of this.#servers) await server.close();
  }

  #socket(index: number): string {
    return join(this.#folder, `line-${index}`);
  }
}
