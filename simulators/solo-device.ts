/** One device by itself: a model of the catalogue that measures now and then, or a recorded one. */
import { fromHex } from '@hemma/protocols/bytes.js';
import type { Device } from '@hemma/protocols/device.js';
import type { GattTrace, SerialTrace, Trace } from '@hemma/protocols/trace/format.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Log } from '@hemma/runtime/log.js';
import { createVirtualDevice } from './devices/virtual-device.js';
import { Air } from './radio/air.js';
import { seededRandom } from './radio/random.js';
import { serveAir } from './radio/server.js';
import { ReplayedGattDevice } from './replay/gatt-replay.js';
import { ReplayedSerialDevice } from './replay/serial-replay.js';
import type { VirtualSerialDevice } from './serial/device.js';
import { attachPty } from './serial/pty.js';
import { serveSerial } from './serial/server.js';

/** A unix socket for a program with the preload, or a pseudo-terminal for any program. */
export type Place = { readonly socket: string } | { readonly pty: string };

export interface SoloOptions {
  readonly place: Place;
  readonly clock: Clock;
  readonly log: Log;
  /** Bluetooth address; of no use on a line. */
  readonly address?: string;
  /** How often a model measures, and how soon a recorded serial device says everything again. */
  readonly everyMs: number;
}

export interface SoloDevice {
  /** Who it is, for the settings of a gateway. */
  readonly address: string | null;
  close(): Promise<void>;
}

/** Rejects with a TypeError when the device cannot be at the place: radios have no terminal. */
export async function serveTrace(trace: Trace, options: SoloOptions): Promise<SoloDevice> {
  return isGatt(trace) ? await serveGattTrace(trace, options) : await serveLine(trace, options);
}

/** As {@link serveTrace}; measures at once and then every so often, what the device file's samples say. */
export async function serveModel(device: Device, options: SoloOptions): Promise<SoloDevice> {
  const { clock, address } = options;
  const made = createVirtualDevice(device, {
    clock,
    serialNumber: '100001',
    ...(address === undefined ? {} : { address }),
  });
  const served =
    'attach' in made
      ? await onAir(options, (air) => made.attach(air))
      : await onLine(made, options);
  const readings = device.samples
    .map(({ octets }) => device.profile.read(fromHex(octets)))
    .filter(({ failure }) => failure === null);
  let next = 0;
  const measure = (): void => {
    const { kind, values, flags, context } = readings[next % readings.length] ?? noReading();
    made.record({ kind, values, flags, context });
    next += 1;
    timer = clock.after(options.everyMs, measure);
  };
  let timer = clock.after(0, measure);
  return {
    ...served,
    close: async () => {
      timer.cancel();
      await served.close();
    },
  };
}

function noReading(): never {
  throw new TypeError('no sample of this device is a reading');
}

function isGatt(trace: Trace): trace is GattTrace {
  return trace.header.transport === 'gatt';
}

async function serveGattTrace(trace: GattTrace, options: SoloOptions): Promise<SoloDevice> {
  const { clock, address } = options;
  const device = new ReplayedGattDevice(trace, {
    clock,
    ...(address === undefined ? {} : { address }),
  });
  return await onAir(options, (air) => device.attach(air));
}

/** Nobody sees when a terminal is opened, so what is said there is said again and again. */
async function serveLine(trace: SerialTrace, options: SoloOptions): Promise<SoloDevice> {
  const againAfterMs = 'pty' in options.place ? options.everyMs : null;
  const device = new ReplayedSerialDevice(trace, { clock: options.clock, againAfterMs });
  return await onLine(device, options);
}

async function onAir(
  { place, clock, log }: SoloOptions,
  attach: (air: Air) => { readonly address: { readonly text: string } },
): Promise<SoloDevice> {
  if (!('socket' in place)) throw new TypeError('a Bluetooth device needs --socket');
  const air = new Air({ clock, log, random: seededRandom(1) });
  const { address } = attach(air);
  const server = await serveAir(air, place.socket);
  return { address: address.text, close: () => server.close() };
}

async function onLine(device: VirtualSerialDevice, options: SoloOptions): Promise<SoloDevice> {
  const { place, clock, log } = options;
  const served =
    'pty' in place
      ? await attachPty(device, place.pty, clock)
      : await serveSerial(device, place.socket, log);
  return { address: null, close: () => served.close() };
}
