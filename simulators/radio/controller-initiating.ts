/** The controller as an initiator (Core 6.0 Vol 4 Part E §7.8.12, §7.8.13). */
import type { OctetReader } from '@hemma/protocols/bytes.js';
import { addressFromOctets } from './address.js';
import type { DeviceAddress } from './address.js';
import type { Air, Initiator } from './air.js';
import type { ControllerLinks } from './controller-links.js';
import { Opcode } from './hci.js';
import type { CommandHandler, CommandTable, HostPort } from './hci.js';
import { HciError } from './hci-errors.js';

/** LE_Connection_Complete of an attempt that the host cancelled (§7.8.13). */
const cancelled = HciError.unknownConnection;

export interface RoleContext {
  readonly air: Air;
  readonly host: HostPort;
  readonly address: DeviceAddress;
  readonly links: ControllerLinks;
}

export class ControllerInitiating {
  readonly commands: CommandTable;
  readonly #context: RoleContext;
  #attempt: Initiator | null = null;

  constructor(context: RoleContext) {
    this.#context = context;
    this.commands = new Map([
      [Opcode.leCreateConnection, this.#create],
      [Opcode.leCreateConnectionCancel, this.#cancel],
    ]);
  }

  stop(): void {
    if (this.#attempt !== null) this.#context.air.stopInitiating(this.#attempt);
    this.#attempt = null;
  }

  readonly #create: CommandHandler = (parameters, opcode) => {
    const { air, host, links } = this.#context;
    const attempt = this.#initiator(parameters);
    if (this.#attempt !== null) host.status(opcode, HciError.commandDisallowed);
    else if (links.has(attempt.peer)) host.status(opcode, HciError.connectionExists);
    else if (links.full) host.status(opcode, HciError.connectionLimit);
    else {
      host.status(opcode, HciError.none);
      this.#attempt = attempt;
      air.startInitiating(attempt);
    }
  };

  readonly #cancel: CommandHandler = (_, opcode) => {
    const attempt = this.#attempt;
    const { host, links } = this.#context;
    host.complete(opcode, attempt === null ? HciError.commandDisallowed : HciError.none);
    if (attempt === null) return;
    this.stop();
    links.failed(cancelled, attempt.peer);
  };

  #initiator(parameters: OctetReader): Initiator {
    parameters.take(5); // scan interval, window, filter policy: the one address below is wanted
    const type = parameters.uint8() === 1 ? 'random' : 'public';
    const peer = addressFromOctets(parameters.take(6), type);
    parameters.take(3); // own address type, minimum interval
    const interval = parameters.uint16();
    const latency = parameters.uint16();
    const supervisionTimeout = parameters.uint16();
    const wanted = { interval, latency, supervisionTimeout };
    const { address, links } = this.#context;
    return {
      address,
      peer,
      parameters: wanted,
      onConnected: (end) => {
        this.#attempt = null;
        return links.add({ end, role: 'central', peer, parameters: wanted });
      },
      onFailed: (status) => {
        this.#attempt = null;
        links.failed(status, peer);
      },
    };
  }
}
