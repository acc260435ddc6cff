import { fromHex, toHex } from '@hemma/protocols/bytes.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AttServer } from './att.js';
import { AttributeTable } from './attributes.js';
import { AttRefusal } from './gatt-server.js';
import type { GattServerDefinition } from './gatt-server.js';

const vendor = '00112233445566778899aabbccddeeff';
const vendorOnAir = 'ffeeddccbbaa99887766554433221100';

/**
 * Handles: 1-5 Generic Access; 6 service 1810; 7-9 2A35 indicate; 10-11 2A49 read; 12-13 2A52 write;
 * 14 vendor service; 15-16 its characteristic.
 */
function server(over: { mtu?: number; onWrite?: (octets: Uint8Array) => void } = {}) {
  const subscribed: boolean[] = [];
  const written: string[] = [];
  const onWrite = over.onWrite ?? ((octets: Uint8Array) => void written.push(toHex(octets)));
  let reads = 0;
  const definition: GattServerDefinition = {
    name: 'X',
    address: 'AA:BB:CC:DD:EE:FF',
    services: [
      {
        uuid: '1810',
        characteristics: [
          { uuid: '2a35', properties: ['indicate'], onSubscribe: (on) => subscribed.push(on) },
          {
            uuid: '2a49',
            properties: ['read'],
            onRead: () => new Uint8Array(40).fill((reads += 1)),
          },
          { uuid: '2a52', properties: ['write', 'writeWithoutResponse'], onWrite },
        ],
      },
      { uuid: vendor, characteristics: [{ uuid: vendor, properties: ['notify'] }] },
    ],
    advertising: { services: [], name: null, flags: 6 },
  };
  const att = new AttServer(new AttributeTable(definition), over.mtu ?? 23);
  const ask = (request: string): string | null => {
    const answer = att.handle(fromHex(request));
    return answer === null ? null : toHex(answer);
  };
  return { att, ask, written, subscribed };
}

describe('discovery', () => {
  it('lists services of one UUID length at a time', () => {
    const { ask } = server();
    expect(ask('10 0100 ffff 0028')).toBe('1106' + '010005000018' + '06000d001018');
    expect(ask('10 0e00 ffff 0028')).toBe('1114' + '0e001100' + vendorOnAir);
    expect(ask('10 1200 ffff 0028')).toBe('01' + '10' + '1200' + '0a');
    expect(ask('10 0100 ffff 0328')).toBe('01' + '10' + '0100' + '10');
  });

  it('finds a service by its UUID', () => {
    const { ask } = server();
    expect(ask('06 0100 ffff 0028 1018')).toBe('07' + '0600' + '0d00');
    expect(ask(`06 0100 ffff 0028 ${vendorOnAir}`)).toBe('07' + '0e00' + '1100');
    expect(ask('06 0100 ffff 0028 0918')).toBe('01' + '06' + '0100' + '0a');
  });

  it('lists characteristics and reads values by type', () => {
    const { ask } = server();
    const [name, appearance] = ['0200' + '02' + '0300' + '002a', '0400' + '02' + '0500' + '012a'];
    const first = '0700' + '20' + '0800' + '352a';
    expect(ask('08 0100 ffff 0328')).toBe('0907' + name + appearance + first); // three fit
    expect(ask('08 0600 0b00 0328')).toBe('0907' + first + '0a00' + '02' + '0b00' + '492a');
    expect(ask('08 0c00 0d00 0328')).toBe('0907' + '0c00' + '0c' + '0d00' + '522a');
    expect(ask('08 0100 ffff 002a')).toBe('0903' + '0300' + '58');
    expect(ask('08 0100 ffff fb349b5f80000080 00100000 002a0000')).toBe('0903' + '0300' + '58');
    expect(ask('08 0100 ffff 352a')).toBe('01' + '08' + '0800' + '02');
  });

  it('lists descriptors of one UUID length at a time', () => {
    const { ask } = server({ mtu: 247 });
    expect(ask('04 0900 0900')).toBe('0501' + '0900' + '0229');
    expect(ask('04 1000 ffff')).toBe('0502' + '1000' + vendorOnAir);
    expect(ask('04 1100 ffff')).toBe('0501' + '1100' + '0229');
  });

  it('refuses a range that is none', () => {
    const { ask } = server();
    for (const opcode of ['04', '06', '08', '10']) {
      expect(ask(`${opcode} 0000 ffff 0028 1018`)).toBe(`01${opcode}000001`);
      expect(ask(`${opcode} 0500 0400 0028 1018`)).toBe(`01${opcode}050001`);
    }
  });
});

