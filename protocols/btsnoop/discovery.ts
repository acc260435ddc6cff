/** What the answers of a device tell of its attribute table (Core 6.0 Vol 3 Part F §3.4.3, §3.4.4). */
import { OctetReader } from '../bytes.js';
import type { Uuid } from '../device.js';
import { Att } from './att.js';
import type { AttributeTable } from './attribute-table.js';
import { uuidOf } from './uuid.js';

const primaryService: Uuid = '2800';
const characteristicDeclaration: Uuid = '2803';

/** What was asked for. */
export interface Asked {
  readonly opcode: number;
  /** Type that is looked for. */
  readonly type: Uuid | null;
  /** Value that is looked for, or written. */
  readonly value: Uint8Array;
}

/** A value that was read by its type: the answer tells the handle. */
export interface FoundValue {
  readonly handle: number;
  readonly value: Uint8Array;
}

/** Enters an answer into the table; gives the values in it. Throws a refusal when it is none. */
export function learn(table: AttributeTable, asked: Asked, answer: OctetReader): FoundValue[] {
  switch (asked.opcode) {
    case Att.findInformationRequest: {
      const uuidOctets = answer.uint8() === 1 ? 2 : 16;
      for (const entry of entriesOf(answer, 2 + uuidOctets))
        table.type(entry.uint16(), uuidOf(entry.take(entry.remaining)));
      return [];
    }
    case Att.findByTypeRequest:
      if (asked.type !== primaryService) return [];
      for (const entry of entriesOf(answer, 4))
        table.service(entry.uint16(), entry.uint16(), uuidOf(asked.value));
      return [];
    case Att.readByGroupRequest:
      if (asked.type !== primaryService) return [];
      for (const entry of entriesOf(answer, answer.uint8()))
        table.service(entry.uint16(), entry.uint16(), uuidOf(entry.take(entry.remaining)));
      return [];
    case Att.readByTypeRequest:
      return [...entriesOf(answer, answer.uint8())].flatMap((entry) =>
        foundByType(table, asked.type, entry),
      );
    default:
      return [];
  }
}

function foundByType(table: AttributeTable, type: Uuid | null, entry: OctetReader): FoundValue[] {
  const handle = entry.uint16();
  const value = entry.take(entry.remaining);
  if (type === characteristicDeclaration) table.characteristic(value);
  else if (type !== null) table.type(handle, type);
  return table.valueAt(handle) === null ? [] : [{ handle, value }];
}

/** So many entries of the same length as there are octets for. */
function* entriesOf(reader: OctetReader, length: number): Generator<OctetReader> {
  while (length > 0 && reader.remaining >= length) yield new OctetReader(reader.take(length));
}
