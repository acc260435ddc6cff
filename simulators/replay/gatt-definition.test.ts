import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GattTrace, GattTraceHeader, TraceEvent } from '@hemma/protocols/trace/format.js';
import { testAir } from '../../tooling/testkit/noble.js';
import { advertisedBy, deviceName, layoutOf } from './gatt-definition.js';
import { ReplayedGattDevice } from './gatt-replay.js';

const moment = { ms: 0, wall: 0, trust: 'unknown' } as const;

function traceOf(header: Partial<GattTraceHeader>, events: TraceEvent[] = []): GattTrace {
  return {
    header: {
      trace: 1,
      source: 'test',
      transport: 'gatt',
      address: null,
      advertisement: null,
      services: [],
      bootId: null,
      ...moment,
      ...header,
    },
    events,
  };
}

const advertisement = { name: 'Cuff', services: ['1810'], manufacturerData: '6901' };

describe('what a recorded device is on the air', () => {
  it('is what was recorded of it', () => {
    const trace = traceOf({
      advertisement,
      services: [
        { service: '1800', characteristics: [{ uuid: '2a00', properties: ['read'] }] },
        {
          service: '1810',
          characteristics: [
            { uuid: '2a35', properties: ['indicate'] },
            { uuid: '2a08', properties: ['read', 'write'] },
          ],
        },
      ],
    });
    expect(layoutOf(trace)).toEqual([
      {
        uuid: '1810',
        characteristics: [
          { uuid: '2a35', properties: ['indicate'] },
          { uuid: '2a08', properties: ['read', 'write'] },
        ],
      },
    ]);
    expect(deviceName(trace)).toBe('Cuff');
    expect(advertisedBy(trace)).toEqual({
      name: 'Cuff',
      services: ['1810'],
      manufacturerData: Uint8Array.of(0x69, 0x01),
      flags: 6,
    });
  });

  it('follows from what was asked for, where the recorder could not see it', () => {
    const listed = ['2a00', '2a35', '2a08', '2a19'].map((uuid) => ({ uuid, properties: null }));
    const trace = traceOf(
      { advertisement, services: [{ service: null, characteristics: listed }] },
      [
        { event: 'read', characteristic: '2a08', octets: '00', ...moment },
        { event: 'write', characteristic: '2a08', octets: '00', ...moment },
        { event: 'subscribe', characteristic: '2a35', ...moment },
      ],
    );
    expect(layoutOf(trace)).toEqual([
      {
        uuid: '1810',
        characteristics: [
          { uuid: '2a35', properties: ['read', 'indicate'] },
          { uuid: '2a08', properties: ['read', 'write'] },
          { uuid: '2a19', properties: ['read'] },
        ],
      },
    ]);
  });

  it('advertises as much as two packets hold', () => {
    const services = Array.from({ length: 40 }, (_, i) => (0x1800 + i).toString(16));
    const { services: fitting, name } = advertisedBy(
      traceOf({ advertisement: { ...advertisement, services } }),
    );
    expect(name).toBe('Cuff');
    expect(fitting).toEqual(services.slice(0, fitting.length));
    expect(fitting.length).toBeGreaterThan(10);
  });

  it('can be put on the air whatever the trace says', () => {
    const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
    const uuid = fc.oneof(hex(4), hex(32));
    const properties = fc.option(
      fc.uniqueArray(
        fc.constantFrom('read', 'write', 'writeWithoutResponse', 'notify', 'indicate'),
      ),
    );
    const service = fc.record({
      service: fc.option(uuid),
      characteristics: fc.array(fc.record({ uuid, properties }), { maxLength: 6 }),
    });
    const heard = fc.record({
      name: fc.option(fc.string({ maxLength: 300 })),
      services: fc.array(uuid, { maxLength: 30 }),
      manufacturerData: fc.option(hex(80)),
    });
    const header = fc.record({
      address: fc.option(fc.string({ maxLength: 40 })),
      advertisement: fc.option(heard),
      services: fc.array(service, { maxLength: 6 }),
    });
    const clock = { sleep: () => Promise.resolve() };
    fc.assert(
      fc.property(header, fc.array(uuid, { maxLength: 4 }), (given, used) => {
        const events = used.map((characteristic): TraceEvent => {
          return { event: 'subscribe', characteristic, ...moment };
        });
        const trace = traceOf(given, events);
        const peripheral = new ReplayedGattDevice(trace, { clock }).attach(testAir());
        expect(peripheral.advertisingData.length).toBeLessThanOrEqual(31);
        expect(peripheral.scanResponse.length).toBeLessThanOrEqual(31);
        peripheral.stopAdvertising();
      }),
      { numRuns: 200 },
    );
  });
});
