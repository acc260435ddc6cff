import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Advertisement, GattDevice } from '@hemma/protocols/device.js';
import { device as monitorModel } from '@hemma/protocols/devices/generic-blood-pressure.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { ErrorCode } from '@hemma/protocols/errors.js';
import type { Reading } from '@hemma/protocols/reading.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import { createLog } from '@hemma/runtime/log.js';
import { createVirtualDevice } from '@hemma/simulators/devices/virtual-device.js';
import type { VirtualGattDevice } from '@hemma/simulators/devices/virtual-device.js';
import type { Air } from '@hemma/simulators/radio/air.js';
import { installVirtualHci } from '@hemma/simulators/radio/hci-socket.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { testAir } from '../../tooling/testkit/noble.js';
import type { GattLink, GattTransport } from '../transports/link.js';
import { NobleTransport } from '../transports/noble.js';
import { Radio } from './radio.js';
import type { RadioOptions } from './radio.js';
import type { SessionSource } from './source.js';

const clock = new SystemClock({ trust: 'synced' });
const log = createLog('test', 'silent');

describe('one radio, one job at a time', () => {
  let air: Air;
  let uninstall: () => void;
  beforeAll(() => {
    air = testAir();
    uninstall = installVirtualHci(air);
  });
  afterAll(() => uninstall());

  let homes = 0;
  /** A home with one monitor, and what its gateway gets from it. */
  async function home(model: Partial<GattDevice> = {}, options: Partial<RadioOptions> = {}) {
    homes += 1;
    const address = `C0:FF:EE:00:03:0${homes}`;
    const device = { ...monitorModel, reconnectPauseMs: 100, ...model };
    const habits = { leaves: true };
    const monitor = createVirtualDevice(device, { clock, serialNumber: '7', address, habits });
    const peripheral = monitor.attach(air);
    let connections = 0;
    peripheral.onConnected(() => (connections += 1));
    const taken: { reading: Reading; source: SessionSource }[] = [];
    const faults: (string | null)[] = [];
    const radio = new Radio({
      transport: new NobleTransport({ library: 'stoprocent', clock, log }),
      ...{ clock, log, timeZone: 'Europe/Stockholm', unbonded: 'refuse' },
      take: (reading, source) => {
        taken.push({ reading, source });
        return Promise.resolve();
      },
      lastSequence: () => null,
      find: (heard) =>
        heard.address === address
          ? { device, identity: `ble:${address}`, patient: 'p-00000001' }
          : null,
      onSession: (_, fault: CodedError | null) => faults.push(fault?.code ?? null),
      ...options,
    });
    onTestFinished(() => radio.stop());
    await radio.start();
    return { monitor, taken, faults, connections: () => connections };
  }

  function measure(monitor: VirtualGattDevice, systolic: number): void {
    const values = [
      { code: 'systolic_bp' as const, value: systolic },
      { code: 'diastolic_bp' as const, value: 80 },
    ];
    monitor.record({ kind: 'blood_pressure', values });
  }

  it('hands on what the device says, with its clock and the moment it came in', async () => {
    const { monitor, taken, faults } = await home();
    measure(monitor, 123);
    await vi.waitFor(() => expect(faults).toEqual([null]), { timeout: 8_000 });
    expect(taken).toHaveLength(1);
    const { reading, source } = taken[0]!;
    expect(reading.values[0]).toEqual({ code: 'systolic_bp', value: 123 });
    expect(source).toMatchObject({ model: monitorModel.id, patient: 'p-00000001' });
    expect(source.clock!.monotonicMs).toBeLessThanOrEqual(source.capturedMonotonicMs);
    expect(source.capturedMonotonicMs).toBeLessThanOrEqual(clock.monotonicMs());
  });

  it('leaves a device alone for its pause, then meets it again', async () => {
    const { monitor, taken, faults, connections } = await home({ reconnectPauseMs: 1_500 });
    measure(monitor, 121);
    await vi.waitFor(() => expect(faults).toHaveLength(1), { timeout: 8_000 });
    measure(monitor, 122);
    await sleep(700);
    expect(connections()).toBe(1);
    await vi.waitFor(() => expect(taken).toHaveLength(2), { timeout: 8_000 });
    expect(connections()).toBe(2);
  });

  it('ends a session of rubbish and backs off', async () => {
    const { monitor, faults, connections } = await home();
    monitor.faults.rubbish = true;
    measure(monitor, 121);
    await vi.waitFor(() => expect(faults).toEqual(['device_rubbish']), { timeout: 8_000 });
    monitor.wake();
    await sleep(500);
    expect(connections()).toBe(1);
  });

  it('takes up a device again that left in the middle', async () => {
    const { monitor, taken } = await home();
    monitor.faults.cutAfterValues = 1;
    for (const systolic of [121, 122, 123]) measure(monitor, systolic);
    await vi.waitFor(() => expect(taken.length).toBeGreaterThanOrEqual(3), { timeout: 14_000 });
    const values = taken.map(({ reading }) => reading.values[0]!.value);
    expect([...new Set(values)]).toEqual([121, 122, 123]);
  });

  it('ends the session when nothing more can be kept at home', async () => {
    const take = (): Promise<void> => Promise.reject(new CodedError('disk_full'));
    const { monitor, faults } = await home({}, { take });
    measure(monitor, 121);
    await vi.waitFor(() => expect(faults[0]).toBe('disk_full'), { timeout: 8_000 });
  });

  it('does not speak with a device that needs a bond, unless told to try', async () => {
    const bonded = { bonding: 'required' as const };
    const refusing = await home(bonded);
    measure(refusing.monitor, 121);
    await vi.waitFor(() => expect(refusing.faults).toEqual(['bond_required']), { timeout: 8_000 });
    expect(refusing.connections()).toBe(0);
    const trying = await home(bonded, { unbonded: 'try' });
    measure(trying.monitor, 121);
    await vi.waitFor(() => expect(trying.taken).toHaveLength(1), { timeout: 8_000 });
  });
});

