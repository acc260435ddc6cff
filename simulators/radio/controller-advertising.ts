/** The controller as an advertiser, for a host stack in the peripheral role (Core 6.0 Vol 4 Part E §7.8.5 to §7.8.9). */
import type { OctetReader } from '@hemma/protocols/bytes.js';
import type { DeviceAddress } from './address.js';
import type { Advertiser, Initiator } from './air.js';
import type { RoleContext } from './controller-initiating.js';
import { Opcode } from './hci.js';
import type { CommandHandler, CommandTable } from './hci.js';
import { HciError } from './hci-errors.js';
import type { LinkEnd, LinkListener } from './link.js';

/** Advertising_Type ADV_IND: connectable by anybody. */
const connectableUndirected = 0x00;

export class ControllerAdvertising implements Advertiser {
  readonly commands: CommandTable;
  readonly address: DeviceAddress;
  readonly reportCopies = 1;
  readonly #context: RoleContext;
  #type = connectableUndirected;
  #advertisingData = new Uint8Array();
  #scanResponse = new Uint8Array();

  constructor(context: RoleContext) {
    this.#context = context;
    this.address = context.address;
    this.commands = new Map<number, CommandHandler>([
      [Opcode.leSetAdvertisingParameters, this.#setParameters],
      [Opcode.leSetAdvertisingData, this.#setAdvertisingData],
      [Opcode.leSetScanResponseData, this.#setScanResponse],
      [Opcode.leSetAdvertisingEnable, this.#setEnable],
    ]);
  }

  get connectable(): boolean {
    return this.#type === connectableUndirected;
  }

  get advertisingData(): Uint8Array {
    return this.#advertisingData;
  }

  get scanResponse(): Uint8Array {
    return this.#scanResponse;
  }

  stop(): void {
    this.#context.air.stopAdvertising(this);
  }

  accept(end: LinkEnd, central: Initiator): LinkListener | null {
    const { links } = this.#context;
    if (links.full) return null;
    const { address: peer, parameters } = central;
    return links.add({ end, role: 'peripheral', peer, parameters });
  }

  readonly #setParameters: CommandHandler = (parameters, opcode) => {
    parameters.take(4); // minimum and maximum interval: the air has its own
    this.#type = parameters.uint8();
    this.#context.host.complete(opcode, HciError.none);
  };

  readonly #setAdvertisingData: CommandHandler = (parameters, opcode) => {
    this.#advertisingData = significantPart(parameters);
    this.#context.host.complete(opcode, HciError.none);
  };

  readonly #setScanResponse: CommandHandler = (parameters, opcode) => {
    this.#scanResponse = significantPart(parameters);
    this.#context.host.complete(opcode, HciError.none);
  };

  readonly #setEnable: CommandHandler = (parameters, opcode) => {
    const on = parameters.uint8() === 1;
    this.#context.host.complete(opcode, HciError.none);
    if (on) this.#context.air.startAdvertising(this);
    else this.stop();
  };
}

/** The data field is always 31 octets long; its first octet says how many count (§7.8.7). */
function significantPart(parameters: OctetReader): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parameters.take(parameters.uint8()));
}
