import type { EventEmitter } from 'node:events';
import { DBusError, Message, MessageType, Variant, sessionBus } from '@jellybrick/dbus-next';
import type { MessageBus } from '@jellybrick/dbus-next';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Clock } from '@hemma/runtime/clock.js';
import { within } from '../deadline.js';

/**
 * One connection to a D-Bus message bus, with nothing of the library's proxies: those keep a match
 * rule for each listener. The only file here that knows the library.
 */

/** The bus itself answers at once; a Raspberry Pi that is starting up takes a second or two. */
const openDeadlineMs = 5_000;
/** BlueZ answers what needs no radio at once. */
const defaultCallDeadlineMs = 5_000;

export const busService = 'org.freedesktop.DBus';

export interface BusCall {
  /** Default: BlueZ. */
  readonly destination?: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature?: string;
  readonly body?: readonly unknown[];
  readonly deadlineMs?: number;
}

export interface BusSignal {
  readonly sender: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly body: readonly unknown[];
}

/** An error that another program on the bus answered with. */
export class BusRefusal extends Error {
  /** E.g. `org.bluez.Error.AuthenticationFailed`. */
  readonly refusal: string;
  readonly text: string;

  constructor(refusal: string, text: string) {
    super(`${refusal}: ${text}`);
    this.name = 'BusRefusal';
    this.refusal = refusal;
    this.text = text;
  }
}

/** Answers a call from the bus; null: there is no such method. May throw {@link BusRefusal}. */
export type CallHandler = (
  member: string,
  body: readonly unknown[],
) => Promise<BusAnswer | null> | BusAnswer | null;

export interface BusAnswer {
  readonly signature?: string;
  readonly body?: readonly unknown[];
}

export interface BusOptions {
  /** `unix:path=…`. */
  readonly address: string;
  readonly clock: Clock;
  readonly onSignal: (signal: BusSignal) => void;
  /** The connection is over, by whomever; nothing comes after it. */
  readonly onClosed: () => void;
}

/** Where the system bus is: the variable of the D-Bus specification, else its usual socket. */
export function systemBusAddress(): string {
  return process.env['DBUS_SYSTEM_BUS_ADDRESS'] ?? 'unix:path=/run/dbus/system_bus_socket';
}

export class Bus {
  readonly #options: BusOptions;
  readonly #handlers = new Map<string, CallHandler>();
  /** Ends the wait of every call under way: the library lets them wait for ever. */
  readonly #waiting = new Set<(error: CodedError) => void>();
  #bus: MessageBus | null = null;

  constructor(options: BusOptions) {
    this.#options = options;
  }

