/** What can go wrong in BlueZ itself; what goes wrong on the air is in `radio/faults.ts`. */

export interface Refusal {
  /** Without `org.bluez.Error.`, or a whole name with dots. */
  readonly name: string;
  readonly text: string;
}

/** All may be changed at any time. Members are methods of D-Bus, e.g. `Connect`. */
export interface BluezFaults {
  /** Calls of these are neither followed nor answered. */
  readonly ignored: Set<string>;
  /** Calls of these are followed only when the promise is fulfilled. */
  readonly slow: Map<string, Promise<void>>;
  /** Calls of these are followed, and the answer is lost. */
  readonly unanswered: Set<string>;
  /** Calls of these are followed, and the answer comes so many milliseconds later. */
  readonly late: Map<string, number>;
  /** The next calls of a member are refused, one after the other. */
  readonly refused: Map<string, Refusal[]>;
  /** Signals of new objects come twice. */
  repeatedSignals: boolean;
  /** Characteristics appear in GetManagedObjects, and no signal tells of them. */
  silentServices: boolean;
  /** ServicesResolved is told before the services are. */
  resolvedFirst: boolean;
  /** Devices have no RSSI. */
  withoutRssi: boolean;
}

export function noBluezFaults(): BluezFaults {
  return {
    ignored: new Set(),
    slow: new Map(),
    unanswered: new Set(),
    late: new Map(),
    refused: new Map(),
    repeatedSignals: false,
    silentServices: false,
    resolvedFirst: false,
    withoutRssi: false,
  };
}

/** How a device handles security; its own memory of the bond included. */
export interface DeviceSecurity {
  /** Nothing is read, written or subscribed to without encryption. */
  encrypted: boolean;
  /** The device keeps the key of a bond with this BlueZ. */
  remembers: boolean;
  /** `refuses`: not in pairing mode; `silent`: never answers. */
  pairing: 'accepts' | 'refuses' | 'silent';
  /** What it shows while it pairs; null: just works. */
  passkey: number | null;
  /** How BlueZ asks for it. */
  asks: 'RequestPasskey' | 'RequestPinCode';
  /** It waits so long for what it shows: at most the 30 s of Core 6.0 Vol 3 Part H §3.4. */
  patienceMs: number;
}

/** How long a device waits for the next step of pairing (Core Specification 5.4, Vol 3 Part H, 3.4). */
const smpTimeoutMs = 30_000;
const asking = { asks: 'RequestPasskey', patienceMs: smpTimeoutMs } as const;

export function openDevice(): DeviceSecurity {
  return { encrypted: false, remembers: false, pairing: 'accepts', passkey: null, ...asking };
}

/** A device that speaks only over a bond, and pairs while it is in pairing mode. */
export function bondedDevice(passkey: number | null = null): DeviceSecurity {
  return { encrypted: true, remembers: false, pairing: 'accepts', passkey, ...asking };
}
