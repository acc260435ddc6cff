/**
 * The stand-in for the native HCI socket below both noble packages: the same class to them, but its
 * other side is a virtual controller, in this process or behind a unix socket.
 */
import { EventEmitter } from 'node:events';
import { standInFor } from '../module-hook.js';
import { deviceAddress } from './address.js';
import type { Air } from './air.js';
import { Controller } from './controller.js';

const socketModules = ['@stoprocent/bluetooth-hci-socket', '@abandonware/bluetooth-hci-socket'];

/** Index of the adapter, as hci0. */
const deviceIndex = 0;

/** The way to a controller. */
export interface HciLine {
  /** Whether a controller is there ("device up"). */
  readonly up: boolean;
  write(packet: Uint8Array): void;
  close(): void;
}

export interface HciLineEvents {
  readonly onPacket: (packet: Uint8Array) => void;
  /** {@link HciLine.up} has changed. */
  readonly onState: () => void;
}

export type OpenHciLine = (events: HciLineEvents) => HciLine;

/** The surface of bluetooth-hci-socket that noble and bleno use. */
class VirtualHciSocket extends EventEmitter {
  readonly #open: OpenHciLine;
  #line: HciLine | null = null;

  constructor(open: OpenHciLine) {
    super();
    this.#open = open;
  }

  bindRaw(): number {
    return deviceIndex;
  }

  bindUser(): number {
    return deviceIndex;
  }

  /** The kernel's management channel. It carries keys between host stacks, of which there are none. */
  bindControl(): number {
    return deviceIndex;
  }

  start(): void {
    this.#line ??= this.#open({
      onPacket: (packet) =>
        this.emit('data', Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength)),
      onState: () => this.emit('state', this.isDevUp()),
    });
  }

  stop(): void {
    this.#line?.close();
    this.#line = null;
  }

  isDevUp(): boolean {
    return this.#line?.up ?? false;
  }

  write(packet: Uint8Array): void {
    this.#line?.write(packet);
  }

  /** Which packets the kernel passes on; everything here is wanted. */
  setFilter(): void {
    return undefined;
  }
}

/** Installs the stand-in for packages loaded from now on; returns what takes it away again. */
export function installHciSocket(open: OpenHciLine): () => void {
  class BoundHciSocket extends VirtualHciSocket {
    constructor() {
      super(open);
    }

    static loadDriver(): typeof BoundHciSocket {
      return BoundHciSocket;
    }
  }
  return standInFor(socketModules, () => BoundHciSocket);
}

/** noble over a controller on this air, in the same process. Each noble instance gets its own. */
export function installVirtualHci(air: Air): () => void {
  return installHciSocket(controllersOn(air));
}

/** Every line that is opened leads to a controller of its own on this air. */
export function controllersOn(air: Air): OpenHciLine {
  let controllers = 0;
  return ({ onPacket }) => {
    controllers += 1;
    const controller = new Controller({
      air,
      address: controllerAddress(controllers),
      toHost: onPacket,
    });
    return {
      up: true,
      write: (packet) => controller.write(packet),
      close: () => controller.close(),
    };
  };
}

/** The n-th adapter's address: locally administered, so that no real device has it. */
export function controllerAddress(n: number): ReturnType<typeof deviceAddress> {
  const last = [n >> 8, n & 0xff].map((octet) => octet.toString(16).padStart(2, '0')).join(':');
  return deviceAddress(`02:00:00:00:${last}`);
}
