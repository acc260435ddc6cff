/**
 * One connection as the attribute protocol saw it: follows the requests of the recording side and
 * their answers, learns the device's attribute table and tells what a trace tells.
 */
import { OctetReader, toHex } from '../bytes.js';
import type { Uuid } from '../device.js';
import type { TraceHappening, TraceRequest } from '../trace/format.js';
import { Att, maxValueOctets, signatureOctets } from './att.js';
import type { AttributeTable } from './attribute-table.js';
import { learn } from './discovery.js';
import type { Asked } from './discovery.js';
import { uuidOf } from './uuid.js';

/** Error codes that only say that a discovery or a long read has come to its end (§3.4.1.1). */
const attributeNotFound = 0x0a;
const attributeNotLong = 0x0b;

/** The request that waits for its answer; at most one at a time (§3.3.2). */
interface Pending extends Asked {
  readonly handle: number;
  readonly offset: number;
}

export interface AttClientEvents {
  readonly onHappening: (happening: TraceHappening) => void;
  /** What was read last goes on with these octets. */
  readonly onMore: (octets: string) => void;
  /** A value of a handle that the capture does not explain. */
  readonly onUnknown: () => void;
}

const nothing = new Uint8Array(0);

export class AttClient {
  readonly #table: AttributeTable;
  readonly #events: AttClientEvents;
  #pending: Pending | null = null;
  /** The last value that was read, in case its next part is read. */
  #read: { readonly handle: number; length: number } | null = null;
  #prepared = new Map<number, number[]>();

  constructor(table: AttributeTable, events: AttClientEvents) {
    this.#table = table;
    this.#events = events;
  }

  /** A PDU from the recording side. Throws a refusal when it is none; what is no request is skipped. */
  sent(pdu: Uint8Array): void {
    const reader = new OctetReader(pdu);
    const opcode = reader.uint8();
    switch (opcode) {
      case Att.findByTypeRequest: {
        reader.take(4);
        const type = uuidOf(reader.take(2));
        this.#ask({ opcode, type, value: reader.take(reader.remaining) });
        break;
      }
      case Att.readByTypeRequest:
      case Att.readByGroupRequest:
        reader.take(4);
        this.#ask({ opcode, type: uuidOf(reader.take(reader.remaining)) });
        break;
      case Att.readRequest:
      case Att.findInformationRequest:
        this.#ask({ opcode, handle: reader.uint16() });
        break;
      case Att.readBlobRequest:
        this.#ask({ opcode, handle: reader.uint16(), offset: reader.uint16() });
        break;
      default:
        this.#sentWrite(opcode, reader);
    }
  }

  /** A PDU from the device. Throws a refusal when it is none. */
  received(pdu: Uint8Array): void {
    const reader = new OctetReader(pdu);
    const opcode = reader.uint8();
    switch (opcode) {
      case Att.notification:
      case Att.indication:
        this.#value(reader.uint16(), reader.take(reader.remaining), opcode);
        break;
      case Att.notifications:
        while (reader.remaining > 0) {
          const handle = reader.uint16();
          this.#value(handle, reader.take(reader.uint16()), opcode);
        }
        break;
      default:
        this.#answer(opcode, reader);
    }
  }

