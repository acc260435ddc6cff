import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OctetWriter, fromHex } from '../bytes.js';
import { CodecRefusal } from '../codec.js';
import type { TraceEvent } from '../trace/format.js';
import { formatTrace, parseTrace } from '../trace/text.js';
import { importBtsnoop, maxConnections } from './import.js';
import { btsnoopFile } from './write.js';
import type { HciRecord } from './write.js';

const handle = 0x0040;
const address = 'C0:FF:EE:00:00:01';
const onAir = fromHex('010000eeffc0');
const beganMs = Date.UTC(2026, 0, 15, 8, 0, 0);

/** A capture in the making: one packet every ten milliseconds. */
class Capture {
  readonly records: HciRecord[] = [];

  packet(packet: Uint8Array, sent: boolean): this {
    this.records.push({ packet, sent, wallMs: beganMs + 10 * this.records.length });
    return this;
  }

  event(code: number, parameters: Uint8Array): this {
    const octets = new OctetWriter().uint8(4).uint8(code).uint8(parameters.length).put(parameters);
    return this.packet(octets.octets(), false);
  }

  acl(sent: boolean, boundary: number, part: Uint8Array, at = handle): this {
    const head = new OctetWriter().uint8(2).uint16(at | (boundary << 12));
    return this.packet(head.uint16(part.length).put(part).octets(), sent);
  }

  att(sent: boolean, hex: string, at = handle): this {
    const pdu = fromHex(hex);
    const l2cap = new OctetWriter().uint16(pdu.length).uint16(4).put(pdu).octets();
    return this.acl(sent, sent ? 0 : 2, l2cap, at);
  }

  request(hex: string, answer: string): this {
    return this.att(true, hex).att(false, answer);
  }

  advertise(data: string): this {
    const octets = fromHex(data);
    const report = new OctetWriter().uint8(2).uint8(1).uint8(0).uint8(0).put(onAir);
    return this.event(0x3e, report.uint8(octets.length).put(octets).uint8(0xc4).octets());
  }

  connect(subevent = 0x01, at = handle): this {
    const head = new OctetWriter().uint8(subevent).uint8(0).uint16(at).uint8(0).uint8(0).put(onAir);
    const rest = subevent === 0x01 ? 7 : 20;
    return this.event(0x3e, head.put(new Uint8Array(rest)).octets());
  }

  disconnect(reason: number): this {
    return this.event(0x05, new OctetWriter().uint8(0).uint16(handle).uint8(reason).octets());
  }

  /** A blood pressure monitor is discovered: 2A35 at 3 (indicate, CCCD 4), 2A49 at 6 (read). */
  discover(): this {
    return this.request('100100ffff0028', '110601000a001018')
      .request('0801000a000328', '09070200200300352a')
      .request('0803000a000328', '09070500020600492a')
      .request('0806000a000328', '010806000a')
      .request('0404000400', '050104000229');
  }

  import(dataLink: Parameters<typeof btsnoopFile>[1] = 'h4'): ReturnType<typeof importBtsnoop> {
    return importBtsnoop(btsnoopFile(this.records, dataLink));
  }
}

/** Events as short text. */
function told(events: readonly TraceEvent[]): string[] {
  return events.map((event) =>
    [
      event.event,
      'characteristic' in event ? event.characteristic : '',
      'octets' in event ? event.octets : '',
      'way' in event ? event.way : '',
      'reason' in event ? event.reason : '',
      'code' in event ? `${event.request} ${event.code}` : '',
    ]
      .filter((part) => part !== '')
      .join(' '),
  );
}

const measurement = '1ef5001e00f500e107030a10390bf500000000';

function ordinary(subevent?: number): Capture {
  return new Capture()
    .advertise('0201060303101805ff690101aa')
    .advertise('050943756666')
    .connect(subevent)
    .discover()
    .request('0a0600', '0b2100')
    .request('1204000200', '13')
    .att(false, `1d0300${measurement}`)
    .att(true, '1e')
    .disconnect(0x13);
}

const expected = [
  'read 2a49 2100',
  'subscribe 2a35',
  `value 2a35 ${measurement} indicate`,
  'end lost',
];

