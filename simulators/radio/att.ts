/** One central's view of a GATT server: ATT requests in, responses out (Core 6.0 Vol 3 Part F §3.4). */
import { OctetReader, OctetWriter } from '@hemma/protocols/bytes.js';
import { CodecRefusal } from '@hemma/protocols/codec.js';
import { findByTypeValue, findInformation, readByGroupType, readByType } from './att-discovery.js';
import type { AttView } from './att-discovery.js';
import { AttError, AttFailure } from './att-errors.js';
import type { AttributeTable, Subscriptions } from './attributes.js';
import { maxValueOctets } from './attributes.js';
import { AttRefusal } from './gatt-server.js';

/** ATT_MTU before it is exchanged, and the least there may be (Core 6.0 Vol 3 Part G §5.2.1). */
export const minMtu = 23;
/** Parts of long writes kept until they are executed: the longest value in the smallest parts. */
const maxPrepared = Math.ceil(maxValueOctets / (minMtu - 5));
const commandFlag = 0x40;

export const AttOpcode = {
  error: 0x01,
  exchangeMtu: 0x02,
  findInformation: 0x04,
  findByTypeValue: 0x06,
  readByType: 0x08,
  read: 0x0a,
  readBlob: 0x0c,
  readByGroupType: 0x10,
  write: 0x12,
  prepareWrite: 0x16,
  executeWrite: 0x18,
  notification: 0x1b,
  indication: 0x1d,
  confirmation: 0x1e,
  writeCommand: 0x52,
} as const;

interface PreparedPart {
  readonly handle: number;
  readonly offset: number;
  readonly octets: Uint8Array;
}

type RequestHandler = (request: OctetReader) => Uint8Array;

export class AttServer implements AttView {
  readonly table: AttributeTable;
  readonly subscriptions: Subscriptions = new Map();
  readonly #ownMtu: number;
  readonly #requests: ReadonlyMap<number, RequestHandler>;
  /** The value a Read began with, so that the blobs that follow continue the same one. */
  #longRead: { readonly handle: number; readonly value: Uint8Array } | null = null;
  #prepared: PreparedPart[] = [];
  #mtu = minMtu;