  #ask(request: Partial<Pending> & Pick<Pending, 'opcode'>): void {
    this.#pending = { handle: 0, type: null, offset: 0, value: nothing, ...request };
  }

  #sentWrite(opcode: number, reader: OctetReader): void {
    if (opcode === Att.writeRequest || opcode === Att.writeCommand) {
      const handle = reader.uint16();
      const value = reader.take(reader.remaining);
      if (opcode === Att.writeRequest) this.#ask({ opcode, handle, value });
      this.#write(handle, value);
    } else if (opcode === Att.signedWriteCommand) {
      this.#write(reader.uint16(), reader.take(Math.max(0, reader.remaining - signatureOctets)));
    } else if (opcode === Att.prepareWriteRequest) {
      this.#prepare(reader);
    } else if (opcode === Att.executeWriteRequest) {
      const isWrite = reader.uint8() === 1;
      for (const [handle, octets] of isWrite ? this.#prepared : [])
        this.#write(handle, Uint8Array.from(octets));
      this.#prepared = new Map();
    }
  }

  #prepare(reader: OctetReader): void {
    const handle = reader.uint16();
    const offset = reader.uint16();
    const part = reader.take(reader.remaining);
    const octets = this.#prepared.get(handle) ?? [];
    if (offset !== octets.length || offset + part.length > maxValueOctets) return;
    octets.push(...part);
    this.#prepared.set(handle, octets);
  }

  #write(handle: number, value: Uint8Array): void {
    const configured = this.#table.configuredAt(handle);
    if (configured !== null) {
      const event = (value[0] ?? 0) === 0 ? 'unsubscribe' : 'subscribe';
      this.#events.onHappening({ event, characteristic: configured });
      return;
    }
    const characteristic = this.#valueAt(handle, value);
    if (characteristic !== null)
      this.#events.onHappening({ event: 'write', characteristic, octets: toHex(value) });
  }

  #value(handle: number, value: Uint8Array, opcode: number): void {
    const characteristic = this.#valueAt(handle, value);
    if (characteristic === null) return;
    const way = opcode === Att.indication ? 'indicate' : 'notify';
    this.#events.onHappening({ event: 'value', characteristic, octets: toHex(value), way });
  }

  /** Null for a handle without an explanation, and for a value longer than any can be. */
  #valueAt(handle: number, value: Uint8Array): Uuid | null {
    const characteristic = value.length > maxValueOctets ? null : this.#table.valueAt(handle);
    if (characteristic === null) this.#events.onUnknown();
    return characteristic;
  }

  #answer(opcode: number, reader: OctetReader): void {
    const pending = this.#pending;
    const isError = opcode === Att.error;
    const answered = isError ? reader.uint8() : opcode - 1;
    if (pending?.opcode !== answered) return;
    this.#pending = null;
    if (isError) {
      reader.uint16();
      this.#refused(pending, reader.uint8());
    } else if (opcode === Att.read) {
      this.#readPart(pending, 0, reader.take(reader.remaining));
    } else if (opcode === Att.readBlob) {
      this.#readPart(pending, pending.offset, reader.take(reader.remaining));
    } else {
      for (const { handle, value } of learn(this.#table, pending, reader))
        this.#readPart({ ...pending, handle }, 0, value);
    }
  }

  #refused({ opcode, handle, value }: Pending, code: number): void {
    const isEnd = code === attributeNotFound || code === attributeNotLong;
    const request = requestOf(opcode);
    if (isEnd || request === null) return;
    const configured = opcode === Att.writeRequest ? this.#table.configuredAt(handle) : null;
    const characteristic = configured ?? this.#table.valueAt(handle);
    if (characteristic === null) return;
    const subscription = (value[0] ?? 0) === 0 ? 'unsubscribe' : 'subscribe';
    this.#events.onHappening({
      event: 'failed',
      request: configured === null ? request : subscription,
      characteristic,
      code: `att_${code.toString(16).padStart(2, '0')}`,
    });
  }

  /** The beginning of a value, or the part that follows what was read of it before. */
  #readPart({ handle }: Pending, offset: number, part: Uint8Array): void {
    if (offset > 0) {
      this.#readOn(handle, offset, part);
      return;
    }
    const characteristic = this.#valueAt(handle, part);
    this.#read = characteristic === null ? null : { handle, length: part.length };
    if (characteristic !== null)
      this.#events.onHappening({ event: 'read', characteristic, octets: toHex(part) });
  }

  #readOn(handle: number, offset: number, part: Uint8Array): void {
    const read = this.#read;
    if (read?.handle !== handle || read.length !== offset) return;
    if (offset + part.length > maxValueOctets) return;
    read.length += part.length;
    this.#events.onMore(toHex(part));
  }
}

function requestOf(opcode: number): TraceRequest | null {
  if (opcode === Att.readRequest || opcode === Att.readBlobRequest) return 'read';
  return opcode === Att.writeRequest ? 'write' : null;
}