describe('values', () => {
  it('agrees on the smaller MTU and says its own', () => {
    const { ask, att } = server({ mtu: 100 });
    expect(att.mtu).toBe(23);
    expect(ask('02 0001')).toBe('036400');
    expect(att.mtu).toBe(100);
    ask('02 2800');
    expect(att.mtu).toBe(40);
    ask('02 0100');
    expect(att.mtu).toBe(23);
  });

  it('reads one and the same value to its end, and a new one the next time', () => {
    const { ask } = server();
    expect(ask('0a 0b00')).toBe('0b' + '01'.repeat(22));
    expect(ask('0c 0b00 1600')).toBe('0d' + '01'.repeat(18));
    expect(ask('0c 0b00 2800')).toBe('0d');
    expect(ask('0c 0b00 2900')).toBe('010c0b0007');
    expect(ask('0a 0b00')).toBe('0b' + '02'.repeat(22));
  });

  it('refuses what a characteristic does not allow', () => {
    const { ask, written } = server();
    expect(ask('0a 0800')).toBe('010a080002');
    expect(ask('0a 0d00')).toBe('010a0d0002');
    expect(ask('12 0b00 01')).toBe('01120b0003');
    expect(ask('16 0b00 0000 01')).toBe('01160b0003');
    expect(ask('0a 6300')).toBe('010a630001');
    expect(ask('52 0b00 01')).toBe(null);
    expect(written).toEqual([]);
  });

  it('takes writes, and commands without an answer', () => {
    const { ask, written } = server();
    expect(ask('12 0d00 0102')).toBe('13');
    expect(ask('52 0d00 03')).toBe(null);
    expect(ask('12 0d00')).toBe('13');
    expect(written).toEqual(['0102', '03', '']);
  });

  it('puts a long write together when it is executed, or forgets it', () => {
    const { ask, written } = server();
    expect(ask('16 0d00 0000 0102')).toBe('17' + '0d00' + '0000' + '0102');
    expect(ask('16 0d00 0200 0304')).toBe('17' + '0d00' + '0200' + '0304');
    expect(ask('18 01')).toBe('19');
    ask('16 0d00 0000 05');
    expect(ask('18 00')).toBe('19');
    expect(ask('18 01')).toBe('19');
    expect(written).toEqual(['01020304']);
    ask('16 0d00 0100 05');
    expect(ask('18 01')).toBe('01180d0007');
  });

  it('keeps no more prepared parts than a value can have', () => {
    const { ask } = server();
    const answers = Array.from({ length: 30 }, () => ask('16 0d00 0000 01'));
    expect(answers.filter((answer) => answer?.startsWith('17'))).toHaveLength(29);
    expect(answers.at(-1)).toBe('01160d0009');
  });

  it('passes on the refusal of a behaviour, and no other error', () => {
    const refusing = server({
      onWrite: () => {
        throw new AttRefusal(0xfe);
      },
    });
    expect(refusing.ask('12 0d00 01')).toBe('01120d00fe');
    expect(refusing.ask('52 0d00 01')).toBe(null);
    const broken = server({
      onWrite: () => {
        throw new Error('a bug');
      },
    });
    expect(() => broken.ask('12 0d00 01')).toThrow('a bug');
  });

  it('subscribes by the bits a characteristic has', () => {
    const { ask, subscribed, att } = server();
    expect(ask('0a 0900')).toBe('0b0000');
    expect(ask('12 0900 0200')).toBe('13');
    expect(ask('12 0900 0200')).toBe('13');
    expect(ask('0a 0900')).toBe('0b0200');
    expect(att.subscriptions.get(8)).toBe(2);
    expect(ask('12 0900 0100')).toBe('0112090013');
    expect(ask('12 0900 02')).toBe('011209000d');
    expect(ask('12 0900 0000')).toBe('13');
    expect(subscribed).toEqual([true, false]);
  });
});

describe('any PDU', () => {
  it('gets what ATT says: nothing, an answer to it, or an error about it, within the MTU', () => {
    const { att } = server();
    const requests = [0x02, 0x04, 0x06, 0x08, 0x0a, 0x0c, 0x10, 0x12, 0x16, 0x18, 0x52, 0xd2];
    const opcode = fc.oneof(fc.constantFrom(...requests), fc.nat(255));
    const handles = fc.array(fc.constantFrom(0, 1, 8, 9, 11, 13, 16, 40, 255), { maxLength: 6 });
    const body = fc.oneof(fc.uint8Array({ maxLength: 30 }), handles);
    fc.assert(
      fc.property(opcode, body, (code, octets) => {
        const answer = att.handle(Uint8Array.of(code, ...octets));
        if ((code & 0x40) !== 0 || code % 2 === 1) {
          expect(answer).toBe(null);
          return;
        }
        expect(answer!.length).toBeLessThanOrEqual(Math.max(att.mtu, 35));
        expect([1, code + 1]).toContain(answer![0]);
        if (answer![0] === 1) expect(answer![1]).toBe(code);
      }),
      { numRuns: 3000 },
    );
  });

  it('that is not known is refused, if it is a request', () => {
    const { ask } = server();
    expect(ask('0e 0100 0200')).toBe('010e000006');
    expect(ask('')).toBe('0100000006');
    expect(ask('0a 01')).toBe('010a000004');
    expect(ask('02 1700 00')).toBe('0102170004');
    expect(ask('0b 00')).toBe(null);
    expect(ask('d2 0d00 01')).toBe(null);
  });
});
