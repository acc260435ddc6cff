/**
 * The contract of a device file: one file in `protocols/devices/` describes one model (or one
 * generic standard service), made from a profile that many devices share.
 */
import type { LocalDateTime, Reading } from './reading.js';

/**
 * How complete a device is, each step with tests behind it: its octets decode; a virtual one
 * converses; its clock is handled; it was proven on the real thing.
 */
export type LadderStep = 'decodes' | 'converses' | 'keeps-time' | 'proven';

/** Kinds of device, ids of the measurement catalogue. */
export type DeviceKind =
  | 'bp_monitor'
  | 'pulse_oximeter'
  | 'thermometer'
  | 'scale'
  | 'body_composition'
  | 'glucose_meter'
  | 'spirometer'
  | 'heart_rate_monitor';

/** A GATT UUID in lower case without dashes: four digits for SIG-assigned, 32 for vendor ones. */
export type Uuid = string;

/** What a scanner heard. `name` and `services` are absent in many first reports. */
export interface Advertisement {
  /** Upper-case `AA:BB:CC:DD:EE:FF`, or a platform identifier where the address is hidden. */
  readonly address: string;
  readonly name: string | null;
  readonly services: readonly Uuid[];
  readonly manufacturerData: Uint8Array | null;
}

/** What a device may tell about itself, by the names of the Device Information Service. */
export type InformationField =
  'manufacturer' | 'model' | 'serialNumber' | 'hardware' | 'firmware' | 'software';

/** What lets a gateway act for one user of a device: User Data Service 1.1 §3.2.2.2. */
export interface UserConsent {
  /** The user's number in the device, 0 to 254. */
  readonly user: number;
  /** 0 to 9999, as it was chosen when the user was made. */
  readonly code: number;
}

/**
 * What became of a device's clock. `right`: near enough, left alone; `set`: set and read back;
 * `not-taken`: set, and it shows something else; `unverified`: set, and nothing can be read back;
 * `time-unknown`: the gateway does not know the time itself, so it sets none.
 */
export type ClockOutcome = 'right' | 'set' | 'not-taken' | 'unverified' | 'time-unknown';

/** One value that a characteristic sent. */
export interface Notification {
  readonly characteristic: Uuid;
  readonly octets: Uint8Array;
}

/**
 * The gateway's side of one conversation with a GATT device, as a profile sees it. Every call has a
 * deadline of its own and rejects when the link is lost; a profile needs no error handling for that.
 */
export interface GattConversation {
  /** Whether the connected device offers the characteristic. */
  has(characteristic: Uuid): boolean;
  read(characteristic: Uuid): Promise<Uint8Array>;
  write(characteristic: Uuid, octets: Uint8Array): Promise<void>;
  /** Turns notifications or indications on; undone by the session before it disconnects. */
  subscribe(characteristic: Uuid): Promise<void>;
  /** The next value of any subscribed characteristic; null when none came in time or the device left. */
  next(withinMs: number): Promise<Notification | null>;
  wait(ms: number): Promise<void>;
  /** The gateway's wall time in the home's zone; null while the gateway does not know the time. */
  localTime(): LocalDateTime | null;
  /** Tells what the device's clock shows right now: the offset of its stored times follows from it. */
  deviceClock(now: LocalDateTime | null): void;
  /** What became of putting that clock right, and what it shows since; null when nobody knows. */
  clockKept(outcome: ClockOutcome, shows: LocalDateTime | null): void;
  /** Battery level in percent, as the device tells it. */
  battery(percent: number): void;
  /** What the device says about itself. */
  information(field: InformationField, text: string): void;
  /**
   * The highest record number of this device when its store was last read to the end, null when it
   * never was. A conversation that ended early does not count: a device that reports its newest
   * records first would otherwise never be asked for the others again.
   */
  lastSequence(): number | null;
  /** Whose records may be asked for, as the settings of the home say; null when they do not. */
  consent(): UserConsent | null;
  /** Hands a reading over; resolves only when it is durable at home (durability point one). */
  take(reading: Reading): Promise<void>;
  /** A value that the codec refused: kept for the trace, counted, never a measurement. */
  refuse(characteristic: Uuid, octets: Uint8Array, reason: string): void;
}

/** The gateway's side of a conversation over a serial line. */
export interface SerialConversation {
  /** The next octets as they come in; null when none came in time or the line is closed. */
  next(withinMs: number): Promise<Uint8Array | null>;
  write(octets: Uint8Array): Promise<void>;
  wait(ms: number): Promise<void>;
  localTime(): LocalDateTime | null;
  deviceClock(now: LocalDateTime | null): void;
  clockKept(outcome: ClockOutcome, shows: LocalDateTime | null): void;
  information(field: InformationField, text: string): void;
  take(reading: Reading): Promise<void>;
  refuse(octets: Uint8Array, reason: string): void;
}