describe('devices that wait for their turn', () => {
  /** Links that open after a while, and end at once in a fault. */
  class SlowTransport implements GattTransport {
    readonly name = 'slow';
    readonly keepsBonds = false;
    readonly available = true;
    readonly connected: string[] = [];
    /** How a connection ends. */
    fault: ErrorCode = 'device_timeout';
    readonly #clock: ManualClock;
    readonly #connectMs: number;
    #listener: (advertisement: Advertisement) => void = () => undefined;

    constructor(manual: ManualClock, connectMs: number) {
      this.#clock = manual;
      this.#connectMs = connectMs;
    }

    start = (): Promise<void> => Promise.resolve();
    stop = (): Promise<void> => Promise.resolve();

    onAdvertisement(listener: (advertisement: Advertisement) => void): void {
      this.#listener = listener;
    }

    say(address: string): void {
      this.#listener({ address, name: null, services: [], manufacturerData: null });
    }

    async connect(address: string): Promise<GattLink> {
      this.connected.push(address);
      await this.#clock.sleep(this.#connectMs);
      throw new CodedError(this.fault);
    }
  }

  async function scene(connectMs: number, options: Partial<RadioOptions> = {}) {
    const manual = new ManualClock();
    const transport = new SlowTransport(manual, connectMs);
    const radio = new Radio({
      ...{ transport, clock: manual, log, timeZone: 'Europe/Stockholm', unbonded: 'refuse' },
      take: () => Promise.resolve(),
      lastSequence: () => null,
      find: ({ address }) => ({
        ...{ device: monitorModel, identity: `ble:${address}`, patient: 'p-00000001' },
      }),
      onSession: () => undefined,
      ...options,
    });
    await radio.start();
    return { manual, transport, radio };
  }

  it('are served after a short link without being heard again', async () => {
    const { manual, transport } = await scene(10_000);
    for (const address of ['A', 'B']) transport.say(address);
    await manual.advance(10_001);
    expect(transport.connected).toEqual(['A', 'B']);
  });

  it('must speak once more after a long one: they may be gone', async () => {
    const { manual, transport } = await scene(10_001);
    for (const address of ['A', 'B', 'C']) transport.say(address);
    await manual.advance(10_002);
    expect(transport.connected).toEqual(['A']);
    transport.say('C');
    await manual.advance(1);
    expect(transport.connected).toEqual(['A', 'C']);
  });

  it('are asked again soon after a lost bond, which somebody may have made anew', async () => {
    const { manual, transport } = await scene(1_000);
    transport.fault = 'bond_lost';
    transport.say('A');
    await manual.advance(30_999);
    transport.say('A');
    expect(transport.connected).toEqual(['A']);
    await manual.advance(1);
    transport.say('A');
    expect(transport.connected).toEqual(['A', 'A']);
  });

  it('wait while the radio is given care, which waits for the session before', async () => {
    const { manual, transport, radio } = await scene(5_000);
    transport.say('A');
    const order: string[] = [];
    const care = radio.alone(async () => {
      order.push(`care after ${transport.connected.join()}`);
      transport.say('B');
      await manual.sleep(8_000);
      order.push(`cared, connected ${transport.connected.join()}`);
    });
    await manual.advance(20_000);
    await care;
    expect(order).toEqual(['care after A', 'cared, connected A']);
    expect(transport.connected).toEqual(['A', 'B']);
  });

  it('are served again after a care that failed', async () => {
    const { manual, transport, radio } = await scene(5_000);
    await expect(radio.alone(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    transport.say('A');
    await manual.advance(1);
    expect(transport.connected).toEqual(['A']);
  });

  it('tells of everything heard and of every connection that did not come about', async () => {
    const told: unknown[] = [];
    const { transport } = await scene(5_000, {
      find: () => null,
      onHeard: () => told.push('heard'),
    });
    transport.say('X');
    expect(told).toEqual(['heard']);
    const connections: unknown[] = [];
    const other = await scene(5_000, {
      onConnection: (address, fault) => connections.push([address, fault?.code]),
    });
    other.transport.say('A');
    await other.manual.advance(5_001);
    expect(connections).toEqual([['A', 'device_timeout']]);
  });
});
