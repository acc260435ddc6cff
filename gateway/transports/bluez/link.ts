import type { Uuid } from '@hemma/protocols/device.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { GattLink, IncomingValue } from '../link.js';
import { variant } from './bus.js';
import type { BluezDaemon } from './daemon.js';
import type { EarlyValues } from './early-values.js';
import { bluezError } from './errors.js';
import { offeredBy, toldBy } from './generic-access.js';
import type { Change, Properties } from './mirror.js';
import { Bluez, uuidFromBluez } from './names.js';

/** One connection through BlueZ, with its services resolved. */

/** ATT allows a device 30 s for an answer (Core 5.4 Vol 3 Part F §3.3.3); none that works needs 10. */
export const defaultCallDeadlineMs = 10_000;
/** Turning values off is politeness: a device that does not answer is left without. */
const goodbyeDeadlineMs = 2_000;
/** The controller tells the end of a link at once; a supervision timeout is seconds at most. */
const closeDeadlineMs = 3_000;
/** Values that come while their characteristic is being read; a read takes a fraction of a second. */
const maxHeldValues = 64;

export interface LinkContext {
  readonly daemon: BluezDaemon;
  readonly clock: Clock;
  /** Path of the device's object. */
  readonly path: string;
  readonly callDeadlineMs: number;
}

interface Characteristic {
  readonly uuid: Uuid;
  readonly path: string;
  readonly flags: readonly string[];
}

interface Subscriber {
  readonly characteristic: Uuid;
  readonly onValue: (value: IncomingValue) => void;
}

export class BluezLink implements GattLink {
  readonly closed: Promise<void>;
  readonly #context: LinkContext;
  readonly #early: EarlyValues;
  readonly #byUuid = new Map<Uuid, Characteristic>();
  /** By path of the characteristic. */
  readonly #subscribers = new Map<string, Subscriber>();
  /** Values of characteristics that are being read, by path. */
  readonly #held = new Map<string, IncomingValue[]>();
  #isOpen = true;
  #leftOn: readonly Uuid[] = [];

