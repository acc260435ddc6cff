import { fromHex, OctetWriter, toHex } from '@hemma/protocols/bytes.js';
import { addressOctets } from '@hemma/simulators/radio/address.js';
import type { DeviceAddress } from '@hemma/simulators/radio/address.js';
import type { Air } from '@hemma/simulators/radio/air.js';
import { Controller } from '@hemma/simulators/radio/controller.js';
import { Boundary, H4, Opcode } from '@hemma/simulators/radio/hci.js';
import { controllerAddress } from '@hemma/simulators/radio/hci-socket.js';
import { fragmentsOf, Reassembler } from '@hemma/simulators/radio/l2cap.js';

/** Turns that any exchange on the air is through in. */
const turnsToSettle = 40;

/** Lets everything under way on the air arrive. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < turnsToSettle; turn += 1) await new Promise(setImmediate);
}

/** A host without a stack: sends single HCI packets to a controller of its own and keeps what comes. */
export class RawHost {
  readonly address: DeviceAddress;
  readonly controller: Controller;
  /** Events as hexadecimal text: code, length, parameters. */
  events: string[] = [];
  /** L2CAP PDUs as `channel:payload` in hexadecimal text. */
  pdus: string[] = [];
  readonly #reassembler = new Reassembler();

  constructor(air: Air, number: number) {
    this.address = controllerAddress(number);
    this.controller = new Controller({
      air,
      address: this.address,
      toHost: (packet) => this.#take(packet),
    });
  }

  /** Sends a command and returns the events it led to. */
  async command(opcode: number, parameters: Iterable<number> | string = []): Promise<string[]> {
    const octets = typeof parameters === 'string' ? fromHex(parameters) : [...parameters];
    const packet = new OctetWriter().uint8(H4.command).uint16(opcode).uint8(octets.length);
    this.events = [];
    this.controller.write(packet.put(octets).octets());
    await settle();
    return this.events;
  }

  /** Creates a connection with a supervision timeout of 1 s; returns the events. */
  connect(peer: DeviceAddress): Promise<string[]> {
    const type = peer.type === 'random' ? 1 : 0;
    const head = new OctetWriter().uint16(0x60).uint16(0x30).uint8(0).uint8(type);
    head.put(addressOctets(peer)).uint8(0).uint16(6).uint16(0x18).uint16(0).uint16(100);
    return this.command(Opcode.leCreateConnection, head.uint32(0).octets());
  }

  /** Sends one L2CAP PDU in fragments and returns the PDUs it led to. */
  async send(handle: number, channel: number, payload: string): Promise<string[]> {
    this.pdus = [];
    for (const { first, octets } of fragmentsOf({ channel, payload: fromHex(payload) })) {
      this.sendFragment(handle, first ? Boundary.hostStart : Boundary.continuing, octets);
    }
    await settle();
    return this.pdus;
  }

  sendFragment(handle: number, boundary: number, octets: Uint8Array): void {
    const packet = new OctetWriter().uint8(H4.acl).uint16(handle | (boundary << 12));
    this.controller.write(packet.uint16(octets.length).put(octets).octets());
  }

  #take(packet: Uint8Array): void {
    if (packet[0] === H4.event) this.events.push(toHex(packet.subarray(1)));
    else {
      const first = (((packet[2] ?? 0) >> 4) & 0b11) === Boundary.start;
      const pdu = this.#reassembler.push({ first, octets: packet.subarray(5) });
      if (pdu !== null) this.pdus.push(`${pdu.channel}:${toHex(pdu.payload)}`);
    }
  }
}