describe('a capture of a phone', () => {
  it('gives a trace of each connection, with what was advertised before it', () => {
    const { traces, notes } = ordinary().import();
    expect(notes).toEqual([]);
    expect(traces).toHaveLength(1);
    const [{ header, events }] = traces as [(typeof traces)[0]];
    expect(told(events)).toEqual(expected);
    expect(header).toEqual({
      trace: 1,
      source: 'btsnoop',
      transport: 'gatt',
      address,
      advertisement: { name: 'Cuff', services: ['1810'], manufacturerData: '690101aa' },
      services: [
        {
          service: '1810',
          characteristics: [
            { uuid: '2a35', properties: ['indicate'] },
            { uuid: '2a49', properties: ['read'] },
          ],
        },
      ],
      bootId: null,
      ms: 20,
      wall: beganMs + 20,
      trust: 'unknown',
    });
    expect(events[0]).toMatchObject({ ms: 140, wall: beganMs + 140 });
  });

  it.each(['h1', 'h4', 'monitor'] as const)('is read whatever its data link: %s', (dataLink) => {
    expect(told(ordinary().import(dataLink).traces[0]!.events)).toEqual(expected);
  });

  it.each([0x0a, 0x29])('is read with the enhanced connection event %i', (subevent) => {
    const [trace] = ordinary(subevent).import().traces;
    expect(trace?.header.address).toBe(address);
    expect(told(trace!.events)).toEqual(expected);
  });

  it('is read with extended advertising', () => {
    const report = new OctetWriter().uint8(0x0d).uint8(1).uint16(0x13).uint8(0).put(onAir);
    report.put(new Uint8Array(14)).uint8(6).put(fromHex('050943756667'));
    const { traces } = new Capture()
      .event(0x3e, report.octets())
      .connect()
      .discover()
      .request('0a0600', '0b2100')
      .import();
    expect(traces[0]?.header.advertisement?.name).toBe('Cufg');
  });

  it('puts PDUs together that the controller cut into parts', () => {
    const pdu = fromHex(`1d0300${measurement}`);
    const l2cap = new OctetWriter().uint16(pdu.length).uint16(4).put(pdu).octets();
    const capture = new Capture().connect().discover();
    capture.acl(false, 2, l2cap.subarray(0, 3));
    capture.request('0a0600', '0b2100'); // the other direction's parts come in between
    const cut = new Capture().connect().discover();
    for (let at = 0; at < l2cap.length; at += 7)
      cut.acl(false, at === 0 ? 2 : 1, l2cap.subarray(at, at + 7));
    expect(told(cut.import().traces[0]!.events)).toEqual([
      `value 2a35 ${measurement} indicate`,
      'end cut',
    ]);
    // The beginning of a new PDU drops the one that was broken off.
    expect(told(capture.import().traces[0]!.events)).toEqual(['read 2a49 2100', 'end cut']);
  });

  it('joins the parts of a long value, read or written', () => {
    const part = 'aa'.repeat(22);
    const { traces } = new Capture()
      .connect()
      .discover()
      .request('0a0600', `0b${part}`)
      .request('0c06001600', `0d${part}`)
      .request('0c06002c00', '0dbb')
      .request('1606000000aabb', '1706000000aabb')
      .request('1606000200cc', '1706000200cc')
      .request('1801', '19')
      .request('1606000000aabb', '1706000000aabb')
      .request('1800', '19')
      .import();
    expect(told(traces[0]!.events)).toEqual([
      `read 2a49 ${part}${part}bb`,
      'write 2a49 aabbcc',
      'end cut',
    ]);
  });

  it('tells what the device refused', () => {
    const { traces } = new Capture()
      .connect()
      .discover()
      .request('0a0600', '010a060005')
      .request('1204000200', '0112040005')
      .request('12060001', '0112060003')
      .disconnect(0x16)
      .import();
    expect(told(traces[0]!.events)).toEqual([
      'failed 2a49 read att_05',
      'subscribe 2a35',
      'failed 2a35 subscribe att_05',
      'write 2a49 01',
      'failed 2a49 write att_03',
      'end closed',
    ]);
  });

  it('knows a device again that the phone does not discover again', () => {
    const { traces } = ordinary()
      .connect()
      .request('1204000000', '13')
      .att(false, '1b030001')
      .import();
    expect(told(traces[1]!.events)).toEqual([
      'unsubscribe 2a35',
      'value 2a35 01 notify',
      'end cut',
    ]);
  });

  it('says so when the capture began after the discovery', () => {
    const { traces, notes } = new Capture().att(false, `1d0300${measurement}`).import();
    expect(traces).toEqual([]);
    expect(notes).toEqual([
      'values of attributes whose discovery is not in the capture were left out',
    ]);
  });

  it('takes a write behind a value that can be subscribed to for a subscription', () => {
    const { traces } = new Capture()
      .connect()
      .request('0801000a000328', '09070200200300352a')
      .request('1204000200', '13')
      .import();
    expect(told(traces[0]!.events)).toEqual(['subscribe 2a35', 'end cut']);
    expect(traces[0]!.header.services.map(({ service }) => service)).toEqual([null]);
  });

  it('leaves the requests of the device to the phone alone', () => {
    const { traces } = new Capture()
      .connect()
      .discover()
      .att(false, '0a0600')
      .att(true, '0bff')
      .request('0a0600', '0b2100')
      .import();
    expect(told(traces[0]!.events)).toEqual(['read 2a49 2100', 'end cut']);
  });

  it('gives one device alone when asked to', () => {
    const file = btsnoopFile(ordinary().records);
    expect(importBtsnoop(file, { address: address.toLowerCase() }).traces).toHaveLength(1);
    expect(importBtsnoop(file, { address: '00:00:00:00:00:00' }).traces).toEqual([]);
  });

  it('keeps a link of classic Bluetooth out, whose handles are of the same kind', () => {
    const classic = new OctetWriter().uint8(0).uint16(handle).put(onAir).uint16(1).octets();
    const { traces } = new Capture().event(0x03, classic).discover().import();
    expect(traces).toEqual([]);
  });

  it('has the values of a notification of several, and of writes without an answer', () => {
    const { traces } = new Capture()
      .connect()
      .discover()
      .att(false, '23030002000102060001000a')
      .att(true, '520600aa')
      .att(true, `d20600bb${'00'.repeat(12)}`)
      .import();
    expect(told(traces[0]!.events)).toEqual([
      'value 2a35 0102 notify',
      'value 2a49 0a notify',
      'write 2a49 aa',
      'write 2a49 bb',
      'end cut',
    ]);
  });

  it('has an end to the events it takes', () => {
    const file = btsnoopFile(ordinary().records);
    const { traces, notes } = importBtsnoop(file, { events: 2 });
    expect(told(traces[0]!.events)).toEqual([...expected.slice(0, 2), 'end lost']);
    expect(notes).toEqual(['events beyond 2 were left out: choose one device']);
  });

  it('has an end to the connections it takes', () => {
    const capture = new Capture();
    for (let i = 0; i <= maxConnections; i += 1) capture.connect();
    expect(capture.import().notes).toEqual([`connections beyond ${maxConnections} were left out`]);
  });
});

