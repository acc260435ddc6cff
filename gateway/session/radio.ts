import type { Advertisement, GattDevice } from '@hemma/protocols/device.js';
import { CodedError, codedError, isTransient } from '@hemma/protocols/errors.js';
import { Backoff } from '@hemma/runtime/backoff.js';
import type { Part } from '@hemma/runtime/lifecycle.js';
import type { ConnectOptions, GattLink, GattTransport } from '../transports/link.js';
import { within } from '../transports/deadline.js';
import { converseGatt } from './gatt-session.js';
import type { KnownDevice, SessionContext } from './conversation.js';

/**
 * One radio, one job at a time: hears who has something to say, and lets one device after the other
 * say it. Scanning and connecting at once wedges adapters, so the transport never does both.
 */

/** A whole conversation; a full memory of a slow meter takes some minutes. */
const sessionDeadlineMs = 15 * 60_000;
/** Devices that wait for their turn; more than a home can have. */
const maxWaitingDevices = 64;
/**
 * Nobody hears anything while a link is open. Who waited longer than this must speak once more: a
 * device that is gone by then would cost the time of a connection that never comes.
 */
const heardForMs = 10_000;
/** After a failed session: soon again, since a device advertises for a minute at most. */
const retry = { firstMs: 1_000, maxMs: 60_000 };
/** After a session that ended in rubbish or another permanent fault. */
const permanentPauseMs = 10 * 60_000;
/**
 * Somebody may have paired the device meanwhile, and waits for it to be read. To see that a bond is there
 * costs no radio; to see that a lost one was made anew costs a connection that ends at once.
 */
const unpairedPauseMs = 30_000;

export interface RadioOptions extends SessionContext {
  readonly transport: GattTransport;
  /** Who a heard device is; null for one that does not belong to this home. */
  readonly find: (advertisement: Advertisement) => KnownDevice<GattDevice> | null;
  /** `try`: speak with devices that need a bond although there is none. */
  readonly unbonded: 'refuse' | 'try';
  /** Told after every session: null for a good one. */
  readonly onSession: (identity: string, fault: CodedError | null) => void;
  /** Told of everything that is heard, whoever it is. */
  readonly onHeard?: () => void;
  /** Told after every attempt to connect: null when the link was there. */
  readonly onConnection?: (address: string, fault: CodedError | null) => void;
}

interface Waiting {
  readonly known: KnownDevice<GattDevice>;
  /** Monotonic clock, last time. */
  readonly heardMs: number;
}

interface DeviceState {
  /** Not before this moment of the monotonic clock. */
  notBeforeMs: number;
  readonly backoff: Backoff;
}

export class Radio implements Part {
  readonly name = 'radio';
  readonly #options: RadioOptions;
  readonly #states = new Map<string, DeviceState>();
  readonly #waiting = new Map<string, Waiting>();
  #busy: Promise<void> | null = null;
  #stopped = false;

  constructor(options: RadioOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { transport } = this.#options;
    transport.onAdvertisement((advertisement) => this.#hear(advertisement));
    await transport.start();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#waiting.clear();
    await this.#options.transport.stop();
    await this.#busy;
  }

  /**
   * Runs a job of the radio's own while no session is under way, and lets none begin before it has
   * ended. Waits as long as a session may last.
   */
  async alone(job: () => Promise<void>): Promise<void> {
    while (this.#busy !== null) await this.#busy;
    // Begun only once the radio is taken: what the job itself causes must wait, too.
    const running = Promise.resolve().then(job);
    const ended = running.then(
      () => this.#resume(),
      () => this.#resume(),
    );
    this.#busy = ended;
    await running;
  }

  #resume(): void {
    this.#busy = null;
    if (this.#waiting.size > 0 && !this.#stopped) this.#busy = this.#work();
  }

  #hear(advertisement: Advertisement): void {
    this.#options.onHeard?.();
    const known = this.#options.find(advertisement);
    if (known === null || this.#stopped || this.#waiting.size >= maxWaitingDevices) return;
    const { clock } = this.#options;
    const heardMs = clock.monotonicMs();
    if (heardMs < this.#stateOf(advertisement.address).notBeforeMs) return;
    this.#waiting.set(advertisement.address, { known, heardMs });
    this.#busy ??= this.#work();
  }

  async #work(): Promise<void> {
    try {
      await this.#serveAll();
    } finally {
      this.#busy = null;
    }
  }

  async #serveAll(): Promise<void> {
    for (;;) {
      const [next] = this.#waiting;
      if (next === undefined || this.#stopped) break;
      const [address, { known, heardMs }] = next;
      const isThere = this.#options.clock.monotonicMs() - heardMs <= heardForMs;
      if (isThere) await this.#serve(address, known);
      // Heard while it was being served: that was this very visit.
      this.#waiting.delete(address);
    }
  }

  async #serve(address: string, known: KnownDevice<GattDevice>): Promise<void> {
    const state = this.#stateOf(address);
    const { clock, onSession } = this.#options;
    try {
      await this.#converse(address, known);
      state.backoff.reset();
      state.notBeforeMs = clock.monotonicMs() + known.device.reconnectPauseMs;
      onSession(known.identity, null);
    } catch (error) {
      const fault = codedError(error);
      state.notBeforeMs = clock.monotonicMs() + pauseAfter(fault, state.backoff);
      this.#report(known, fault);
      onSession(known.identity, fault);
    }
  }

  async #converse(address: string, known: KnownDevice<GattDevice>): Promise<void> {
    const { transport, unbonded, clock, log } = this.#options;
    const { device } = known;
    const needsBond = device.bonding === 'required' && unbonded === 'refuse';
    if (needsBond && !transport.keepsBonds) throw new CodedError('bond_required');
    const link = await this.#connect(address, { needsBond });
    try {
      const conversation = converseGatt(known, link, this.#options);
      const { readings, refused } = await within(clock, sessionDeadlineMs, conversation);
      log.info({ model: device.id, readings, refused }, 'session');
    } finally {
      await link.close();
    }
  }

  async #connect(address: string, options: ConnectOptions): Promise<GattLink> {
    const { transport, onConnection } = this.#options;
    try {
      const link = await transport.connect(address, options);
      onConnection?.(address, null);
      return link;
    } catch (error) {
      onConnection?.(address, codedError(error));
      throw error;
    }
  }

  #report(known: KnownDevice<GattDevice>, fault: CodedError): void {
    const { log } = this.#options;
    // A lost link is daily business: the device moves away or switches itself off.
    const level = fault.code === 'link_lost' ? 'info' : 'warn';
    const unexpected = fault.code === 'internal' ? { err: fault.cause } : {};
    log[level]({ model: known.device.id, code: fault.code, ...unexpected }, 'session ended early');
  }

  #stateOf(address: string): DeviceState {
    const known = this.#states.get(address);
    if (known !== undefined) return known;
    // Only devices of this home get here, so this cannot grow beyond the roster.
    const made = { notBeforeMs: 0, backoff: new Backoff(retry) };
    this.#states.set(address, made);
    return made;
  }
}

function pauseAfter(fault: CodedError, backoff: Backoff): number {
  if (fault.code === 'bond_required' || fault.code === 'bond_lost') return unpairedPauseMs;
  return isTransient(fault) ? backoff.next() : permanentPauseMs;
}
