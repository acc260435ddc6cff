/** The shared medium: who advertises, who listens, who is being connected to. */
import type { Cancellable, Clock } from '@hemma/runtime/clock.js';
import type { Log } from '@hemma/runtime/log.js';
import { sameAddress } from './address.js';
import type { DeviceAddress } from './address.js';
import { HciError } from './hci-errors.js';
import { Link } from './link.js';
import type { ConnectionParameters, LinkEnd, LinkListener } from './link.js';
import type { Random } from './random.js';
import { TurnQueue } from './turns.js';

/** Between two advertising events of one device; many health devices use 100 ms to 1 s. */
const defaultAdvertisingIntervalMs = 100;
/** advDelay, so that two advertisers never stay in step (Core 6.0 Vol 6 Part B §4.4.2.2.1). */
const maxAdvertisingDelayMs = 10;
/** More than any home has; every advertiser costs a timer while somebody scans. */
const maxAdvertisers = 256;
/** Signal strength as scanners hear it, in dBm: somewhere in the same home. */
const rssi = { weakest: -85, strongest: -45 };

/** Advertising PDU types as HCI reports them (Core 6.0 Vol 4 Part E §7.7.65.2). */
export const AdvertisingType = {
  connectable: 0x00,
  nonConnectable: 0x03,
  scanResponse: 0x04,
} as const;

export interface AdvertisingReport {
  readonly type: number;
  readonly address: DeviceAddress;
  readonly data: Uint8Array;
  readonly rssi: number;
}

export interface Advertiser {
  readonly address: DeviceAddress;
  readonly connectable: boolean;
  /** Advertising and scan response data, at most 31 octets each. */
  readonly advertisingData: Uint8Array;
  readonly scanResponse: Uint8Array;
  /** How often every report is heard; more than 1 is a fault of the scanner's surroundings. */
  readonly reportCopies: number;
  /** A central wants to connect. Null: the connection fails to be established (0x3E). */
  accept(end: LinkEnd, central: Initiator): LinkListener | null;
}

export interface Scanner {
  /** Active scanning: scan responses are asked for. */
  readonly active: boolean;
  onReport(report: AdvertisingReport): void;
}

export interface Initiator {
  readonly address: DeviceAddress;
  readonly peer: DeviceAddress;
  readonly parameters: ConnectionParameters;
  onConnected(end: LinkEnd): LinkListener;
  /** The attempt is over; an HCI error code. */
  onFailed(status: number): void;
}

export interface AirOptions {
  readonly clock: Pick<Clock, 'after'>;
  readonly random: Random;
  readonly log: Log;
  /** Default 100 ms. */
  readonly advertisingIntervalMs?: number;
}

export class Air {
  readonly turns = new TurnQueue();
  readonly clock: Pick<Clock, 'after'>;
  readonly random: Random;
  readonly log: Log;
  readonly #intervalMs: number;
  readonly #advertisers = new Map<Advertiser, Cancellable>();
  readonly #scanners = new Set<Scanner>();
  readonly #initiators = new Set<Initiator>();

  constructor(options: AirOptions) {
    this.clock = options.clock;
    this.random = options.random;
    this.log = options.log;
    this.#intervalMs = options.advertisingIntervalMs ?? defaultAdvertisingIntervalMs;
  }

  startAdvertising(advertiser: Advertiser): void {
    this.stopAdvertising(advertiser);
    if (this.#advertisers.size >= maxAdvertisers) throw new RangeError('too many advertisers');
    this.#advertiseNow(advertiser);
  }

  stopAdvertising(advertiser: Advertiser): void {
    this.#advertisers.get(advertiser)?.cancel();
    this.#advertisers.delete(advertiser);
  }

  startScanning(scanner: Scanner): void {
    this.#scanners.add(scanner);
    this.#wakeAdvertisers();
  }

  stopScanning(scanner: Scanner): void {
    this.#scanners.delete(scanner);
  }

  /** Connects when the peer advertises next; waits for ever if it does not. */
  startInitiating(initiator: Initiator): void {
    this.#initiators.add(initiator);
    this.#wakeAdvertisers();
  }

  stopInitiating(initiator: Initiator): void {
    this.#initiators.delete(initiator);
  }

  /** Nobody listens: no timers run, however many devices advertise. */
  get #silent(): boolean {
    return this.#scanners.size === 0 && this.#initiators.size === 0;
  }

  #wakeAdvertisers(): void {
    for (const advertiser of [...this.#advertisers.keys()]) this.startAdvertising(advertiser);
  }

  #advertiseNow(advertiser: Advertiser): void {
    let cancelled = false;
    this.#advertisers.set(advertiser, { cancel: () => (cancelled = true) });
    this.turns.post(() => {
      if (!cancelled) this.#advertisingEvent(advertiser);
    });
  }

  #advertisingEvent(advertiser: Advertiser): void {
    if (this.#silent) return;
    const initiator = [...this.#initiators].find(({ peer }) =>
      sameAddress(peer, advertiser.address),
    );
    if (initiator !== undefined && advertiser.connectable) {
      this.#connect(initiator, advertiser);
      return;
    }
    for (let copy = 0; copy < advertiser.reportCopies; copy += 1) this.#report(advertiser);
    const pause = this.#intervalMs + this.random() * maxAdvertisingDelayMs;
    const next = this.clock.after(pause, () => this.#advertisingEvent(advertiser));
    this.#advertisers.set(advertiser, next);
  }

  #report(advertiser: Advertiser): void {
    const { address, connectable, advertisingData, scanResponse } = advertiser;
    const { connectable: yes, nonConnectable: no } = AdvertisingType;
    const heard = { address, rssi: this.#rssi() };
    for (const scanner of [...this.#scanners]) {
      scanner.onReport({ ...heard, type: connectable ? yes : no, data: advertisingData });
      if (!scanner.active || !connectable) continue;
      scanner.onReport({ ...heard, type: AdvertisingType.scanResponse, data: scanResponse });
    }
  }

  #rssi(): number {
    return Math.round(rssi.weakest + this.random() * (rssi.strongest - rssi.weakest));
  }

  #connect(initiator: Initiator, advertiser: Advertiser): void {
    this.stopAdvertising(advertiser);
    this.stopInitiating(initiator);
    const link = new Link(this, initiator.parameters);
    const accepted = advertiser.accept(link.peripheral, initiator);
    if (accepted === null) {
      initiator.onFailed(HciError.failedToBeEstablished);
      this.startAdvertising(advertiser);
      return;
    }
    link.peripheral.listener = accepted;
    link.central.listener = initiator.onConnected(link.central);
  }
}
