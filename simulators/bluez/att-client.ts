/** The central's side of ATT over a virtual link, as bluetoothd does it (Core 6.0 Vol 3 Part F §3.4). */
import { OctetReader, OctetWriter } from '@hemma/protocols/bytes.js';
import type { Uuid } from '@hemma/protocols/device.js';
import { AttOpcode } from '../radio/att.js';
import { Channel, Reassembler, fragmentsOf } from '../radio/l2cap.js';
import type { Fragment, LinkEnd, LinkListener } from '../radio/link.js';
import { uuidFromOctets, uuidOctets } from '../radio/uuid.js';

/** What BlueZ asks for (`gatt-client.c`, `BT_ATT_MAX_LE_MTU`). */
const ownMtu = 517;
const lastHandle = 0xffff;

/** An ATT Error Response. */
export class AttAnswer extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`ATT error 0x${code.toString(16).padStart(2, '0')}`);
    this.code = code;
  }
}

/** The link ended while a request was under way. */
export class AttLost extends Error {}

export interface FoundCharacteristic {
  readonly uuid: Uuid;
  readonly handle: number;
  readonly properties: number;
  /** Handle of the Client Characteristic Configuration, where there is one. */
  readonly configuration: number | null;
}

export interface FoundService {
  readonly uuid: Uuid;
  readonly handle: number;
  readonly characteristics: readonly FoundCharacteristic[];
}

interface Waiting {
  readonly resolve: (pdu: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

export class AttClient implements LinkListener {
  readonly #end: LinkEnd;
  readonly #onValue: (handle: number, octets: Uint8Array) => void;
  readonly #onGone: () => void;
  readonly #reassembler = new Reassembler();
  #waiting: Waiting | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #mtu = 23;
  #closed = false;

  constructor(
    end: LinkEnd,
    onValue: (handle: number, octets: Uint8Array) => void,
    onGone: () => void,
  ) {
    this.#end = end;
    this.#onValue = onValue;
    this.#onGone = onGone;
  }

  onFragment(fragment: Fragment): void {
    const pdu = this.#reassembler.push(fragment);
    if (pdu?.channel !== Channel.attribute) return;
    const [opcode] = pdu.payload;
    if (opcode === AttOpcode.notification || opcode === AttOpcode.indication) {
      const reader = new OctetReader(pdu.payload.subarray(1));
      this.#onValue(reader.uint16(), Uint8Array.from(reader.take(reader.remaining)));
      if (opcode === AttOpcode.indication) this.#send(Uint8Array.of(AttOpcode.confirmation));
      return;
    }
    const waiting = this.#waiting;
    this.#waiting = null;
    if (opcode === AttOpcode.error) waiting?.reject(new AttAnswer(pdu.payload[4] ?? 0));
    else waiting?.resolve(pdu.payload.slice(1));
  }

  onClosed(): void {
    this.#closed = true;
    this.#waiting?.reject(new AttLost('link lost'));
    this.#waiting = null;
    this.#onGone();
  }

  close(reason: number): void {
    this.#end.close(reason);
  }

  /** MTU, services, characteristics, configurations. */
  async discover(): Promise<FoundService[]> {
    const answer = await this.#request(pdu(AttOpcode.exchangeMtu).uint16(ownMtu));
    this.#mtu = Math.min(ownMtu, new OctetReader(answer).uint16());
    const services: FoundService[] = [];
    for (const group of await this.#walk(AttOpcode.readByGroupType, '2800', [1, lastHandle])) {
      const end = new OctetReader(group.rest).uint16();
      const uuid = uuidFromOctets(group.rest.subarray(2));
      services.push({
        uuid,
        handle: group.handle,
        characteristics: await this.#inside(group.handle, end),
      });
    }
    return services;
  }

  async read(handle: number): Promise<Uint8Array> {
    const octets = [...(await this.#request(pdu(AttOpcode.read).uint16(handle)))];
    for (let more = octets.length === this.#mtu - 1; more;) {
      const blob = pdu(AttOpcode.readBlob).uint16(handle).uint16(octets.length);
      const part = await this.#request(blob);
      octets.push(...part);
      more = part.length === this.#mtu - 1;
    }
    return Uint8Array.from(octets);
  }

  async write(handle: number, octets: Uint8Array): Promise<void> {
    if (octets.length <= this.#mtu - 3) {
      await this.#request(pdu(AttOpcode.write).uint16(handle).put(octets));
      return;
    }
    const room = this.#mtu - 5;
    for (let at = 0; at < octets.length; at += room) {
      const part = octets.subarray(at, at + room);
      await this.#request(pdu(AttOpcode.prepareWrite).uint16(handle).uint16(at).put(part));
    }
    await this.#request(pdu(AttOpcode.executeWrite).uint8(1));
  }

  command(handle: number, octets: Uint8Array): void {
    this.#send(pdu(AttOpcode.writeCommand).uint16(handle).put(octets).octets());
  }

  async #inside(first: number, end: number): Promise<FoundCharacteristic[]> {
    const declared = await this.#walk(AttOpcode.readByType, '2803', [first, end]);
    const found = declared.map(({ handle, rest }) => {
      const reader = new OctetReader(rest);
      const properties = reader.uint8();
      const value = reader.uint16();
      const uuid = uuidFromOctets(reader.take(reader.remaining));
      return { uuid, properties, handle: value, next: handle };
    });
    // A configuration follows its value directly in every table of the virtual devices.
    return found.map(({ uuid, properties, handle }) => {
      const configuration = (properties & 0x30) === 0 ? null : handle + 1;
      return { uuid, properties, handle, configuration };
    });
  }

  /** All attributes of a type in a range of handles; what stands behind each handle is the rest. */
  async #walk(
    opcode: number,
    type: Uuid,
    [first, end]: readonly [number, number],
  ): Promise<{ handle: number; rest: Uint8Array }[]> {
    const found: { handle: number; rest: Uint8Array }[] = [];
    for (let at = first; at <= end;) {
      const asked = pdu(opcode).uint16(at).uint16(end).put(uuidOctets(type));
      const answer = await this.#request(asked).catch((error: unknown) => {
        if (error instanceof AttAnswer) return null;
        throw error;
      });
      if (answer === null) break;
      const reader = new OctetReader(answer);
      const each = reader.uint8();
      while (reader.remaining >= each) {
        const item = new OctetReader(reader.take(each));
        found.push({ handle: item.uint16(), rest: Uint8Array.from(item.take(item.remaining)) });
      }
      const { handle = end, rest } = found.at(-1) ?? {};
      const isGroup = opcode === AttOpcode.readByGroupType && rest !== undefined;
      at = (isGroup ? new OctetReader(rest).uint16() : handle) + 1;
    }
    return found;
  }

  /** ATT has one request under way at a time. */
  async #request(writer: OctetWriter): Promise<Uint8Array> {
    const mine = this.#last.then(
      async () =>
        await new Promise<Uint8Array>((resolve, reject) => {
          if (this.#closed) {
            reject(new AttLost('link lost'));
            return;
          }
          this.#waiting = { resolve, reject };
          this.#send(writer.octets());
        }),
    );
    this.#last = mine.catch(() => undefined);
    return await mine;
  }

  #send(payload: Uint8Array): void {
    for (const fragment of fragmentsOf({ channel: Channel.attribute, payload }))
      this.#end.send(fragment);
  }
}

function pdu(opcode: number): OctetWriter {
  return new OctetWriter().uint8(opcode);
}
