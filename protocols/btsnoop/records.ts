/**
 * The records of a btsnoop file: HCI packets with their direction and time, whichever of the three
 * ways of marking them the file has (Android and Symbian: H1 or H4; btmon: Linux monitor).
 */
import { OctetReader } from '../bytes.js';
import { CodecRefusal } from '../codec.js';

export type HciKind = 'event' | 'acl';

/** An HCI packet without the H4 octet that tells its kind. */
export interface HciPacket {
  readonly kind: HciKind;
  /** From the host to the controller. */
  readonly sent: boolean;
  /** Which Bluetooth adapter of the machine; 0 unless the file tells them apart. */
  readonly adapter: number;
  /** Milliseconds since 1970 UTC by the clock of whoever recorded, with decimals. */
  readonly wallMs: number;
  readonly octets: Uint8Array;
}

/** A record, or why it gives no packet; commands and audio are no packets of interest: null. */
export type BtsnoopRecord = HciPacket | { readonly flaw: 'cut short' | 'no HCI packet' } | null;

const magic = 'btsnoop\0';
const version = 1;
/** The last record is not complete: the recording was stopped in the middle of it. */
export const endsInRecord = 'the last record is cut off';

/** Data links: HCI without a packet type, with the H4 type octet, and of the Linux monitor. */
export const DataLink = { h1: 1001, h4: 1002, monitor: 2001 } as const;

const kindOfH4: ReadonlyMap<number, HciKind> = new Map([
  [0x02, 'acl'],
  [0x04, 'event'],
]);
/** Commands, audio in both directions, isochronous data: known, and of no interest. */
const otherH4: ReadonlySet<number> = new Set([0x01, 0x03, 0x05]);

/** Opcodes of the Linux monitor (bluez, src/shared/btsnoop.h). */
const monitor: ReadonlyMap<number, Pick<HciPacket, 'kind' | 'sent'>> = new Map([
  [3, { kind: 'event', sent: false }],
  [4, { kind: 'acl', sent: true }],
  [5, { kind: 'acl', sent: false }],
]);

/** Flags of a record: received rather than sent; command or event rather than data. */
const Flag = { received: 0x01, commandOrEvent: 0x02 } as const;

/** Microseconds from the year 0, where btsnoop begins to count, to 1970. */
export const epochMicroseconds = 0x00dcddb30f2f8000n;
const latestMs = 8.64e15;

/**
 * The records of a file, in order. Throws {@link CodecRefusal} for a file of another kind; whatever
 * comes behind a valid head is told record by record. The generator's result is a note about the end.
 */
export function* btsnoopRecords(file: Uint8Array): Generator<BtsnoopRecord, string | null> {
  const reader = new OctetReader(file);
  const dataLink = head(reader);
  while (reader.remaining > 0) {
    let record: Raw;
    try {
      record = raw(reader);
    } catch (error) {
      if (error instanceof CodecRefusal) return endsInRecord;
      throw error;
    }
    yield record.octets.length < record.originalLength
      ? { flaw: 'cut short' }
      : packetOf(record, dataLink);
  }
  return null;
}

function head(reader: OctetReader): number {
  if (reader.remaining === 0) throw new CodecRefusal('empty', 'the file is empty');
  const begins = String.fromCharCode(...reader.take(Math.min(magic.length, reader.remaining)));
  if (begins !== magic) throw new CodecRefusal('sync', 'the file does not begin with "btsnoop"');
  const found = { version: reader.uint32be(), dataLink: reader.uint32be() };
  if (found.version !== version)
    throw new CodecRefusal('format', `version ${found.version} of btsnoop is not known here`);
  const known: readonly number[] = Object.values(DataLink);
  if (!known.includes(found.dataLink))
    throw new CodecRefusal('format', `data link ${found.dataLink} is not known here`);
  return found.dataLink;
}

interface Raw {
  readonly originalLength: number;
  readonly flags: number;
  readonly wallMs: number;
  readonly octets: Uint8Array;
}

function raw(reader: OctetReader): Raw {
  const originalLength = reader.uint32be();
  const includedLength = reader.uint32be();
  const flags = reader.uint32be();
  reader.take(4); // how many packets were lost before this one: no writer fills it in
  const microseconds = (BigInt(reader.uint32be()) << 32n) | BigInt(reader.uint32be());
  const wallMs = Number(microseconds - epochMicroseconds) / 1000;
  return {
    originalLength,
    flags,
    wallMs: Math.min(Math.max(wallMs, 0), latestMs),
    octets: reader.take(includedLength),
  };
}

function packetOf({ flags, wallMs, octets }: Raw, dataLink: number): BtsnoopRecord {
  if (dataLink === DataLink.monitor) {
    const found = monitor.get(flags & 0xffff);
    return found === undefined ? null : { ...found, adapter: flags >>> 16, wallMs, octets };
  }
  const packet = { sent: (flags & Flag.received) === 0, adapter: 0, wallMs };
  if (dataLink === DataLink.h4) {
    const type = octets[0] ?? -1;
    const kind = kindOfH4.get(type);
    if (kind !== undefined) return { ...packet, kind, octets: octets.subarray(1) };
    return otherH4.has(type) ? null : { flaw: 'no HCI packet' };
  }
  const isControl = (flags & Flag.commandOrEvent) !== 0;
  if (isControl && packet.sent) return null;
  return { ...packet, kind: isControl ? 'event' : 'acl', octets };
}
