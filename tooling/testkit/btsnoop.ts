import { OctetWriter } from '@hemma/protocols/bytes.js';

/** btsnoop files as phones and btmon write them, for what reads them. */

export type DataLink = 'h1' | 'h4' | 'monitor';

/** An H4 packet with its direction and time. */
export interface HciRecord {
  readonly packet: Uint8Array;
  readonly sent: boolean;
  /** Milliseconds since 1970 UTC. */
  readonly wallMs: number;
}

const dataLinks: Readonly<Record<DataLink, number>> = { h1: 1001, h4: 1002, monitor: 2001 };
const H4 = { command: 1, event: 4 } as const;
const epochMicroseconds = 0x00dcddb30f2f8000n;

/** The file; `included` cuts every packet short after so many octets, as a snap length does. */
export function btsnoopFile(
  records: readonly HciRecord[],
  dataLink: DataLink = 'h4',
  included = Infinity,
): Uint8Array {
  const file = new OctetWriter().put(new TextEncoder().encode('btsnoop\0'));
  file.uint32be(1).uint32be(dataLinks[dataLink]);
  for (const record of records) {
    const octets = dataLink === 'h4' ? record.packet : record.packet.subarray(1);
    const kept = octets.subarray(0, included);
    file.uint32be(octets.length).uint32be(kept.length).uint32be(flagsOf(record, dataLink));
    file.uint32be(0);
    const time = BigInt(Math.round(record.wallMs * 1000)) + epochMicroseconds;
    file
      .uint32be(Number(time >> 32n))
      .uint32be(Number(time & 0xffffffffn))
      .put(kept);
  }
  return file.octets();
}

function flagsOf({ packet, sent }: HciRecord, dataLink: DataLink): number {
  const type = packet[0] ?? 0;
  const isControl = type === H4.command || type === H4.event;
  if (dataLink !== 'monitor') return (sent ? 0 : 1) | (isControl ? 2 : 0);
  if (isControl) return sent ? 2 : 3;
  return sent ? 4 : 5;
}
