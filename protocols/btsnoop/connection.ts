/** One LE connection of a capture, and the trace it gives. */
import type {
  GattTrace,
  Moment,
  ServiceLayout,
  TraceAdvertisement,
  TraceEvent,
  TraceHappening,
} from '../trace/format.js';
import { traceVersion } from '../trace/format.js';
import { AttClient } from './att-client.js';
import type { AttributeTable } from './attribute-table.js';
import { Reassembler, attributeChannel } from './l2cap.js';
import type { HciPacket } from './records.js';

/** What all connections of one import share. */
export interface ImportContext {
  /** Counts an event; false: no more are taken. */
  readonly takesEvent: () => boolean;
  readonly note: (text: string) => void;
}

const unexplained = 'values of attributes whose discovery is not in the capture were left out';

export class Connection {
  readonly address: string | null;
  readonly #table: AttributeTable;
  readonly #context: ImportContext;
  readonly #client: AttClient;
  readonly #fromHost = new Reassembler();
  readonly #fromDevice = new Reassembler();
  readonly #begin: Moment;
  readonly #events: TraceEvent[] = [];
  #now: Moment;
  #lastRead: { octets: string } | null = null;
  #ended = false;

  constructor(
    peer: { readonly address: string | null; readonly table: AttributeTable },
    begin: Moment,
    context: ImportContext,
  ) {
    this.address = peer.address;
    this.#table = peer.table;
    this.#begin = begin;
    this.#now = begin;
    this.#context = context;
    this.#client = new AttClient(peer.table, {
      onHappening: (happening) => this.#add(happening),
      onMore: (octets) => {
        if (this.#lastRead !== null) this.#lastRead.octets += octets;
      },
      onUnknown: () => context.note(unexplained),
    });
  }

  /** An ACL packet of this connection behind its head. Throws a refusal for a PDU that is none. */
  acl(part: Uint8Array, first: boolean, packet: Pick<HciPacket, 'sent'> & { at: Moment }): void {
    const reassembler = packet.sent ? this.#fromHost : this.#fromDevice;
    const pdu = reassembler.push(part, first);
    this.#now = packet.at;
    if (pdu?.channel !== attributeChannel) return;
    if (packet.sent) this.#client.sent(pdu.payload);
    else this.#client.received(pdu.payload);
  }

  end(reason: 'closed' | 'lost' | 'cut', at: Moment): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#events.push({ event: 'end', reason, ...at });
  }

  /** Null when nothing happened on it that a trace tells. */
  trace(advertisement: TraceAdvertisement | null): GattTrace | null {
    this.end('cut', this.#now);
    if (this.#events.length < 2) return null;
    const services: ServiceLayout[] = this.#table.layout();
    return {
      header: {
        trace: traceVersion,
        source: 'btsnoop',
        transport: 'gatt',
        address: this.address,
        advertisement,
        services,
        bootId: null,
        ...this.#begin,
      },
      events: this.#events,
    };
  }

  #add(happening: TraceHappening): void {
    if (!this.#context.takesEvent()) return;
    const event: TraceEvent = { ...happening, ...this.#now };
    this.#lastRead = event.event === 'read' ? event : this.#lastRead;
    this.#events.push(event);
  }
}
