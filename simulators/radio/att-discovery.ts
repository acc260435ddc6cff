/** The ATT requests by which a client finds out what a server has (Core 6.0 Vol 3 Part F §3.4.3, §3.4.4). */
import { OctetWriter, toHex } from '@hemma/protocols/bytes.js';
import type { OctetReader } from '@hemma/protocols/bytes.js';
import { AttError, AttFailure } from './att-errors.js';
import { AttributeType } from './attributes.js';
import type { Attribute, AttributeTable, Subscriptions } from './attributes.js';
import { uuidFromOctets, uuidOctets } from './uuid.js';

export interface AttView {
  readonly table: AttributeTable;
  readonly mtu: number;
  readonly subscriptions: Subscriptions;
}

/** One entry of Read By Type holds at most 253 octets of value: its length field is one octet. */
const maxListedValue = 253;

/** Find Information: handles with their types, all 16-bit or all 128-bit (§3.4.3.1). */
export function findInformation(view: AttView, request: OctetReader): Uint8Array {
  const { start, inRange } = range(view, request);
  request.end();
  const entries = inRange.map(({ handle, type }) => entry(handle, uuidOctets(type)));
  const format = entries[0]?.length === 4 ? 0x01 : 0x02;
  return list(view, [format], found(entries, start));
}

/** Find By Type Value: where services with one UUID are (§3.4.3.3). */
export function findByTypeValue(view: AttView, request: OctetReader): Uint8Array {
  const { start, inRange } = range(view, request);
  const type = uuidFromOctets(request.take(2));
  const value = toHex(request.take(request.remaining));
  const matches = inRange.filter(
    (attribute) =>
      attribute.type === type &&
      attribute.groupEnd !== null &&
      toHex(attribute.read?.(view.subscriptions) ?? new Uint8Array()) === value,
  );
  const entries = matches.map(({ handle, groupEnd }) => entry(handle, [], groupEnd ?? handle));
  return list(view, [], found(entries, start));
}

/** Read By Type: the values of all attributes of one type, as long as they are equally long (§3.4.4.1). */
export function readByType(view: AttView, request: OctetReader): Uint8Array {
  const { start, inRange } = range(view, request);
  const type = uuidFromOctets(request.take(request.remaining));
  const room = Math.min(view.mtu - 4, maxListedValue);
  const [first, ...rest] = inRange.filter((attribute) => attribute.type === type);
  if (first === undefined) throw new AttFailure(AttError.attributeNotFound, start);
  if (first.read === null) throw new AttFailure(AttError.readNotPermitted, first.handle);
  const readable = [first, ...rest.filter(({ read }) => read !== null)];
  const entries = readable.map(({ handle, read }) =>
    entry(handle, read?.(view.subscriptions).subarray(0, room) ?? []),
  );
  return list(view, [entries[0]?.length ?? 0], found(entries, start));
}

/** Read By Group Type: the services (§3.4.4.9). No other attribute of ours forms a group. */
export function readByGroupType(view: AttView, request: OctetReader): Uint8Array {
  const { start, inRange } = range(view, request);
  const type = uuidFromOctets(request.take(request.remaining));
  if (type !== AttributeType.primaryService) {
    throw new AttFailure(AttError.unsupportedGroupType, start);
  }
  const services = inRange.filter(({ groupEnd }) => groupEnd !== null);
  const entries = services.map(({ handle, groupEnd, read }) =>
    entry(handle, read?.(view.subscriptions) ?? [], groupEnd ?? handle),
  );
  return list(view, [entries[0]?.length ?? 0], found(entries, start));
}

function range(view: AttView, request: OctetReader): { start: number; inRange: Attribute[] } {
  const start = request.uint16();
  const end = request.uint16();
  if (start === 0 || start > end) throw new AttFailure(AttError.invalidHandle, start);
  const { attributes } = view.table;
  return { start, inRange: attributes.filter(({ handle }) => handle >= start && handle <= end) };
}

function entry(handle: number, value: Iterable<number>, groupEnd?: number): Uint8Array {
  const writer = new OctetWriter().uint16(handle);
  if (groupEnd !== undefined) writer.uint16(groupEnd);
  return writer.put(value).octets();
}

function found(entries: readonly Uint8Array[], start: number): readonly Uint8Array[] {
  if (entries.length === 0) throw new AttFailure(AttError.attributeNotFound, start);
  return entries;
}

/** As many of the entries as fit and are as long as the first, behind the response's own head. */
function list(view: AttView, head: readonly number[], entries: readonly Uint8Array[]): Uint8Array {
  const length = entries[0]?.length ?? 0;
  const opcodeOctets = 1;
  const fitting = Math.floor((view.mtu - opcodeOctets - head.length) / length);
  const other = entries.findIndex((candidate) => candidate.length !== length);
  const count = other === -1 ? fitting : Math.min(fitting, other);
  const body = new OctetWriter().put(head);
  for (const one of entries.slice(0, count)) body.put(one);
  return body.octets();
}
