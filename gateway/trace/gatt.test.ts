import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TraceEvent } from '@hemma/protocols/trace/format.js';
import { parseTrace } from '@hemma/protocols/trace/text.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import { createLog } from '@hemma/runtime/log.js';
import { AttRefusal } from '@hemma/simulators/radio/gatt-server.js';
import { installVirtualHci } from '@hemma/simulators/radio/hci-socket.js';
import { Peripheral } from '@hemma/simulators/radio/peripheral.js';
import { testAir } from '../../tooling/testkit/noble.js';
import { gattTransportContract } from '../transports/link.contract.js';
import type { GattLink, GattTransport } from '../transports/link.js';
import { NobleTransport } from '../transports/noble.js';
import { traceGatt } from './gatt.js';
import { tracingTo } from './recorder.js';

const clock = new SystemClock({ trust: 'synced' });
const log = createLog('test', 'silent');
const air = testAir();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hemma-trace-'));
  installVirtualHci(air);
});
afterAll(() => rmSync(folder, { recursive: true }));

function traced(): GattTransport {
  const noble = new NobleTransport({ library: 'stoprocent', clock, log, callDeadlineMs: 500 });
  const limits = { folder, maxFiles: 100, maxMiB: 1 };
  return traceGatt(noble, tracingTo(limits, clock, { log, version: '0' }));
}

/** What happened on the last link, without the times. */
function lastTrace(): string[] {
  const name = readdirSync(folder).sort().at(-1) ?? '';
  const { events } = parseTrace(readFileSync(join(folder, name), 'utf8')).trace;
  return events.map(({ event, ...rest }: TraceEvent) =>
    [
      event,
      ...['characteristic', 'octets', 'request', 'code', 'reason'].map((key) => pick(rest, key)),
    ]
      .filter((part) => part !== '')
      .join(' '),
  );
}

function pick(from: object, key: string): string {
  const value: unknown = Reflect.get(from, key);
  return typeof value === 'string' ? value : '';
}

gattTransportContract('a transport with traces', () =>
  Promise.resolve({ air, transport: traced() }),
);

describe('the trace of a link', () => {
  const address = 'C0:FF:EE:00:02:01';
  const device = new Peripheral(air, {
    name: 'Cuff',
    address,
    services: [
      {
        uuid: '1810',
        characteristics: [
          { uuid: '2a35', properties: ['indicate'] },
          {
            uuid: '2a08',
            properties: ['read', 'write'],
            onRead: () => Uint8Array.of(1, 2, 3),
            onWrite: () => {
              throw new AttRefusal(0x80);
            },
          },
        ],
      },
    ],
    advertising: { services: ['1810'], name: 'Cuff', flags: 6 },
  });
  let transport: GattTransport;

  beforeAll(async () => {
    transport = traced();
    await transport.start();
  });
  afterAll(() => transport.stop());

  const open = async (): Promise<GattLink> => {
    device.startAdvertising();
    const heard = new Promise<void>((resolve) =>
      transport.onAdvertisement((advertisement) => {
        if (advertisement.address === address) resolve();
      }),
    );
    await heard;
    return await transport.connect(address);
  };

  it('tells what was asked, what was said, and that the gateway ended it', async () => {
    const link = await open();
    await link.read('2a08');
    await link.subscribe('2a35', () => undefined);
    await device.indicate('2a35', Uint8Array.of(0xaa));
    await link.unsubscribe('2a35');
    await link.close();
    expect(lastTrace()).toEqual([
      'read 2a08 010203',
      'subscribe 2a35',
      'value 2a35 aa',
      'unsubscribe 2a35',
      'end closed',
    ]);
  });

  it('tells what the device refused, and that it left', async () => {
    const link = await open();
    await expect(link.write('2a08', Uint8Array.of(0xff))).rejects.toThrow();
    await expect(link.read('2a99')).rejects.toMatchObject({ code: 'device_refused' });
    device.disconnect();
    await link.closed;
    await link.close();
    const [write, refusedWrite, refusedRead, end] = lastTrace();
    expect(write).toBe('write 2a08 ff');
    expect(refusedWrite).toMatch(/^failed 2a08 write device_(refused|timeout)$/);
    expect(refusedRead).toBe('failed 2a99 read device_refused');
    expect(end).toBe('end lost');
  });
});
