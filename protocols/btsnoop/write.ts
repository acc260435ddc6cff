/** btsnoop files as phones and btmon write them: for what a virtual radio carries. */
import { OctetWriter } from '../bytes.js';

import { DataLink, epochMicroseconds } from './records.js';

/** An H4 packet with its direction and time. */
export interface HciRecord {
  readonly packet: Uint8Array;
  readonly sent: boolean;
  /** Milliseconds since 1970 UTC. */
  readonly wallMs: number;
}

const H4 = { command: 1, event: 4 } as const;

/**
 * The file, with one of the three data links. `included` cuts every packet short after so many
 * octets, as the setting of a phone for shorter logs does.
 */
export function btsnoopFile(
  records: readonly HciRecord[],
  dataLink: keyof typeof DataLink = 'h4',
  included = Infinity,
): Uint8Array {
  const file = new OctetWriter().put(new TextEncoder().encode('btsnoop\0'));
  file.uint32be(1).uint32be(DataLink[dataLink]);
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

function flagsOf({ packet, sent }: HciRecord, dataLink: keyof typeof DataLink): number {
  const type = packet[0] ?? 0;
  const isControl = type === H4.command || type === H4.event;
  if (dataLink !== 'monitor') return (sent ? 0 : 1) | (isControl ? 2 : 0);
  if (isControl) return sent ? 2 : 3;
  return sent ? 4 : 5;
}
