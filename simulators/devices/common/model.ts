/** What a virtual device is made of, for all behaviours. */
import type { GattDevice, SerialDevice } from '@hemma/protocols/device.js';
import type { LocalDateTime, Reading } from '@hemma/protocols/reading.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { GattServer, ServiceDefinition } from '../../radio/gatt-server.js';
import type { Random } from '../../radio/random.js';
import type { VirtualSerialDevice } from '../../serial/device.js';
import type { DeviceClock } from './device-clock.js';
import type { RecordOrder, RecordStore } from './record-store.js';

/** What somebody measured: a reading before the device has stamped and stored it. */
export type Taken = Pick<Reading, 'kind' | 'values'> &
  Partial<Pick<Reading, 'failure' | 'flags' | 'context' | 'userSlot'>>;

/** How a device behaves where devices of one profile differ; the device files say it in words. */
export interface Habits {
  /**
   * Which clock characteristic it has. `own`: its clock is behind its maker's own protocol; `none`: it
   * stamps nothing.
   */
  readonly clock: 'date-time' | 'current-time' | 'own' | 'none';
  readonly order: RecordOrder;
  /** At every connection: what was not sent before, or everything. */
  readonly sends: 'unsent' | 'all';
  /** It disconnects by itself after the last value. */
  readonly leaves: boolean;
  /** Oximeters: spot checks, or a stream only. */
  readonly spotChecks: boolean;
  /** Glucose contexts: after their record, or after the last record. */
  readonly contexts: 'interleaved' | 'last';
  /** Nonin on a line: refuses the short form of the format command. */
  readonly longCommands: boolean;
  /** Tanita: octets without a meaning follow each telegram. */
  readonly rubbishBehind: boolean;
  /** Continuous glucose: puts as many records into a notification as it takes. */
  readonly packsRecords: boolean;
  /** OneTouch: says its answers twice. */
  readonly repeatsAnswers: boolean;
}

/** What can go wrong with a device; change it at any time. */
export interface DeviceFaults {
  /** Leaves after so many values of a connection. */
  cutAfterValues: number | null;
  /** Sends octets that mean nothing, for ever, instead of values. */
  rubbish: boolean;
  batteryPercent: number;
  /** Announces glucose contexts that it never sends. */
  losesContexts: boolean;
}

/** When somebody measured, by the clock of the device. */
export interface Stamp {
  /** Null for a device without a clock. */
  readonly deviceTime: LocalDateTime | null;
  /**
   * It was measured before the simulation began: a device with a memory has it there, others
   * forgot.
   */
  readonly past: boolean;
}

interface Host {
  readonly store: RecordStore;
  readonly deviceClock: DeviceClock;
  readonly timers: Pick<Clock, 'after' | 'sleep'>;
  readonly habits: Habits;
  readonly faults: DeviceFaults;
  readonly random: Random;
  readonly serialNumber: string;
}

export interface GattHost extends Host {
  readonly device: GattDevice;
  /** The server once the device is on the air; null before. */
  readonly server: GattServer | null;
  /** Connections that have ended. */
  readonly visits: number;
}

export interface SerialHost extends Host {
  readonly device: SerialDevice;
}

/** What a profile's virtual device does on the air. */
export interface GattBehaviour {
  /** Beside Device Information, the battery and the clock. */
  readonly services: readonly ServiceDefinition[];
  /** Takes a measurement: stores it, or lets it run. Gives it as the device will tell it. */
  readonly take: (taken: Taken, stamp: Stamp) => Reading;
  /** Whether there is something that a central should hear. */
  readonly waiting: () => boolean;
}

export interface SerialBehaviour extends VirtualSerialDevice {
  readonly take: (taken: Taken, stamp: Stamp) => Reading;
}

export type GattBehaviourFactory = (host: GattHost) => GattBehaviour;
export type SerialBehaviourFactory = (host: SerialHost) => SerialBehaviour;

const noOctets = new Uint8Array(0);

/** The reading as the device's profile reads it from the octets that the device keeps. */
export function stamped(
  taken: Taken,
  profile: {
    readonly read: (o: Uint8Array) => Reading;
    readonly write: (r: Reading) => Uint8Array;
  },
  mark: Pick<Reading, 'deviceTime' | 'sequence'>,
): Reading {
  const reading: Reading = {
    failure: null,
    flags: [],
    context: {},
    userSlot: null,
    octets: noOctets,
    companionOctets: noOctets,
    ...taken,
    ...mark,
  };
  return profile.read(profile.write(reading));
}
