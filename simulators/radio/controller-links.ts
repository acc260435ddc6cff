/** The controller's ACL links: handles, data both ways, and how they end. */
import { OctetReader, OctetWriter } from '@hemma/protocols/bytes.js';
import { addressOctets, sameAddress } from './address.js';
import type { DeviceAddress } from './address.js';
import { Boundary, EventCode, LeEvent, Opcode, handleMask } from './hci.js';
import type { CommandHandler, CommandTable, HostPort } from './hci.js';
import { HciError } from './hci-errors.js';
import { fragmentOctets } from './link.js';
import type { ConnectionParameters, KeyRequest, LinkEnd, LinkListener } from './link.js';
import type { TurnQueue } from './turns.js';

/** ACL packets the host may have under way, as an ordinary USB dongle says. */
export const aclBuffers = 8;
/** A Raspberry Pi's own controller keeps about ten; a gateway must not count on more. */
const maxLinks = 16;
const firstHandle = 0x0040;
/** Every link is heard equally well, in dBm. */
const linkRssi = -50;
/** Link type of Data Buffer Overflow: ACL. */
const overflowOfAcl = 0x01;

const roles = { central: 0x00, peripheral: 0x01 } as const;

export interface OpenedLink {
  readonly end: LinkEnd;
  readonly role: keyof typeof roles;
  readonly peer: DeviceAddress;
  readonly parameters: ConnectionParameters;
}

export interface ControllerLink extends OpenedLink {
  readonly handle: number;
  /** The host was asked for a key and has not answered yet. */
  keyRequest: KeyRequest | null;
}

export class ControllerLinks {
  readonly commands: CommandTable;
  readonly #turns: TurnQueue;
  readonly #host: HostPort;
  readonly #links = new Map<number, ControllerLink>();
  readonly #completed = new Map<number, number>();
  #nextHandle = firstHandle;
  #underWay = 0;