/** How a GATT model is told from others. All conditions that are given must hold. */
export interface Recognition {
  /** The advertised or GAP name starts with this. */
  readonly namePrefix?: string;
  /** Any of these services is advertised, or found after connecting. */
  readonly anyService?: readonly Uuid[];
  /** Nothing on the air tells it from others for certain: only the settings of the home name it. */
  readonly onlyBySettings?: true;
}

interface DeviceBase {
  /** Same as the file's name. */
  readonly id: string;
  readonly maker: string;
  readonly model: string;
  readonly kind: DeviceKind;
  readonly ladder: LadderStep;
  readonly recordOrder: RecordOrder;
  /** Where the facts come from; the reference page prints it. */
  readonly sources: readonly string[];
  /** Oddities in words, for the reference page. */
  readonly notes: readonly string[];
  readonly samples: readonly DeviceSample[];
}

/**
 * In which order stored records come, as far as a source says. `newest-only`: older ones are not
 * asked for; `unordered`: not that of time; `live`: it keeps nothing, or tells only what was measured
 * just now. No profile relies on it: a record is dated by its own time and known by its content.
 */
export type RecordOrder =
  'oldest-first' | 'newest-first' | 'newest-only' | 'unordered' | 'live' | 'not-verified';

/** Octets with what they mean, beside the definition: a regression test and a virtual reading. */
export interface DeviceSample {
  readonly title: string;
  /** Hexadecimal octets of one characteristic value, frame or record. */
  readonly octets: string;
  readonly reading: Pick<Reading, 'kind' | 'failure'> & {
    readonly values: Readonly<Partial<Record<Reading['values'][number]['code'], number>>>;
  };
}

/**
 * What a profile does with the clock of a device. `set`: reads it, then sets it, before the records
 * come. `set-unread`: sets it before the records come, but cannot read it: how wrong their times are
 * is not known. `set-when-told`: reads it, and sets it in answer to the time that the device notifies, when
 * that is far off. `read`: reads it, so that the times of records can be corrected, and never sets it.
 * `untouched`: the device has no clock, its readings carry no time, or no way to the clock is known.
 */
export type ClockHandling = 'set' | 'set-unread' | 'set-when-told' | 'read' | 'untouched';

/** Behaviour that many GATT devices share. */
export interface GattProfile {
  /** Name of the profile; the virtual device of the simulators has the same one. */
  readonly name: string;
  /** Services the conversation needs. */
  readonly services: readonly Uuid[];
  readonly clock: ClockHandling;
  converse(conversation: GattConversation): Promise<void>;
  /** Decodes one record as the profile would take it; null where a record alone says nothing. */
  read(octets: Uint8Array): Reading;
  /** Octets of a record with this content, for virtual devices. */
  write(reading: Reading): Uint8Array;
}

/** Behaviour that many serial devices share. */
export interface SerialProfile {
  readonly name: string;
  readonly clock: ClockHandling;
  converse(conversation: SerialConversation): Promise<void>;
  read(octets: Uint8Array): Reading;
  write(reading: Reading): Uint8Array;
}

export interface GattDevice extends DeviceBase {
  readonly transport: 'gatt';
  readonly recognition: Recognition;
  /** `required`: the device only speaks after bonding, which noble cannot keep on Linux. */
  readonly bonding: 'required' | 'none';
  /** Whoever pairs the device types the six digits that it shows; left out: just works. */
  readonly pairing?: 'passkey-shown';
  /** How long to leave the device alone after it disconnected, else it is met with nothing to send. */
  readonly reconnectPauseMs: number;
  readonly profile: GattProfile;
}

/** Line settings of a serial port. */
export interface LineSettings {
  readonly baudRate: number;
  readonly dataBits: 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

export interface SerialDevice extends DeviceBase {
  readonly transport: 'serial';
  readonly line: LineSettings;
  readonly profile: SerialProfile;
}

/** What is known of the records of a device that nobody can speak with yet. */
export interface RecordProfile {
  readonly name: string;
  readonly clock: 'untouched';
  read(octets: Uint8Array): Reading;
  write(reading: Reading): Uint8Array;
}

/**
 * A device whose octets decode and with which the gateway cannot speak: it has no transport for it,
 * or the conversation needs what nobody may use. It stays on the lowest step of the ladder.
 */
export interface DecodedDevice extends DeviceBase {
  readonly transport: 'none';
  readonly ladder: 'decodes';
  /** The link that it would need, for the reference page. */
  readonly link: string;
  readonly profile: RecordProfile;
}

export type Device = GattDevice | SerialDevice | DecodedDevice;