  constructor(table: AttributeTable, ownMtu: number) {
    this.table = table;
    this.#ownMtu = Math.max(ownMtu, minMtu);
    this.#requests = new Map<number, RequestHandler>([
      [AttOpcode.exchangeMtu, (request) => this.#exchangeMtu(request)],
      [AttOpcode.findInformation, (request) => findInformation(this, request)],
      [AttOpcode.findByTypeValue, (request) => findByTypeValue(this, request)],
      [AttOpcode.readByType, (request) => readByType(this, request)],
      [AttOpcode.readByGroupType, (request) => readByGroupType(this, request)],
      [AttOpcode.read, (request) => this.#read(request)],
      [AttOpcode.readBlob, (request) => this.#readBlob(request)],
      [AttOpcode.write, (request) => this.#write(request)],
      [AttOpcode.prepareWrite, (request) => this.#prepareWrite(request)],
      [AttOpcode.executeWrite, (request) => this.#executeWrite(request)],
    ]);
  }

  get mtu(): number {
    return this.#mtu;
  }

  /** Answers a request; null where ATT has no answer (commands, and what only a client gets). */
  handle(pdu: Uint8Array): Uint8Array | null {
    const opcode = pdu[0] ?? 0;
    if (opcode === AttOpcode.writeCommand) this.#writeCommand(pdu.subarray(1));
    if ((opcode & commandFlag) !== 0 || opcode % 2 === 1) return null;
    const handler = this.#requests.get(opcode);
    if (handler === undefined) return errorResponse(opcode, 0, AttError.requestNotSupported);
    try {
      const body = handler(new OctetReader(pdu.subarray(1)));
      return Uint8Array.of(opcode + 1, ...body);
    } catch (error) {
      const handle = pdu.length < 3 ? 0 : new OctetReader(pdu.subarray(1)).uint16();
      return failureResponse(opcode, handle, error);
    }
  }

  /** The response tells this server's own MTU; the smaller of both holds from now on (§3.4.2.2). */
  #exchangeMtu(request: OctetReader): Uint8Array {
    const theirs = request.uint16();
    request.end();
    this.#mtu = Math.max(minMtu, Math.min(theirs, this.#ownMtu));
    return new OctetWriter().uint16(this.#ownMtu).octets();
  }

  #read(request: OctetReader): Uint8Array {
    const handle = request.uint16();
    request.end();
    const value = this.#valueOf(handle);
    this.#longRead = { handle, value };
    return value.subarray(0, this.#mtu - 1);
  }

  #readBlob(request: OctetReader): Uint8Array {
    const handle = request.uint16();
    const offset = request.uint16();
    request.end();
    const begun = this.#longRead?.handle === handle ? this.#longRead.value : null;
    const value = begun ?? this.#valueOf(handle);
    if (offset > value.length) throw new AttFailure(AttError.invalidOffset, handle);
    return value.subarray(offset, offset + this.#mtu - 1);
  }

  #valueOf(handle: number): Uint8Array {
    const { read } = this.table.at(handle);
    if (read === null) throw new AttFailure(AttError.readNotPermitted, handle);
    return read(this.subscriptions);
  }

  #write(request: OctetReader): Uint8Array {
    const handle = request.uint16();
    this.#writeValue(handle, request.take(request.remaining));
    return new Uint8Array();
  }

  #writeValue(handle: number, octets: Uint8Array): void {
    const { write } = this.table.at(handle);
    if (write === null) throw new AttFailure(AttError.writeNotPermitted, handle);
    write(octets, this.subscriptions);
  }

  /** Never answered: what does not fit is ignored (§3.4.5.3). */
  #writeCommand(body: Uint8Array): void {
    if (body.length < 2) return;
    const request = new OctetReader(body);
    const attribute = this.table.attributes[request.uint16() - 1];
    try {
      attribute?.command?.(request.take(request.remaining));
    } catch (error) {
      if (!(error instanceof AttFailure) && !(error instanceof AttRefusal)) throw error;
    }
  }

  #prepareWrite(request: OctetReader): Uint8Array {
    const handle = request.uint16();
    const offset = request.uint16();
    const octets = Uint8Array.from(request.take(request.remaining));
    if (this.table.at(handle).write === null) {
      throw new AttFailure(AttError.writeNotPermitted, handle);
    }
    if (this.#prepared.length >= maxPrepared) {
      throw new AttFailure(AttError.prepareQueueFull, handle);
    }
    this.#prepared.push({ handle, offset, octets });
    return new OctetWriter().uint16(handle).uint16(offset).put(octets).octets();
  }

  #executeWrite(request: OctetReader): Uint8Array {
    const execute = request.uint8() === 0x01;
    request.end();
    const parts = this.#prepared;
    this.#prepared = [];
    if (!execute) return new Uint8Array();
    for (const handle of new Set(parts.map((part) => part.handle))) {
      const own = parts.filter((part) => part.handle === handle);
      this.#writeValue(handle, joined(own));
    }
    return new Uint8Array();
  }
}

/** The value that the parts make: each continues where the one before ended (§3.4.6.3). */
function joined(parts: readonly PreparedPart[]): Uint8Array {
  const value: number[] = [];
  for (const { handle, offset, octets } of parts) {
    if (offset !== value.length) throw new AttFailure(AttError.invalidOffset, handle);
    value.push(...octets);
  }
  return Uint8Array.from(value);
}

function failureResponse(opcode: number, handle: number, error: unknown): Uint8Array {
  if (error instanceof AttFailure) return errorResponse(opcode, error.handle, error.code);
  if (error instanceof AttRefusal) return errorResponse(opcode, handle, error.code);
  if (error instanceof CodecRefusal) return errorResponse(opcode, handle, AttError.invalidPdu);
  throw error;
}

function errorResponse(opcode: number, handle: number, code: number): Uint8Array {
  const response = new OctetWriter().uint8(AttOpcode.error).uint8(opcode).uint16(handle);
  return response.uint8(code).octets();
}
