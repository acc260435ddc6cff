import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { testAir } from '../../tooling/testkit/noble.js';
import { RawHost, settle } from '../../tooling/testkit/raw-host.js';
import { deviceAddress } from './address.js';
import type { Air } from './air.js';
import { Boundary, Opcode } from './hci.js';

const attribute = 4;
const firstHandle = 0x40;
const advertisingParameters = '00080008' + '00'.repeat(11);
/** Set Advertising Data: length, then always 31 octets. */
const advertisingData = '03020106' + '00'.repeat(28);

/** Disconnection Complete, Command Complete, Command Status as hexadecimal text. */
const disconnected = (reason: string): string => `0504004000${reason}`;
const complete = (opcode: string, rest: string): string => {
  const length = (rest.length + opcode.length + 2) / 2;
  return `0e${length.toString(16).padStart(2, '0')}01${opcode}${rest}`;
};
const status = (opcode: string, code: string): string => `0f04${code}01${opcode}`;

describe('the virtual controller', () => {
  let air: Air;
  let central: RawHost;
  let peripheral: RawHost;

  beforeEach(() => {
    air = testAir();
    central = new RawHost(air, 1);
    peripheral = new RawHost(air, 2);
  });

  const advertise = async (host: RawHost): Promise<void> => {
    await host.command(Opcode.leSetAdvertisingParameters, advertisingParameters);
    await host.command(Opcode.leSetAdvertisingData, advertisingData);
    expect(await host.command(Opcode.leSetAdvertisingEnable, [1])).toContain(
      complete('0a20', '00'),
    );
  };
  const link = async (): Promise<void> => {
    await advertise(peripheral);
    await central.connect(peripheral.address);
  };

  it('says who it is and what it can do', async () => {
    expect(await central.command(Opcode.readAddress)).toEqual([complete('0910', '00010000000002')]);
    expect(await central.command(Opcode.leReadBufferSize)).toEqual([complete('0220', '001b0008')]);
    expect(await central.command(Opcode.leReadLocalFeatures)).toEqual([
      complete('0320', '000100000000000000'),
    ]);
    expect(await central.command(Opcode.reset)).toEqual([complete('030c', '00')]);
  });

  it('answers an unknown command and a malformed one with an error', async () => {
    expect(await central.command(0x2041)).toEqual([status('4120', '01')]);
    expect(await central.command(Opcode.leSetScanEnable)).toEqual([complete('0c20', '12')]);
  });

  it('reports an advertiser once per scan with the duplicate filter, else again and again', async () => {
    await advertise(peripheral);
    await central.command(Opcode.leSetScanParameters, '0110001000' + '0000');
    const reports = (): number => central.events.filter((event) => event.startsWith('3e')).length;
    await central.command(Opcode.leSetScanEnable, [1, 1]);
    await new Promise((resolve) => air.clock.after(100, () => resolve(undefined)));
    expect(reports()).toBe(2); // advertisement and scan response
    expect(central.events.find((event) => event.startsWith('3e0f0201'))).toMatch(
      /^3e0f02010000020000000002030201(06)..$/,
    );
    await central.command(Opcode.leSetScanEnable, [0, 0]);
    await central.command(Opcode.leSetScanEnable, [1, 0]);
    await new Promise((resolve) => air.clock.after(100, () => resolve(undefined)));
    expect(reports()).toBeGreaterThan(4);
    await central.command(Opcode.leSetScanEnable, [0, 0]);
  });

  it('refuses scan parameters while it scans', async () => {
    await central.command(Opcode.leSetScanEnable, [1, 1]);
    expect(await central.command(Opcode.leSetScanParameters, '01100010000000')).toEqual([
      complete('0b20', '0c'),
    ]);
  });

  it('connects two hosts, carries data both ways and returns every buffer', async () => {
    await advertise(peripheral);
    const events = await central.connect(peripheral.address);
    expect(events).toEqual([
      status('0d20', '00'),
      '3e1301004000' + '0000' + '020000000002' + '180000006400' + '00',
    ]);
    expect(peripheral.events).toContain(
      '3e1301004000' + '0100' + '010000000002' + '180000006400' + '00',
    );
    central.events = [];
    await central.send(firstHandle, attribute, '0a'.repeat(100));
    expect(peripheral.pdus).toEqual([`4:${'0a'.repeat(100)}`]);
    expect(central.events).toEqual(['130501' + '4000' + '0400']);
    await peripheral.send(firstHandle, attribute, '0b'.repeat(30));
    expect(central.pdus).toEqual([`4:${'0b'.repeat(30)}`]);
  });

  it('tells a host that overruns its buffers', async () => {
    await link();
    central.events = [];
    central.sendFragment(firstHandle, Boundary.hostStart, new Uint8Array(28));
    await settle();
    expect(central.events).toEqual(['1a0101']);
    central.events = [];
    for (let i = 0; i < 9; i += 1) {
      central.sendFragment(firstHandle, Boundary.hostStart, new Uint8Array(27));
    }
    await settle();
    expect(central.events).toEqual(['1a0101', '130501' + '4000' + '0800']);
  });

  it('waits for the peer, until the host gives up', async () => {
    expect(await central.connect(peripheral.address)).toEqual([status('0d20', '00')]);
    expect(await central.connect(peripheral.address)).toEqual([status('0d20', '0c')]);
    const [cancelled, failed] = await central.command(Opcode.leCreateConnectionCancel);
    expect(cancelled).toBe(complete('0e20', '00'));
    expect(failed).toMatch(/^3e130102/);
    expect(await central.command(Opcode.leCreateConnectionCancel)).toEqual([
      complete('0e20', '0c'),
    ]);
    await advertise(peripheral);
    expect(peripheral.events.some((event) => event.startsWith('3e'))).toBe(false);
  });

  it('tells a random address from a public one', async () => {
    await advertise(peripheral);
    const other = deviceAddress(peripheral.address.text, 'random');
    expect(await central.connect(other)).toEqual([status('0d20', '00')]);
  });

  it('allows one link to a peer and no command on a link that is not there', async () => {
    await link();
    expect(await central.connect(peripheral.address)).toEqual([status('0d20', '0b')]);
    expect(await central.command(Opcode.disconnect, '410013')).toEqual([status('0604', '02')]);
    expect(await central.command(Opcode.readRssi, '4100')).toEqual([complete('0514', '024100ce')]);
    const update = '41000600180000006400' + '00000000';
    expect(await central.command(Opcode.leConnectionUpdate, update)).toEqual([
      status('1320', '02'),
    ]);
  });

  it('updates the connection at both ends', async () => {
    await link();
    const update = '4000' + '0600' + '2800' + '0400' + '9001' + '00000000';
    const expected = '3e0a03004000' + '2800' + '0400' + '9001';
    peripheral.events = [];
    expect(await central.command(Opcode.leConnectionUpdate, update)).toContain(expected);
    expect(peripheral.events).toEqual([expected]);
  });

  it('gives each end of a disconnection its own reason', async () => {
    await link();
    peripheral.events = [];
    expect(await central.command(Opcode.disconnect, '400013')).toContain(disconnected('16'));
    expect(peripheral.events).toEqual([disconnected('13')]);
    await central.send(firstHandle, attribute, '00'); // goes nowhere
    expect(peripheral.pdus).toEqual([]);
  });

  it('loses its links when it is reset or switched off', async () => {
    await link();
    peripheral.events = [];
    expect(await central.command(Opcode.reset)).toEqual([complete('030c', '00')]);
    expect(peripheral.events).toEqual([disconnected('08')]);
    await peripheral.command(Opcode.leSetAdvertisingEnable, [1]);
    await central.connect(peripheral.address);
    peripheral.events = [];
    central.controller.close();
    await settle();
    expect(peripheral.events).toEqual(['050400' + '4100' + '08']);
    expect(await central.command(Opcode.readAddress)).toEqual([]);
  });

  describe('encryption', () => {
    const key = '00112233445566778899aabbccddeeff';
    const start = '4000' + '0102030405060708' + '1234' + key;

    it('asks the peer for its key and is on when both have the same', async () => {
      await link();
      peripheral.events = [];
      await central.command(Opcode.leStartEncryption, start);
      expect(peripheral.events).toEqual(['3e0d05' + '4000' + '0102030405060708' + '1234']);
      central.events = [];
      expect(await peripheral.command(Opcode.leKeyReply, `4000${key}`)).toEqual([
        complete('1a20', '004000'),
        '08040040' + '0001',
      ]);
      expect(central.events).toEqual(['08040040' + '0001']);
      expect(await peripheral.command(Opcode.leKeyReply, `4000${key}`)).toEqual([
        complete('1a20', '0c4000'),
      ]);
    });

    it('fails when the peer has none, and ends the link when the keys differ', async () => {
      await link();
      await central.command(Opcode.leStartEncryption, start);
      central.events = [];
      await peripheral.command(Opcode.leKeyNegativeReply, '4000');
      expect(central.events).toEqual(['08040640' + '0000']);
      await central.command(Opcode.leStartEncryption, start);
      central.events = [];
      await peripheral.command(Opcode.leKeyReply, `4000${'00'.repeat(16)}`);
      expect(central.events).toEqual([disconnected('3d')]);
    });
  });

  it('survives any packet', async () => {
    await link();
    const anything = fc.uint8Array({ maxLength: 40 });
    const command = fc
      .tuple(fc.constantFrom(...Object.values(Opcode)), anything)
      .map(([opcode, octets]) =>
        Uint8Array.of(1, opcode & 0xff, opcode >> 8, octets.length, ...octets),
      );
    const data = anything.map((octets) => Uint8Array.of(2, 0x40, 0, octets.length, 0, ...octets));
    await fc.assert(
      fc.asyncProperty(fc.oneof(anything, command, data), async (packet) => {
        central.controller.write(packet);
        await settle();
      }),
      { numRuns: 300 },
    );
    await central.command(Opcode.reset);
    const answers = await central.command(Opcode.readAddress);
    expect(answers).toContain(complete('0910', '00010000000002'));
  });
});
