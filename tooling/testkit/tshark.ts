import { execFileSync } from 'node:child_process';
import { findProgram } from './requires.js';

/** What Wireshark's own dissectors read from a capture of Bluetooth. */

/** A PDU of the attribute protocol. */
export interface DissectedPdu {
  /** Type of the attribute it is about; null where the capture does not tell. */
  readonly uuid: string | null;
  /** The whole PDU, hexadecimal. */
  readonly pdu: string;
  /** Values as shown to people, by the last part of their field's name. */
  readonly shown: ReadonlyMap<string, string>;
}

/** Largest output: some thousand packets in JSON. */
const maxBuffer = 256 * 1024 * 1024;

/** The PDUs that a display filter picks, e.g. `btatt.opcode == 0x1d`. */
export function dissect(file: string, filter: string): DissectedPdu[] {
  const args = ['-r', file, '-Y', filter, '-T', 'json', '-x'];
  const program = findProgram('tshark') ?? 'tshark';
  const output = execFileSync(program, args, {
    encoding: 'utf8',
    maxBuffer,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  // tshark's JSON has this form; a value that is missing makes the comparison fail.
  const packets = JSON.parse(output) as { _source: { layers: Layers } }[];
  return packets.map(({ _source: { layers } }) => {
    const shown = new Map<string, string>();
    collect(layers.btatt, shown);
    const uuid = shown.get('uuid16') ?? shown.get('uuid128') ?? null;
    return {
      uuid: uuid === null ? null : uuid.replace(/^0x|:/g, ''),
      pdu: layers.btatt_raw[0],
      shown,
    };
  });
}

interface Layers {
  readonly btatt: object;
  readonly btatt_raw: readonly [string];
}

/** Leaves of the tree, whichever branch they are on. */
function collect(tree: object, into: Map<string, string>): void {
  for (const [name, value] of Object.entries(tree) as [string, unknown][]) {
    if (typeof value === 'string') into.set(name.split('.').slice(-2).join('.'), value);
    else if (typeof value === 'object' && value !== null && !Array.isArray(value))
      collect(value, into);
  }
  const uuid = into.get('btatt.uuid16');
  if (uuid !== undefined) into.set('uuid16', uuid);
}
