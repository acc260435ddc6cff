/** HCI as the virtual controller speaks it: H4 framing, opcodes, events (Core 6.0 Vol 4 Part A, E). */
import { OctetWriter } from '@hemma/protocols/bytes.js';
import type { OctetReader } from '@hemma/protocols/bytes.js';

export const H4 = { command: 0x01, acl: 0x02, event: 0x04 } as const;

/** Opcodes: group in the upper six bits, command in the lower ten (§5.4.1). */
export const Opcode = {
  disconnect: 0x0406,
  setEventMask: 0x0c01,
  reset: 0x0c03,
  readLeHostSupport: 0x0c6c,
  writeLeHostSupport: 0x0c6d,
  readLocalVersion: 0x1001,
  readAddress: 0x1009,
  readRssi: 0x1405,
  leSetEventMask: 0x2001,
  leReadBufferSize: 0x2002,
  leReadLocalFeatures: 0x2003,
  leSetRandomAddress: 0x2005,
  leSetAdvertisingParameters: 0x2006,
  leSetAdvertisingData: 0x2008,
  leSetScanResponseData: 0x2009,
  leSetAdvertisingEnable: 0x200a,
  leSetScanParameters: 0x200b,
  leSetScanEnable: 0x200c,
  leCreateConnection: 0x200d,
  leCreateConnectionCancel: 0x200e,
  leConnectionUpdate: 0x2013,
  leStartEncryption: 0x2019,
  leKeyReply: 0x201a,
  leKeyNegativeReply: 0x201b,
} as const;

export const EventCode = {
  disconnectionComplete: 0x05,
  encryptionChange: 0x08,
  commandComplete: 0x0e,
  commandStatus: 0x0f,
  completedPackets: 0x13,
  dataBufferOverflow: 0x1a,
  leMeta: 0x3e,
} as const;

export const LeEvent = {
  connectionComplete: 0x01,
  advertisingReport: 0x02,
  connectionUpdateComplete: 0x03,
  keyRequest: 0x05,
} as const;

/** Packet boundary flags of ACL data (§5.4.2): what the host sends, and what a controller sends. */
export const Boundary = { hostStart: 0b00, continuing: 0b01, start: 0b10 } as const;

export const handleMask = 0x0fff;

/** How many commands the host may send before it hears of the next completion. */
const commandCredits = 1;

/** The packets from controller to host. */
export class HostPort {
  readonly #toHost: (packet: Uint8Array) => void;

  constructor(toHost: (packet: Uint8Array) => void) {
    this.#toHost = toHost;
  }

  event(code: number, parameters: Iterable<number>): void {
    const octets = [...parameters];
    this.#toHost(Uint8Array.of(H4.event, code, octets.length, ...octets));
  }

  leEvent(subevent: number, parameters: Iterable<number>): void {
    this.event(EventCode.leMeta, [subevent, ...parameters]);
  }

  complete(opcode: number, status: number, returned: Iterable<number> = []): void {
    const parameters = new OctetWriter().uint8(commandCredits).uint16(opcode).uint8(status);
    this.event(EventCode.commandComplete, parameters.put(returned).octets());
  }

  status(opcode: number, status: number): void {
    const parameters = new OctetWriter().uint8(status).uint8(commandCredits).uint16(opcode);
    this.event(EventCode.commandStatus, parameters.octets());
  }

  acl(handle: number, boundary: number, octets: Uint8Array): void {
    const packet = new Uint8Array(5 + octets.length);
    const head = handle | (boundary << 12);
    packet.set([H4.acl, head & 0xff, head >> 8, octets.length & 0xff, octets.length >> 8]);
    packet.set(octets, 5);
    this.#toHost(packet);
  }
}

/** Carries out one command and answers it with complete() or status(). */
export type CommandHandler = (parameters: OctetReader, opcode: number) => void;

/** The commands that one part of the controller answers. */
export type CommandTable = ReadonlyMap<number, CommandHandler>;
