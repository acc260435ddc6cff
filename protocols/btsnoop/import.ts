/**
 * Traces out of a capture of Bluetooth HCI (a phone's "HCI snoop log", or btmon's). Links are in the
 * clear there even where they are encrypted on the air: the controller encrypts. Whatever the octets
 * are, the result is traces and notes, or a {@link CodecRefusal}.
 */
import { OctetReader } from '../bytes.js';
import { CodecRefusal } from '../codec.js';
import type { GattTrace, Moment } from '../trace/format.js';
import { Advertisers, addressOf } from './advertising.js';
import { AttributeTable } from './attribute-table.js';
import { Connection } from './connection.js';
import type { ImportContext } from './connection.js';
import { btsnoopRecords } from './records.js';
import type { HciPacket } from './records.js';

/** Connections of one capture; a day of a phone with many devices has a tenth of it. */
export const maxConnections = 1_000;
/** Events of one import, some 100 MB in memory; `address` leaves other devices out. */
const maxEvents = 500_000;

/** Events of the controller (Core 6.0 Vol 4 Part E §7.7) and of LE Meta (§7.7.65). */
const Event = { connectionComplete: 0x03, disconnectionComplete: 0x05, leMeta: 0x3e } as const;
const LeEvent = {
  connectionComplete: 0x01,
  advertisingReport: 0x02,
  enhancedConnectionComplete: 0x0a,
  extendedAdvertisingReport: 0x0d,
  enhancedConnectionComplete2: 0x29,
} as const;
/** The recording side ended the link; anything else, the device or the radio did (Vol 1 Part F). */
const terminatedByLocalHost = 0x16;
const handleMask = 0x0fff;
/** Packet boundary of a continuing part (§5.4.2). */
const continuing = 0b01;
const addressOctets = 6;

export interface BtsnoopImport {
  /** One for each connection on which anything was asked or said, in order. */
  readonly traces: readonly GattTrace[];
  /** What was left out, and why. */
  readonly notes: readonly string[];
}

export interface ImportOptions {
  /** `AA:BB:CC:DD:EE:FF`: traces of this device alone. */
  readonly address?: string | undefined;
  /** Events that are taken; the rest is left out and noted. */
  readonly events?: number;
}

/**
 * Reads a btsnoop file. Throws {@link CodecRefusal} `sync`, `empty`, `format` or `truncated` for a
 * file of another kind.
 */
export function importBtsnoop(file: Uint8Array, options: ImportOptions = {}): BtsnoopImport {
  const capture = new Capture(options.address?.toUpperCase() ?? null, options.events ?? maxEvents);
  const records = btsnoopRecords(file);
  let record = records.next();
  for (; record.done !== true; record = records.next()) {
    if (record.value === null) continue;
    if ('flaw' in record.value) capture.note(`packets were left out: ${record.value.flaw}`);
    else capture.packet(record.value);
  }
  if (record.value !== null) capture.note(record.value);
  return { traces: capture.traces(), notes: capture.notes };
}

class Capture {
  readonly #only: string | null;
  readonly #advertisers = new Advertisers();
  readonly #tables = new Map<string, AttributeTable>();
  /** Open connections by adapter and handle; null: a link of classic Bluetooth. */
  readonly #open = new Map<string, Connection | null>();
  readonly #connections: Connection[] = [];
  readonly #notes = new Map<string, number>();
  readonly #context: ImportContext;
  #events = 0;
  #beganMs: number | null = null;
  #ms = 0;