  constructor(context: LinkContext, early: EarlyValues) {
    this.#context = context;
    this.#early = early;
    const { mirror } = context.daemon;
    for (const [path, properties] of mirror.under(context.path, Bluez.characteristic)) {
      const found = characteristicOf(path, properties);
      if (!this.#byUuid.has(found.uuid)) this.#byUuid.set(found.uuid, found);
    }
    this.closed = new Promise((resolve) => {
      const stop = mirror.onChange((change) => {
        if (change.interface === Bluez.characteristic) this.#hear(change);
        if (isConnected(context)) return;
        stop();
        early.stop();
        this.#isOpen = false;
        this.#leftOn = [...this.#subscribers.values()].map((it) => it.characteristic);
        this.#subscribers.clear();
        resolve();
      });
    });
  }

  get characteristics(): ReadonlySet<Uuid> {
    return new Set([...this.#byUuid.keys(), ...offeredBy(this.#device)]);
  }

  /** What was on when the link went away: the device may remember, and BlueZ too. */
  get leftOn(): readonly Uuid[] {
    return this.#leftOn;
  }

  /**
   * Turns on what the last link has left on, ahead of everything else: a device with a bond sends without being
   * asked, and a bluetoothd that was started since would confirm for nobody. Never rejects.
   */
  async resume(leftOn: readonly Uuid[]): Promise<void> {
    for (const characteristic of leftOn) {
      const found = this.#byUuid.get(characteristic);
      // Whoever subscribes will hear what is wrong.
      if (found !== undefined) await this.#call(found, 'StartNotify').catch(() => undefined);
    }
  }

  async read(characteristic: Uuid): Promise<Uint8Array> {
    if (!this.#byUuid.has(characteristic) && this.characteristics.has(characteristic))
      return await this.#readTold(characteristic);
    const found = this.#find(characteristic);
    if (this.#subscribers.has(found.path)) this.#held.set(found.path, []);
    let octets: Uint8Array | null = null;
    try {
      const [value] = await this.#call(found, 'ReadValue', { signature: 'a{sv}', body: [{}] });
      const answer = octetsOf(value);
      octets = answer;
      this.#early.dropAnswer(found.path, (other) => same(octetsOf(other), answer));
      return answer;
    } finally {
      this.#release(found.path, octets);
    }
  }

  async write(characteristic: Uuid, octets: Uint8Array): Promise<void> {
    const found = this.#find(characteristic);
    const type = found.flags.includes('write') ? 'request' : 'command';
    const body = [Buffer.from(octets), { type: variant('s', type) }];
    await this.#call(found, 'WriteValue', { signature: 'aya{sv}', body });
  }

  async subscribe(characteristic: Uuid, onValue: (value: IncomingValue) => void): Promise<void> {
    const found = this.#find(characteristic);
    // Before StartNotify: a value may come before its reply, and after a bond even without it.
    this.#subscribers.set(found.path, { characteristic, onValue });
    for (const { value, monotonicMs } of this.#early.take(found.path))
      onValue({ characteristic, octets: octetsOf(value), monotonicMs });
    await this.#call(found, 'StartNotify');
  }

  async unsubscribe(characteristic: Uuid): Promise<void> {
    const found = this.#find(characteristic);
    await this.#call(found, 'StopNotify');
    this.#subscribers.delete(found.path);
  }

  async close(): Promise<void> {
    for (const { characteristic } of [...this.#subscribers.values()])
      await this.#quiet(characteristic);
    await disconnect(this.#context, this.closed);
  }

  async #quiet(characteristic: Uuid): Promise<void> {
    const found = this.#byUuid.get(characteristic);
    if (found === undefined || !this.#isOpen) return;
    try {
      await this.#call(found, 'StopNotify', { deadlineMs: goodbyeDeadlineMs });
    } catch {
      // The device or BlueZ does not answer any more; the disconnection that follows ends it all.
    }
    // Not before: values that BlueZ has confirmed to the device come ahead of its reply.
    this.#subscribers.delete(found.path);
  }

  #hear({ kind, path, changed }: Change): void {
    const value = changed['Value'];
    const subscriber = this.#subscribers.get(path);
    if (kind !== 'changed' || value === undefined || subscriber === undefined) return;
    const { characteristic, onValue } = subscriber;
    const monotonicMs = this.#context.clock.monotonicMs();
    const incoming = { characteristic, octets: octetsOf(value), monotonicMs };
    const held = this.#held.get(path);
    if (held === undefined) {
      onValue(incoming);
      return;
    }
    held.push(incoming);
    // The oldest goes on: BlueZ tells the answer right before its reply, so it is among the last.
    const oldest = held.length > maxHeldValues ? held.shift() : undefined;
    if (oldest !== undefined) onValue(oldest);
  }

  /** BlueZ tells the answer to a read by the same signal as a value that came by itself. */
  #release(path: string, answer: Uint8Array | null): void {
    const held = this.#held.get(path) ?? [];
    this.#held.delete(path);
    const own = held.findLastIndex(({ octets }) => answer !== null && same(octets, answer));
    const subscriber = this.#subscribers.get(path);
    for (const [i, value] of held.entries()) if (i !== own) subscriber?.onValue(value);
  }

  get #device(): Properties | undefined {
    return this.#context.daemon.mirror.get(this.#context.path, Bluez.device);
  }

  /** What bluetoothd has read, or is about to. */
  async #readTold(characteristic: Uuid): Promise<Uint8Array> {
    const { daemon, clock, callDeadlineMs: ms } = this.#context;
    const { signal } = new AbortController();
    const isTold = (): boolean => {
      if (!this.#isOpen) throw new CodedError('link_lost');
      return toldBy(this.#device, characteristic) !== null;
    };
    await daemon.mirror.until(isTold, { clock, ms, signal });
    return toldBy(this.#device, characteristic) ?? new Uint8Array();
  }

  #find(uuid: Uuid): Characteristic {
    const found = this.#byUuid.get(uuid);
    if (found === undefined) throw new CodedError('device_refused', 'no such characteristic');
    return found;
  }

  async #call(
    { path }: Characteristic,
    member: string,
    more: { signature?: string; body?: unknown[]; deadlineMs?: number } = {},
  ): Promise<readonly unknown[]> {
    const { daemon, callDeadlineMs } = this.#context;
    const at = { path, interface: Bluez.characteristic, member, deadlineMs: callDeadlineMs };
    if (!this.#isOpen) throw new CodedError('link_lost');
    const lost = this.closed.then(() => {
      throw new CodedError('link_lost');
    });
    try {
      return await Promise.race([daemon.call({ ...at, ...more }), lost]);
    } catch (error) {
      throw bluezError(error, isBonded(this.#context));
    }
  }
}

/** Whether BlueZ says that the device is connected; not when its object is gone. */
export function isConnected({ daemon, path }: Pick<LinkContext, 'daemon' | 'path'>): boolean {
  return daemon.mirror.get(path, Bluez.device)?.['Connected'] === true;
}

/** Whether BlueZ keeps a key for the device. */
export function isBonded({ daemon, path }: Pick<LinkContext, 'daemon' | 'path'>): boolean {
  return daemon.mirror.get(path, Bluez.device)?.['Paired'] === true;
}

/** Asks for the end of the link, and waits for it, {@link closeDeadlineMs} at most. Never rejects. */
export async function disconnect(
  { daemon, clock, path }: Omit<LinkContext, 'callDeadlineMs'>,
  gone: Promise<unknown>,
): Promise<void> {
  const at = { path, interface: Bluez.device, deadlineMs: closeDeadlineMs };
  // A refusal says that it is gone already, or that BlueZ is.
  const asked = daemon.call({ ...at, member: 'Disconnect' }).catch(() => undefined);
  const over = new AbortController();
  await Promise.race([Promise.all([asked, gone]), clock.sleep(closeDeadlineMs, over.signal)]);
  over.abort();
}

function characteristicOf(path: string, properties: Properties): Characteristic {
  const { UUID: uuid, Flags: flags } = properties;
  return {
    uuid: uuidFromBluez(typeof uuid === 'string' ? uuid : ''),
    path,
    flags: Array.isArray(flags) ? flags.map(String) : [],
  };
}

/** Octets of an `ay`, whichever form the library gives it. */
export function octetsOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  return Array.isArray(value) ? Uint8Array.from(value.map(Number)) : new Uint8Array();
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((octet, i) => octet === other[i]);
}
