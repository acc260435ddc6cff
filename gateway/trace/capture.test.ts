import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importBtsnoop } from '@hemma/protocols/btsnoop/import.js';
import { btsnoopFile } from '@hemma/protocols/btsnoop/write.js';
import type { HciRecord } from '@hemma/protocols/btsnoop/write.js';
import { fromHex, toHex } from '@hemma/protocols/bytes.js';
import type { GattDevice } from '@hemma/protocols/device.js';
import { catalogue } from '@hemma/protocols/devices/catalogue.generated.js';
import type { Reading } from '@hemma/protocols/reading.js';
import type { GattTrace, TraceEvent } from '@hemma/protocols/trace/format.js';
import { parseTrace } from '@hemma/protocols/trace/text.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import { createLog } from '@hemma/runtime/log.js';
import { createVirtualDevice } from '@hemma/simulators/devices/virtual-device.js';
import { controllersOn, installHciSocket } from '@hemma/simulators/radio/hci-socket.js';
import type { Peripheral } from '@hemma/simulators/radio/peripheral.js';
import { ReplayedGattDevice } from '@hemma/simulators/replay/gatt-replay.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { tapped } from '../../tooling/testkit/hci-tap.js';
import { testAir } from '../../tooling/testkit/noble.js';
import { requires } from '../../tooling/testkit/requires.js';
import { dissect } from '../../tooling/testkit/tshark.js';
import { reportOf } from '../cli/trace-sample.js';
import { converseGatt } from '../session/gatt-session.js';
import type { GattTransport } from '../transports/link.js';
import { NobleTransport } from '../transports/noble.js';
import { traceGatt } from './gatt.js';
import { tracingTo } from './recorder.js';

/**
 * A device is read over the radio, with a trace and with a log of HCI as a phone makes one. Both have
 * to tell the same, and played back they have to give the same readings again.
 */

const clock = new SystemClock({ trust: 'synced' });
const log = createLog('test', 'silent');
const air = testAir();
const records: HciRecord[] = [];
let transport: GattTransport;

beforeAll(async () => {
  installHciSocket(tapped(controllersOn(air), records));
  transport = new NobleTransport({ library: 'stoprocent', clock, log });
  await transport.start();
});
afterAll(() => transport.stop());

const models = ['and-ua-651ble', 'and-uc-352ble-sig', 'and-ut-201ble', 'generic-glucose-meter'];
const gattDevice = (model: string): GattDevice =>
  catalogue.find((one): one is GattDevice => one.id === model && one.transport === 'gatt')!;

/** A virtual device of the model that has measured what its device file's samples say. */
function measured(device: GattDevice, address: string): Peripheral {
  const virtual = createVirtualDevice(device, { clock, address, serialNumber: '100001' });
  const good = device.samples
    .map(({ octets }) => device.profile.read(fromHex(octets)))
    .filter(({ failure }) => failure === null);
  for (const { kind, values, context } of good) virtual.record({ kind, values, context });
  virtual.record(good[0]!);
  return virtual.attach(air);
}

/** Lets the device file speak with a device once it is heard; gives the readings as text. */
async function read(device: GattDevice, address: string, through: GattTransport) {
  const heard = new Promise<void>((resolve) =>
    through.onAdvertisement((advertisement) => {
      if (advertisement.address === address) resolve();
    }),
  );
  await heard;
  const readings: string[] = [];
  const take = (reading: Reading): Promise<void> => {
    const { octets, companionOctets, ...rest } = reading;
    readings.push(JSON.stringify([toHex(octets), toHex(companionOctets), rest]));
    return Promise.resolve();
  };
  const link = await through.connect(address);
  const context = { clock, log, timeZone: 'Europe/Stockholm', lastSequence: () => null, take };
  await converseGatt({ device, identity: `ble:${address}`, patient: 'p' }, link, context);
  return readings;
}

