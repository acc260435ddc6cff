/**
 * What the tests of virtual devices share: measurements to take, and time that passes while they
 * talk.
 */
import type { DeviceKind, GattDevice } from '@hemma/protocols/device.js';
import { identityText } from '@hemma/protocols/wire/measurement.js';
import type { Quantity, Reading } from '@hemma/protocols/reading.js';
import type { ManualClock } from './manual-clock.js';
import type { Taken } from '@hemma/simulators/devices/common/model.js';
import {
  DirectGattConversation,
  DirectGattServer,
  type DirectOptions,
} from '@hemma/simulators/devices/direct-conversation.js';
import {
  VirtualGattDevice,
  type VirtualDeviceOptions,
} from '@hemma/simulators/devices/virtual-device.js';

/** Longer than any conversation of a device that behaves. */
const longestConversationMs = 600_000;
const stepMs = 1_000;

/** Lets time pass until the work is done. */
export async function settle<T>(clock: ManualClock, work: Promise<T>): Promise<T> {
  const state = { done: false };
  const end = (): void => {
    state.done = true;
  };
  const finished = work.then(end, end);
  for (let passed = 0; !state.done && passed < longestConversationMs; passed += stepMs) {
    await clock.advance(stepMs);
  }
  await finished;
  return work;
}

const quantities = {
  bp_monitor: (i) => [
    { code: 'systolic_bp', value: 130 + i },
    { code: 'diastolic_bp', value: 80 + i },
    { code: 'mean_arterial_pressure', value: 97 + i },
    { code: 'pulse_rate', value: 60 + i },
  ],
  pulse_oximeter: (i) => [
    { code: 'spo2', value: 90 + i },
    { code: 'pulse_rate', value: 70 + i },
  ],
  thermometer: (i) => [{ code: 'body_temperature', value: 36.5 + i / 10 }],
  scale: (i) => [{ code: 'body_weight', value: 80 + i / 10 }],
  body_composition: (i) => [
    { code: 'body_fat_percentage', value: 20 + i / 10 },
    { code: 'body_weight', value: 80 + i / 10 },
  ],
  glucose_meter: (i) => [{ code: 'glucose', value: 5 + i / 10 }],
  spirometer: (i) => [{ code: 'fev1', value: 2 + i / 10 }],
  heart_rate_monitor: (i) => [{ code: 'pulse_rate', value: 60 + i }],
} satisfies Record<DeviceKind, (i: number) => readonly Quantity[]>;

const kinds = {
  bp_monitor: 'blood_pressure',
  pulse_oximeter: 'spo2',
  thermometer: 'body_temperature',
  scale: 'body_weight',
  body_composition: 'body_composition',
  glucose_meter: 'glucose',
  spirometer: 'spirometry',
  heart_rate_monitor: 'heart_rate',
} as const;

/** The i-th measurement with a device of this kind, each with other values (up to nine). */
export function takenWith(kind: DeviceKind, i: number): Taken {
  return { kind: kinds[kind], values: quantities[kind](i) };
}

/** What tells two readings of one device apart, in the words of the contract. */
export function identityOf(reading: Reading): string {
  return identityText({
    kind: reading.kind,
    deviceIdentity: 'ble:02:00:00:00:00:01',
    sequence: reading.sequence,
    deviceTime: reading.deviceTime,
    captureOrdinal: null,
    octets: reading.octets,
  });
}

/** A virtual device without a radio, and conversations with it. */
export class Bench {
  readonly clock: ManualClock;
  readonly virtual: VirtualGattDevice;
  readonly server: DirectGattServer;

  constructor(device: GattDevice, clock: ManualClock, options: Partial<VirtualDeviceOptions> = {}) {
    this.clock = clock;
    this.virtual = new VirtualGattDevice(device, { clock, serialNumber: '123456', ...options });
    this.server = new DirectGattServer(this.virtual.definition);
    this.virtual.serve(this.server);
  }

  /** Takes measurements an hour apart, the last one now. */
  async measure(count: number): Promise<Reading[]> {
    const readings: Reading[] = [];
    for (let i = 0; i < count; i += 1) {
      await this.clock.advance(3_600_000);
      readings.push(this.virtual.record(takenWith(this.virtual.device.kind, i)));
    }
    return readings;
  }

  /** One conversation to its end; the error that ended it early is given, not thrown. */
  async converse(options: Partial<DirectOptions> = {}) {
    const conversation = new DirectGattConversation(this.server, { clock: this.clock, ...options });
    const { profile } = this.virtual.device;
    const ended = profile.converse(conversation).then(
      () => null,
      (error: unknown) => error,
    );
    const error = await settle(this.clock, ended);
    conversation.leave();
    return { heard: conversation.heard, error };
  }
}