  constructor(only: string | null, most: number) {
    this.#only = only;
    this.#context = {
      takesEvent: () => {
        if (this.#events >= most) {
          this.note(`events beyond ${most} were left out: choose one device`);
          return false;
        }
        this.#events += 1;
        return true;
      },
      note: (text) => this.note(text),
    };
  }

  /** Each note once, with how often it was made. */
  get notes(): string[] {
    return [...this.#notes].map(([text, count]) => (count === 1 ? text : `${text} (${count})`));
  }

  note(text: string): void {
    this.#notes.set(text, (this.#notes.get(text) ?? 0) + 1);
  }

  traces(): GattTrace[] {
    return this.#connections.flatMap((connection) => {
      const trace = connection.trace(this.#advertisers.of(connection.address));
      return trace === null ? [] : [trace];
    });
  }

  packet(packet: HciPacket): void {
    const at = this.#moment(packet.wallMs);
    try {
      if (packet.kind === 'acl') this.#acl(packet, at);
      else this.#event(packet, at);
    } catch (error) {
      if (!(error instanceof CodecRefusal)) throw error;
      this.note('packets were left out: not what they claim to be');
    }
  }

  /** Time since the first packet; a phone's clock that is set back does not take it along. */
  #moment(wallMs: number): Moment {
    this.#beganMs ??= wallMs;
    this.#ms = Math.max(this.#ms, wallMs - this.#beganMs);
    return { ms: Math.round(this.#ms * 1000) / 1000, wall: Math.round(wallMs), trust: 'unknown' };
  }

  #acl(packet: HciPacket, at: Moment): void {
    const reader = new OctetReader(packet.octets);
    const head = reader.uint16();
    const part = reader.take(reader.uint16());
    const first = ((head >> 12) & 0b11) !== continuing;
    const key = keyOf(packet, head & handleMask);
    if (!this.#open.has(key)) this.#begin(key, null, at);
    this.#open.get(key)?.acl(part, first, { sent: packet.sent, at });
  }

  #event(packet: HciPacket, at: Moment): void {
    const reader = new OctetReader(packet.octets);
    const code = reader.uint8();
    reader.uint8();
    if (code === Event.disconnectionComplete) this.#disconnected(packet, reader, at);
    else if (code === Event.connectionComplete) {
      reader.uint8();
      this.#open.set(keyOf(packet, reader.uint16() & handleMask), null);
    } else if (code === Event.leMeta) this.#leEvent(packet, reader, at);
  }

  #leEvent(packet: HciPacket, reader: OctetReader, at: Moment): void {
    switch (reader.uint8()) {
      case LeEvent.advertisingReport:
        this.#advertisers.legacyReports(reader);
        break;
      case LeEvent.extendedAdvertisingReport:
        this.#advertisers.extendedReports(reader);
        break;
      case LeEvent.connectionComplete:
      case LeEvent.enhancedConnectionComplete:
      case LeEvent.enhancedConnectionComplete2: {
        const status = reader.uint8();
        const key = keyOf(packet, reader.uint16() & handleMask);
        reader.take(2);
        if (status === 0) this.#begin(key, addressOf(reader.take(addressOctets)), at);
      }
    }
  }

  /** A capture that begins in the middle of a connection does not tell whose it is. */
  #begin(key: string, address: string | null, at: Moment): void {
    this.#open.get(key)?.end('lost', at);
    this.#open.delete(key);
    const wanted = this.#only === null || this.#only === address;
    if (!wanted || this.#connections.length >= maxConnections) {
      if (wanted) this.note(`connections beyond ${maxConnections} were left out`);
      this.#open.set(key, null);
      return;
    }
    const table = (address === null ? null : this.#tables.get(address)) ?? new AttributeTable();
    if (address !== null) this.#tables.set(address, table);
    const connection = new Connection({ address, table }, at, this.#context);
    this.#connections.push(connection);
    this.#open.set(key, connection);
  }

  #disconnected(packet: HciPacket, reader: OctetReader, at: Moment): void {
    const status = reader.uint8();
    const key = keyOf(packet, reader.uint16() & handleMask);
    const reason = reader.uint8();
    if (status !== 0) return;
    this.#open.get(key)?.end(reason === terminatedByLocalHost ? 'closed' : 'lost', at);
    this.#open.delete(key);
  }
}

function keyOf({ adapter }: HciPacket, handle: number): string {
  return `${adapter}:${handle}`;
}