/** Plays a trace back on the same air, and reads it as the device was read. */
async function readAgain(device: GattDevice, trace: GattTrace, address: string) {
  const replayed = new ReplayedGattDevice(trace, { clock, address }).attach(air);
  const readings = await read(device, address, transport);
  replayed.disconnect();
  replayed.stopAdvertising();
  return readings;
}

/** Events without their times, and without what only one of the two recorders can see. */
function told(events: readonly TraceEvent[]): object[] {
  return events.map((event) => ({ ...event, ms: 0, wall: 0, trust: '', way: '' }));
}

describe.each(models)('a recording of %s', (model) => {
  const device = gattDevice(model);
  const number = (models.indexOf(model) + 1).toString().padStart(2, '0');
  const address = `C0:FF:EE:00:00:${number}`;
  let readings: string[];
  let recorded: GattTrace;
  let capture: Uint8Array;
  let packets: HciRecord[];

  beforeAll(async () => {
    records.length = 0;
    const folder = mkdtempSync(join(tmpdir(), 'hemma-trace-'));
    const tracing = tracingTo({ folder, maxFiles: 10, maxMiB: 1 }, clock, { log, version: '0' });
    const original = measured(device, address);
    readings = await read(device, address, traceGatt(transport, tracing));
    original.disconnect();
    original.stopAdvertising();
    packets = [...records];
    capture = btsnoopFile(packets);
    const [file = ''] = readdirSync(folder);
    recorded = parseTrace(readFileSync(join(folder, file), 'utf8')).trace as GattTrace;
    rmSync(folder, { recursive: true });
  });

  const imported = (file = capture): GattTrace => {
    const { traces, notes } = importBtsnoop(file, { address });
    expect(notes).toEqual([]);
    expect(traces).toHaveLength(1);
    return traces[0]!;
  };

  it('has every reading in it', () => {
    expect(readings.length).toBeGreaterThan(1);
  });

  it('tells the same as a log of HCI', () => {
    expect(told(imported().events)).toEqual(told(recorded.events));
    expect(imported().header.advertisement).toEqual(recorded.header.advertisement);
  });

  it('played back gives the same readings, as often as it is read', async () => {
    expect(await readAgain(device, recorded, 'C0:FF:EE:00:01:01')).toEqual(readings);
    expect(await readAgain(device, imported(), 'C0:FF:EE:00:01:02')).toEqual(readings);
  });

  it('is recognised, and gives samples that its device file reads', async () => {
    const report = await reportOf(imported(), catalogue, null);
    expect(report.device?.id).toBe(model);
    expect(report.trial?.readings).toHaveLength(readings.length);
    expect(report.trial).toMatchObject({ refusals: [], fault: null });
    expect(report.samples.length).toBeGreaterThan(0);
    for (const { octets, reading } of report.samples)
      expect(device.profile.read(fromHex(octets))).toMatchObject({ kind: reading.kind });
  });

  const suite = `${model}: its log of HCI, as Wireshark reads it`;
  it.skipIf(!requires('tshark', suite)).each(['h1', 'h4', 'monitor'] as const)(
    'is read alike by Wireshark: %s',
    (dataLink) => {
      const file = join(testFolder(), 'capture.btsnoop');
      const octets = btsnoopFile(packets, dataLink);
      writeFileSync(file, octets);
      const dissected = dissect(file, 'btatt.opcode == 0x1b || btatt.opcode == 0x1d');
      const ours = imported(octets).events.flatMap((event) =>
        event.event === 'value' ? [`${event.characteristic} ${event.octets}`] : [],
      );
      expect(dissected.map(({ uuid, pdu }) => `${uuid ?? ''} ${pdu.slice(6)}`)).toEqual(ours);
      expect(ours.length).toBeGreaterThan(1);
      const pressures = dissected.flatMap(({ shown }) => shown.get('systolic.mmhg') ?? []);
      const systolic = readings.map((reading) => /"systolic_bp","value":(\d+)/.exec(reading)?.[1]);
      if (device.profile.name === 'blood-pressure') expect(pressures).toEqual(systolic);
    },
  );
});
