/**
 * An emulated LE controller: H4 packets from a host stack in, H4 packets to it out. Each concern
 * (scanning, advertising, initiating, links) is a part of its own with its own commands.
 */
import { OctetReader } from '@hemma/protocols/bytes.js';
import { CodecRefusal } from '@hemma/protocols/codec.js';
import { addressOctets } from './address.js';
import type { DeviceAddress } from './address.js';
import type { Air } from './air.js';
import { ControllerAdvertising } from './controller-advertising.js';
import { keyCommands } from './controller-encryption.js';
import { ControllerInitiating } from './controller-initiating.js';
import { ControllerLinks, aclBuffers } from './controller-links.js';
import { ControllerScanning } from './controller-scanning.js';
import { H4, HostPort, Opcode } from './hci.js';
import type { CommandHandler } from './hci.js';
import { HciError } from './hci-errors.js';
import { fragmentOctets } from './link.js';

/** Bluetooth 5.0; "manufacturer" 0xFFFF is the value for internal use (Assigned Numbers §2.1). */
const version = [0x09, 0x00, 0x00, 0x09, 0xff, 0xff, 0x00, 0x00];
/** LE Encryption and nothing else: in particular no Data Length Extension, no extended advertising. */
const features = [0x01, 0, 0, 0, 0, 0, 0, 0];

export interface ControllerOptions {
  readonly air: Air;
  readonly address: DeviceAddress;
  readonly toHost: (packet: Uint8Array) => void;
}

export class Controller {
  readonly #air: Air;
  readonly #host: HostPort;
  readonly #scanning: ControllerScanning;
  readonly #advertising: ControllerAdvertising;
  readonly #initiating: ControllerInitiating;
  readonly #links: ControllerLinks;
  readonly #commands: ReadonlyMap<number, CommandHandler>;
  #on = true;

  constructor(options: ControllerOptions) {
    const { air, address } = options;
    const host = new HostPort((packet) => {
      if (this.#on) options.toHost(packet);
    });
    this.#air = air;
    this.#host = host;
    this.#links = new ControllerLinks(air.turns, host);
    const links = this.#links;
    this.#scanning = new ControllerScanning(air, host);
    this.#advertising = new ControllerAdvertising({ air, host, address, links });
    this.#initiating = new ControllerInitiating({ air, host, address, links });
    this.#commands = new Map([
      ...this.#settings(address),
      ...this.#scanning.commands,
      ...this.#advertising.commands,
      ...this.#initiating.commands,
      ...links.commands,
      ...keyCommands(links, host),
    ]);
  }

  /** Takes one whole H4 packet from the host. */
  write(packet: Uint8Array): void {
    const octets = new Uint8Array(packet); // the host may use its buffer again
    this.#air.turns.post(() => {
      if (this.#on) this.#take(octets);
    });
  }

  /** Power off: the peers notice by their supervision timeout. */
  close(): void {
    this.#quiet();
    this.#on = false;
  }

  #take(packet: Uint8Array): void {
    try {
      if (packet[0] === H4.command) this.#command(packet.subarray(1));
      else if (packet[0] === H4.acl) this.#links.fromHost(packet.subarray(1));
    } catch (error) {
      if (!(error instanceof CodecRefusal)) throw error;
      this.#air.log.warn({ reason: error.reason }, 'malformed packet from the host');
    }
  }

  #command(packet: Uint8Array): void {
    const reader = new OctetReader(packet);
    const opcode = reader.uint16();
    const handler = this.#commands.get(opcode);
    if (handler === undefined) {
      this.#host.status(opcode, HciError.unknownCommand);
      return;
    }
    try {
      handler(new OctetReader(reader.take(reader.uint8())), opcode);
    } catch (error) {
      if (!(error instanceof CodecRefusal)) throw error;
      this.#host.complete(opcode, HciError.invalidParameters);
    }
  }

  #quiet(): void {
    this.#scanning.stop();
    this.#advertising.stop();
    this.#initiating.stop();
    this.#links.dropAll(HciError.connectionTimeout);
  }

  #settings(address: DeviceAddress): [number, CommandHandler][] {
    const answer =
      (...returned: number[]): CommandHandler =>
      (_, opcode) =>
        this.#host.complete(opcode, HciError.none, returned);
    return [
      [Opcode.reset, this.#reset],
      [Opcode.setEventMask, answer()],
      [Opcode.leSetEventMask, answer()],
      [Opcode.leSetRandomAddress, answer()],
      [Opcode.writeLeHostSupport, answer()],
      [Opcode.readLeHostSupport, answer(1, 0)],
      [Opcode.readLocalVersion, answer(...version)],
      [Opcode.readAddress, answer(...addressOctets(address))],
      [Opcode.leReadBufferSize, answer(fragmentOctets, 0, aclBuffers)],
      [Opcode.leReadLocalFeatures, answer(...features)],
    ];
  }

  readonly #reset: CommandHandler = (_, opcode) => {
    this.#quiet();
    this.#host.complete(opcode, HciError.none);
  };
}
