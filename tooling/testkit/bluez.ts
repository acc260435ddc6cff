import { onTestFinished } from 'vitest';
import type { Advertisement } from '@hemma/protocols/device.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import { createLog } from '@hemma/runtime/log.js';
import { BluezTransport } from '@hemma/gateway/transports/bluez/bluez.js';
import type { BluezOptions } from '@hemma/gateway/transports/bluez/options.js';
import { plain } from '@hemma/gateway/transports/bluez/bus.js';
import { FakeBluez } from '@hemma/simulators/bluez/fake-bluez.js';
import type { Air } from '@hemma/simulators/radio/air.js';
import type { GattServerDefinition } from '@hemma/simulators/radio/gatt-server.js';
import { Peripheral } from '@hemma/simulators/radio/peripheral.js';
import { startBus } from './dbus.js';
import type { PrivateBus } from './dbus.js';
import { testAir } from './noble.js';

/** A home with BlueZ: a real bus, a fake bluetoothd on it, the virtual air, our transport. */

/** Of the cuffs below: Blood Pressure Measurement, and Date Time. */
export const measurement = '2a35';
export const dateTime = '2a08';
/** What {@link dateTime} reads: longer than one PDU without an exchanged MTU. */
export const dateTimeValue = Uint8Array.from({ length: 30 }, (_, i) => i);

export class BluezScene {
  readonly air: Air = testAir();
  readonly bus: PrivateBus;
  readonly bluez: FakeBluez;
  #cuffs = 0;

  private constructor(bus: PrivateBus, powered: boolean) {
    this.bus = bus;
    this.bluez = new FakeBluez({ air: this.air, bus: bus.address, powered });
  }

  static async start(powered = true): Promise<BluezScene> {
    const scene = new BluezScene(await startBus(), powered);
    await scene.bluez.start();
    return scene;
  }

  async stop(): Promise<void> {
    this.bluez.stop();
    await this.bus.stop();
  }

  /** Ends with the test. */
  async transport(options: Partial<BluezOptions> = {}): Promise<BluezTransport> {
    const transport = this.unstarted(options);
    onTestFinished(() => transport.stop());
    await transport.start();
    return transport;
  }

  unstarted(options: Partial<BluezOptions> = {}): BluezTransport {
    const policy = { mayBond: () => true, passkey: () => Promise.resolve(null) };
    return new BluezTransport({
      clock: new SystemClock({ trust: 'synced' }),
      log: createLog('test', 'silent'),
      policy: { capability: 'NoInputNoOutput', ...policy },
      ...{ address: this.bus.address, callDeadlineMs: 10_000, rescanMs: 1_000 },
      ...options,
    });
  }

  /** Match rules that the bus keeps for the transport (Debug.Stats of dbus-daemon). */
  async matchRules(transport: BluezTransport): Promise<unknown> {
    const name = transport.daemon.ownName;
    const [stats] = await transport.daemon.call({
      ...{ destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus' },
      ...{ interface: 'org.freedesktop.DBus.Debug.Stats', member: 'GetConnectionStats' },
      ...{ signature: 's', body: [name] },
    });
    return plain(stats)['MatchRules'];
  }

  /** A cuff with an address of its own that does not advertise yet. */
  cuff(changes: Partial<GattServerDefinition> = {}): Peripheral {
    this.#cuffs += 1;
    const octet = this.#cuffs.toString(16).toUpperCase().padStart(2, '0');
    return new Peripheral(this.air, {
      name: 'Cuff',
      address: `C0:FF:EE:00:09:${octet}`,
      services: [
        {
          uuid: '1810',
          characteristics: [
            { uuid: measurement, properties: ['indicate'] },
            {
              uuid: dateTime,
              properties: ['read', 'write', 'notify'],
              onRead: () => dateTimeValue,
            },
          ],
        },
      ],
      advertising: { services: ['1810'], name: 'Cuff', flags: 0x06 },
      ...changes,
    });
  }

  /** Resolves once the transport has heard the device, which advertises from now on. */
  async heard(transport: BluezTransport, device: Peripheral): Promise<Advertisement> {
    const heard = new Promise<Advertisement>((resolve) => {
      transport.onAdvertisement((advertisement) => {
        if (advertisement.address === device.address.text) resolve(advertisement);
      });
    });
    device.startAdvertising();
    return await heard;
  }
}
