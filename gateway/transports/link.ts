/**
 * The link port: what a transport offers to a session. Transports know octets, addresses and
 * deadlines; they never know a device.
 */
import type { Advertisement, LineSettings, Uuid } from '@hemma/protocols/device.js';
import type { HealableRadio } from '../healing/radio-port.js';

/** One value that a characteristic sent by itself, with the moment it came in. */
export interface IncomingValue {
  readonly characteristic: Uuid;
  readonly octets: Uint8Array;
  readonly monotonicMs: number;
}

/**
 * An open connection to a GATT device with its services discovered. Every call rejects with a coded
 * error, `device_timeout`, `device_refused` or `link_lost`, and none of them hangs.
 */
export interface GattLink {
  /** Every characteristic that was found. */
  readonly characteristics: ReadonlySet<Uuid>;
  read(characteristic: Uuid): Promise<Uint8Array>;
  write(characteristic: Uuid, octets: Uint8Array): Promise<void>;
  /** Values reach `onValue` from the moment of the call, also before the promise resolves. */
  subscribe(characteristic: Uuid, onValue: (value: IncomingValue) => void): Promise<void>;
  unsubscribe(characteristic: Uuid): Promise<void>;
  /** Resolves when the link is gone, whoever ended it. */
  readonly closed: Promise<void>;
  /** Ends the link; resolves when it is gone. Never rejects. */
  close(): Promise<void>;
}

/** A radio that hears advertisements and opens links, one at a time. */
export interface GattTransport {
  readonly name: string;
  /** Whether it can keep a bond; a device that needs one is refused otherwise. */
  readonly keepsBonds: boolean;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** The listener hears every advertisement while the radio is scanning, repeats included. */
  onAdvertisement(listener: (advertisement: Advertisement) => void): void;
  /** Whether the adapter is there and powered. */
  readonly available: boolean;
  /** What healing may do to it; a radio without can only be watched. */
  readonly care?: HealableRadio;
  /**
   * Opens a link to a device that was heard. Rejects with a coded error: `bond_required` without
   * touching a device that needs a bond and has none here, `bond_lost` when one side has forgotten it.
   */
  connect(address: string, options?: ConnectOptions): Promise<GattLink>;
}

export interface ConnectOptions {
  /** The device only speaks after bonding. */
  readonly needsBond?: boolean;
}

/** An open serial line. */
export interface SerialLink {
  write(octets: Uint8Array): Promise<void>;
  onOctets(listener: (octets: Uint8Array, monotonicMs: number) => void): void;
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

export interface SerialTransport {
  /** Opens a port; rejects with `port_unavailable`. */
  open(path: string, line: LineSettings): Promise<SerialLink>;
}