  constructor(turns: TurnQueue, host: HostPort) {
    this.#turns = turns;
    this.#host = host;
    this.commands = new Map([
      [Opcode.disconnect, this.#disconnect],
      [Opcode.readRssi, this.#readRssi],
      [Opcode.leConnectionUpdate, this.#update],
    ]);
  }

  get full(): boolean {
    return this.#links.size >= maxLinks;
  }

  has(peer: DeviceAddress): boolean {
    return [...this.#links.values()].some((link) => sameAddress(link.peer, peer));
  }

  get(handle: number): ControllerLink | undefined {
    return this.#links.get(handle);
  }

  /** Tells the host of a new link and passes on what comes over it. */
  add(opened: OpenedLink): LinkListener {
    const link: ControllerLink = { ...opened, handle: this.#freeHandle(), keyRequest: null };
    this.#links.set(link.handle, link);
    this.#connectionComplete(HciError.none, link);
    return this.#listener(link);
  }

  /** Tells the host that an attempt came to nothing. */
  failed(status: number, peer: DeviceAddress): void {
    const parameters = { interval: 0, latency: 0, supervisionTimeout: 0 };
    this.#connectionComplete(status, { handle: 0, role: 'central', peer, parameters });
  }

  /** The host is not told: it has reset the controller or is gone. */
  dropAll(reason: number): void {
    const links = [...this.#links.values()];
    this.#links.clear();
    this.#completed.clear();
    for (const { end } of links) end.close(reason);
  }

  /** ACL data without its H4 octet: handle with boundary flags, length, fragment (§5.4.2). */
  fromHost(packet: Uint8Array): void {
    const reader = new OctetReader(packet);
    const head = reader.uint16();
    const octets = reader.take(reader.uint16());
    const link = this.#links.get(head & handleMask);
    if (link === undefined) return;
    if (octets.length > fragmentOctets || this.#underWay >= aclBuffers) {
      this.#host.event(EventCode.dataBufferOverflow, [overflowOfAcl]);
      return;
    }
    link.end.send({ first: ((head >> 12) & 0b11) !== Boundary.continuing, octets });
    this.#complete(link.handle);
  }

  #complete(handle: number): void {
    if (this.#underWay === 0) this.#turns.post(() => this.#tellCompleted());
    this.#underWay += 1;
    this.#completed.set(handle, (this.#completed.get(handle) ?? 0) + 1);
  }

  #tellCompleted(): void {
    this.#underWay = 0;
    const counts = [...this.#completed].filter(([handle]) => this.#links.has(handle));
    this.#completed.clear();
    if (counts.length === 0) return;
    const parameters = new OctetWriter().uint8(counts.length);
    for (const [handle, count] of counts) parameters.uint16(handle).uint16(count);
    this.#host.event(EventCode.completedPackets, parameters.octets());
  }

  #freeHandle(): number {
    const last = handleMask - 0x0ff; // 0x0F00 and up are reserved (§5.4.2)
    let handle = this.#nextHandle;
    while (this.#links.has(handle)) handle = handle >= last ? firstHandle : handle + 1;
    this.#nextHandle = handle >= last ? firstHandle : handle + 1;
    return handle;
  }

  #listener(link: ControllerLink): LinkListener {
    const { handle } = link;
    const alive = (): boolean => this.#links.get(handle) === link;
    return {
      onFragment: ({ first, octets }) => {
        const boundary = first ? Boundary.start : Boundary.continuing;
        if (alive()) this.#host.acl(handle, boundary, octets);
      },
      onClosed: (reason) => {
        if (alive()) this.#closed(handle, reason);
      },
      onParameters: (parameters) => {
        if (alive()) this.#updated(handle, parameters);
      },
      onKeyRequest: (request) => {
        if (alive()) this.#askForKey(link, request);
      },
      onEncryption: (status) => {
        const on = status === HciError.none ? 1 : 0;
        const parameters = new OctetWriter().uint8(status).uint16(handle).uint8(on);
        if (alive()) this.#host.event(EventCode.encryptionChange, parameters.octets());
      },
    };
  }

  #closed(handle: number, reason: number): void {
    this.#links.delete(handle);
    const parameters = new OctetWriter().uint8(HciError.none).uint16(handle).uint8(reason);
    this.#host.event(EventCode.disconnectionComplete, parameters.octets());
  }

  #updated(handle: number, parameters: ConnectionParameters): void {
    const octets = new OctetWriter().uint8(HciError.none).uint16(handle).put(timing(parameters));
    this.#host.leEvent(LeEvent.connectionUpdateComplete, octets.octets());
  }

  #askForKey(link: ControllerLink, request: KeyRequest): void {
    link.keyRequest = request;
    const parameters = new OctetWriter().uint16(link.handle);
    parameters.put(request.random).put(request.diversifier);
    this.#host.leEvent(LeEvent.keyRequest, parameters.octets());
  }

  #connectionComplete(status: number, link: Omit<ControllerLink, 'end' | 'keyRequest'>): void {
    const { peer, parameters } = link;
    const octets = new OctetWriter().uint8(status).uint16(link.handle).uint8(roles[link.role]);
    octets.uint8(peer.type === 'random' ? 1 : 0).put(addressOctets(peer));
    octets.put(timing(parameters)).uint8(0); // clock accuracy 500 ppm, the least
    this.#host.leEvent(LeEvent.connectionComplete, octets.octets());
  }

  readonly #disconnect: CommandHandler = (parameters, opcode) => {
    const link = this.#links.get(parameters.uint16());
    const reason = parameters.uint8();
    this.#host.status(opcode, link === undefined ? HciError.unknownConnection : HciError.none);
    link?.end.close(reason);
  };

  readonly #readRssi: CommandHandler = (parameters, opcode) => {
    const handle = parameters.uint16();
    const status = this.#links.has(handle) ? HciError.none : HciError.unknownConnection;
    const returned = new OctetWriter().uint16(handle).uint8(linkRssi);
    this.#host.complete(opcode, status, returned.octets());
  };

  readonly #update: CommandHandler = (parameters, opcode) => {
    const link = this.#links.get(parameters.uint16());
    parameters.uint16(); // minimum interval: the longest is as good
    const interval = parameters.uint16();
    const latency = parameters.uint16();
    const supervisionTimeout = parameters.uint16();
    this.#host.status(opcode, link === undefined ? HciError.unknownConnection : HciError.none);
    link?.end.update({ interval, latency, supervisionTimeout });
  };
}

function timing({ interval, latency, supervisionTimeout }: ConnectionParameters): Uint8Array {
  return new OctetWriter().uint16(interval).uint16(latency).uint16(supervisionTimeout).octets();
}