  /** Rejects with `bus_unavailable` when there is no bus. */
  async open(): Promise<void> {
    const { address, clock } = this.#options;
    const bus = sessionBus({ busAddress: address, authMethods: ['EXTERNAL'] });
    this.#bus = bus;
    const connected = new Promise<void>((resolve, reject) => {
      bus.once('connect', () => resolve());
      // Also later ones: with no listener of its own an error would end the process.
      // The event is missing in the package's types.
      (bus as EventEmitter).on('error', (cause: unknown) => {
        reject(unavailable(cause));
        this.#ended();
      });
      endOf(bus, () => {
        reject(unavailable(undefined));
        this.#ended();
      });
    });
    try {
      await within(clock, openDeadlineMs, connected, 'bus_unavailable');
    } catch (error) {
      this.close();
      throw error;
    }
    bus.on('message', (message) => this.#hear(message));
    bus.addMethodHandler((message) => this.#answer(message));
  }

  get ownName(): string | null {
    return this.#bus?.name ?? null;
  }

  close(): void {
    const bus = this.#bus;
    this.#bus = null;
    bus?.disconnect();
    for (const stop of this.#waiting) stop(unavailable(undefined));
  }

  /**
   * Resolves with the values of the reply. Rejects with {@link BusRefusal}, or with
   * `device_timeout` when no reply comes in time and `bus_unavailable` without a bus.
   */
  async call(call: BusCall): Promise<readonly unknown[]> {
    const bus = this.#bus;
    if (bus === null) throw unavailable(undefined);
    const { destination = 'org.bluez', path, interface: name, member, signature = '' } = call;
    const body = [...(call.body ?? [])];
    const message = new Message({ destination, path, interface: name, member, signature, body });
    let stop: (error: CodedError) => void = () => undefined;
    const ended = new Promise<never>((_, reject) => (stop = reject));
    this.#waiting.add(stop);
    try {
      const { clock } = this.#options;
      const answer = Promise.race([refusalOf(bus.call(message)), ended]);
      const reply = await within(clock, call.deadlineMs ?? defaultCallDeadlineMs, answer);
      return reply?.body ?? [];
    } finally {
      this.#waiting.delete(stop);
    }
  }

  /** A rule lives as long as the connection, so whoever asks for one asks once. */
  async addMatch(rule: string): Promise<void> {
    const to = { destination: busService, path: '/org/freedesktop/DBus', interface: busService };
    await this.call({ ...to, member: 'AddMatch', signature: 's', body: [rule] });
  }

  /** Calls of others to this object and interface; one handler for each. */
  serve(path: string, interfaceName: string, handler: CallHandler): void {
    this.#handlers.set(`${path} ${interfaceName}`, handler);
  }

  #ended(): void {
    if (this.#bus === null) return;
    this.close();
    this.#options.onClosed();
  }

  #hear(message: Message): void {
    if (message.type !== MessageType.SIGNAL || this.#bus === null) return;
    const { sender, path, interface: name, member } = message;
    this.#options.onSignal({ sender, path, interface: name, member, body: message.body });
  }

  #answer(message: Message): boolean {
    const handler = this.#handlers.get(`${message.path} ${message.interface}`);
    if (handler === undefined) return false;
    void this.#reply(message, handler);
    return true;
  }

  async #reply(message: Message, handler: CallHandler): Promise<void> {
    const reply = await replyTo(message, handler);
    try {
      this.#bus?.send(reply);
    } catch {
      // Nobody is there any more to hear it.
    }
  }
}

async function replyTo(message: Message, handler: CallHandler): Promise<Message> {
  try {
    const answer = await handler(message.member, message.body);
    if (answer === null) throw new BusRefusal(`${busService}.Error.UnknownMethod`, 'none');
    const { signature = '', body = [] } = answer;
    return Message.newMethodReturn(message, signature, [...body]);
  } catch (error) {
    if (!(error instanceof BusRefusal)) throw error;
    return Message.newError(message, error.refusal, error.text);
  }
}

/** A value with its D-Bus type, where a call wants one. */
export function variant(signature: string, value: unknown): unknown {
  return new Variant(signature, value);
}

/** The values of a dictionary of variants; empty for anything else. */
export function plain(dictionary: unknown): Record<string, unknown> {
  if (typeof dictionary !== 'object' || dictionary === null) return {};
  const entries = Object.entries(dictionary);
  return Object.fromEntries(entries.map(([key, value]) => [key, valueOf(value)]));
}

function valueOf(value: unknown): unknown {
  return value instanceof Variant ? value.value : value;
}

async function refusalOf<T>(reply: Promise<T>): Promise<T> {
  try {
    return await reply;
  } catch (error) {
    if (error instanceof DBusError) throw new BusRefusal(error.type, error.text);
    // The library throws when its stream has ended.
    throw unavailable(error);
  }
}

function unavailable(cause: unknown): CodedError {
  return new CodedError('bus_unavailable', undefined, { cause });
}

/** The library tells the end of its stream on its inner connection alone, which has no type. */
function endOf(bus: MessageBus, listener: () => void): void {
  const inner = bus as unknown as { _connection?: { once(event: 'end', fn: () => void): void } };
  inner._connection?.once('end', listener);
}