describe('a file that is not what it should be', () => {
  const good = btsnoopFile(ordinary().records);

  it.each([
    ['nothing', new Uint8Array(), 'empty'],
    ['another file', fromHex('d4c3b2a1020004000000'), 'sync'],
    ['a head that is cut off', good.subarray(0, 12), 'truncated'],
    ['another version', Uint8Array.from(good).fill(9, 11, 12), 'format'],
    ['another data link', Uint8Array.from(good).fill(9, 15, 16), 'format'],
  ])('%s is refused', (_, file, reason) => {
    const refusal = expect.objectContaining({ name: 'CodecRefusal', reason }) as unknown;
    expect(() => importBtsnoop(file)).toThrow(refusal);
  });

  it('cut off in the last record is read up to there', () => {
    const { traces, notes } = importBtsnoop(good.subarray(0, -3));
    expect(told(traces[0]!.events).slice(0, -1)).toEqual(expected.slice(0, -1));
    expect(notes).toEqual(['the last record is cut off']);
  });

  it('whose packets were cut short when it was made says so', () => {
    const { notes } = importBtsnoop(btsnoopFile(ordinary().records, 'h4', 12));
    expect(notes[0]).toMatch(/^packets were left out: cut short \(\d+\)$/);
  });

  it('whatever it holds, gives traces or a refusal', () => {
    const head = good.subarray(0, 16);
    const rubbish = fc.uint8Array({ maxLength: 400 });
    fc.assert(
      fc.property(fc.boolean(), rubbish, (isHeaded, tail) => {
        const file = isHeaded ? Uint8Array.from([...head, ...tail]) : tail;
        expectTracesOrRefusal(file);
      }),
      { numRuns: 500 },
    );
  });

  it('whatever octet is changed in it, gives traces or a refusal', () => {
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(255), (at, octet, next) => {
        const file = Uint8Array.from(good);
        file.set(at + 1 < file.length ? [octet, next] : [octet], at);
        expectTracesOrRefusal(file);
      }),
      { numRuns: 500 },
    );
  });

  it('whatever its PDUs are, gives traces or a refusal', () => {
    const pdu = fc.tuple(fc.boolean(), fc.uint8Array({ minLength: 1, maxLength: 24 }));
    fc.assert(
      fc.property(fc.array(pdu, { maxLength: 20 }), (pdus) => {
        const capture = new Capture().connect().discover();
        for (const [sent, octets] of pdus) capture.att(sent, Buffer.from(octets).toString('hex'));
        expectTracesOrRefusal(btsnoopFile(capture.records));
      }),
      { numRuns: 500 },
    );
  });
});

/** Every trace that is given must be one that can be read again. */
function expectTracesOrRefusal(file: Uint8Array): void {
  try {
    for (const trace of importBtsnoop(file).traces)
      expect(parseTrace(formatTrace(trace)).trace).toEqual(trace);
  } catch (error) {
    expect(error).toBeInstanceOf(CodecRefusal);
  }
}
