/**
 * The model of a GATT server: what a virtual device says it is, and what it can do on the air.
 *
 * A device behaviour sees nothing but these types; `peripheral.ts` implements {@link GattServer} over
 * the virtual radio.
 */
import type { Uuid } from '@hemma/protocols/device.js';

/** Characteristic properties a virtual device may declare (Core 6.0 Vol 3 Part G §3.3.1.1). */
export type CharacteristicProperty =
  'read' | 'write' | 'writeWithoutResponse' | 'notify' | 'indicate';

/**
 * One characteristic. A callback may throw {@link AttRefusal} to answer with that ATT error code;
 * anything else it throws is a fault of the behaviour and ends the process.
 */
export interface CharacteristicDefinition {
  readonly uuid: Uuid;
  readonly properties: readonly CharacteristicProperty[];
  /** The value, at most 512 octets. Called once per (long) read. Left out: an empty value. */
  readonly onRead?: () => Uint8Array;
  /**
   * A whole value was written, long writes put together. The write response leaves when this
   * returns, and before any notification or indication that this starts.
   */
  readonly onWrite?: (octets: Uint8Array) => void;
  /**
   * The central turned notifications or indications on or off. Not called when the link ends: no
   * subscription outlives its connection (there is no bond), see {@link GattServer.onDisconnected}.
   */
  readonly onSubscribe?: (on: boolean) => void;
}

export interface ServiceDefinition {
  readonly uuid: Uuid;
  readonly characteristics: readonly CharacteristicDefinition[];
}

/**
 * What the device says while it advertises. Flags, services and manufacturer data go into the
 * advertising packet, the name into the scan response; 31 octets each (Core 6.0 Vol 3 Part C §11).
 */
export interface AdvertisingDefinition {
  readonly services: readonly Uuid[];
  /** Null: no name is sent (many devices show one only in the Generic Access service). */
  readonly name: string | null;
  /** The Flags octet; usually 0x06: general discoverable, no BR/EDR. */
  readonly flags: number;
  /** Company identifier (little endian) and data. */
  readonly manufacturerData?: Uint8Array;
}

export interface GattServerDefinition {
  /** Device Name (2A00) of the Generic Access service, which every server gets by itself. */
  readonly name: string;
  /** Appearance (2A01) of the same service; default: 0, unknown. */
  readonly appearance?: number;
  /** `AA:BB:CC:DD:EE:FF`, unique on one air. */
  readonly address: string;
  /** Default: public. */
  readonly addressType?: 'public' | 'random';
  readonly services: readonly ServiceDefinition[];
  readonly advertising: AdvertisingDefinition;
}

/** The device's end of the radio. At most one central is connected at a time. */
export interface GattServer {
  readonly connected: boolean;
  /** ATT_MTU of the connection; 23 until the central has exchanged it. */
  readonly mtu: number;

  /** Until {@link stopAdvertising} or a connection; does not resume by itself. While connected: no effect. */
  startAdvertising(): void;
  stopAdvertising(): void;

  /** Whether the central has turned notifications or indications of the characteristic on. */
  isSubscribed(characteristic: Uuid): boolean;
  /**
   * Sends a notification of at most MTU - 3 octets (more is cut off, as ATT does). Resolves when it
   * is on the air; rejects with {@link LinkError}.
   */
  notify(characteristic: Uuid, octets: Uint8Array): Promise<void>;
  /** Sends an indication; resolves when the central confirmed it, rejects with {@link LinkError}. */
  indicate(characteristic: Uuid, octets: Uint8Array): Promise<void>;

  /** Ends the connection; the reason is the HCI error code the central hears, default 0x13. */
  disconnect(reason?: number): void;
  onConnected(listener: () => void): void;
  /** The reason is the HCI error code this end hears: 0x13 the central left, 0x08 lost, 0x16 own wish. */
  onDisconnected(listener: (reason: number) => void): void;
}

/** Thrown by a characteristic's callback: the central gets an ATT Error Response with this code. */
export class AttRefusal extends Error {
  /** ATT or application error code, e.g. 0x80 of the CGM service (E2E-CRC missing), 0xFE in progress. */
  readonly code: number;

  constructor(code: number) {
    super(`ATT error 0x${code.toString(16).padStart(2, '0')}`);
    this.name = 'AttRefusal';
    this.code = code;
  }
}

export type LinkErrorCode = 'not-connected' | 'not-subscribed' | 'link-lost' | 'queue-full';

/** Why a notification or indication did not reach the central. */
export class LinkError extends Error {
  readonly code: LinkErrorCode;

  constructor(code: LinkErrorCode) {
    super(code);
    this.name = 'LinkError';
    this.code = code;
  }
}
