/** Objects on a D-Bus connection with properties, methods and the signals of both, as BlueZ has them. */
import { Message, Variant } from '@jellybrick/dbus-next';
import type { MessageBus } from '@jellybrick/dbus-next';
import type { Clock } from '@hemma/runtime/clock.js';
import type { BluezFaults } from './faults.js';

export type Values = Readonly<Record<string, Variant | null>>;

/** What a method returns that answers with values; anything else answers with none. */
export class Answer {
  readonly signature: string;
  readonly body: readonly unknown[];

  constructor(signature: string, ...body: readonly unknown[]) {
    this.signature = signature;
    this.body = body;
  }
}

/** `caller` is the unique name of who calls. */
export type Method = (body: readonly unknown[], caller: string) => unknown;

export interface FakeInterface {
  readonly values: Map<string, Variant>;
  readonly methods: Readonly<Record<string, Method>>;
  /** What a program that sets a property brings about; left out: just that value. */
  readonly onSet?: (property: string, value: Variant) => void;
}

/** Thrown by a method: the caller gets this error. */
export class DbusRefusal extends Error {
  readonly refusal: string;

  /** A name without dots is one of BlueZ's. */
  constructor(refusal: string, text: string) {
    super(text);
    this.refusal = refusal.includes('.') ? refusal : `org.bluez.Error.${refusal}`;
  }
}

/** What GetManagedObjects is answered with. */
const everything = Symbol('everything');
const objectManager = 'org.freedesktop.DBus.ObjectManager';
const propertiesInterface = 'org.freedesktop.DBus.Properties';

export class ObjectTree {
  readonly #objects = new Map<string, Map<string, FakeInterface>>();
  readonly #faults: BluezFaults;
  readonly #clock: Pick<Clock, 'after'>;
  #bus: MessageBus | null = null;
  #sent = 0;

  constructor(faults: BluezFaults, clock: Pick<Clock, 'after'>) {
    this.#faults = faults;
    this.#clock = clock;
  }

  /** Serves the objects on this connection; null: nobody hears or asks any more. */
  attach(bus: MessageBus | null): void {
    this.#bus = bus;
    bus?.addMethodHandler((message) => {
      void this.#handle(message);
      return true;
    });
  }

  /** Signals and replies that went out. */
  get sent(): number {
    return this.#sent;
  }

  has(path: string): boolean {
    return this.#objects.has(path);
  }

  paths(prefix: string): string[] {
    return [...this.#objects.keys()].filter((path) => path.startsWith(prefix));
  }

  get(path: string, name: string, property: string): unknown {
    return this.#objects.get(path)?.get(name)?.values.get(property)?.value;
  }

  /** `quietly`: no signal tells of it. */
  add(path: string, name: string, what: FakeInterface, quietly = false): void {
    const interfaces = this.#objects.get(path) ?? new Map<string, FakeInterface>();
    this.#objects.set(path, interfaces);
    interfaces.set(name, what);
    if (quietly) return;
    const body = [path, { [name]: Object.fromEntries(what.values) }];
    const copies = this.#faults.repeatedSignals ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1)
      this.#signal('/', [objectManager, 'InterfacesAdded'], 'oa{sa{sv}}', body);
  }

  /** With everything below it. */
  remove(path: string): void {
    const gone = this.paths(path).filter((one) => one === path || one.startsWith(`${path}/`));
    for (const one of gone.reverse()) {
      const names = [...(this.#objects.get(one)?.keys() ?? [])];
      this.#objects.delete(one);
      this.#signal('/', [objectManager, 'InterfacesRemoved'], 'oas', [one, names]);
    }
  }

  /** Null takes a property away. */
  set(path: string, name: string, values: Values): void {
    const known = this.#objects.get(path)?.get(name)?.values;
    if (known === undefined) return;
    const changed: Record<string, Variant> = {};
    const invalidated: string[] = [];
    for (const [property, value] of Object.entries(values)) {
      if (value !== null) known.set(property, (changed[property] = value));
      else if (known.delete(property)) invalidated.push(property);
    }
    const body = [name, changed, invalidated];
    this.#signal(path, [propertiesInterface, 'PropertiesChanged'], 'sa{sv}as', body);
  }

  #signal(
    path: string,
    [name, member]: [string, string],
    signature: string,
    body: unknown[],
  ): void {
    this.#send(Message.newSignal(path, name, member, signature, body));
  }

  async #handle(message: Message): Promise<void> {
    const { ignored, slow, unanswered, late } = this.#faults;
    const bus = this.#bus;
    const { member } = message;
    if (ignored.has(member)) return;
    await slow.get(member);
    const reply = await this.#replyTo(message);
    const delay = late.get(member);
    if (delay !== undefined)
      await new Promise<void>((resolve) => this.#clock.after(delay, resolve));
    if (unanswered.has(member) || bus !== this.#bus) return;
    this.#send(reply());
  }

  #send(message: Message): void {
    this.#sent += 1;
    try {
      this.#bus?.send(message);
    } catch {
      this.#bus = null; // the bus has ended before us
    }
  }

  /** Built when it is sent: what GetManagedObjects tells is never older than a signal before it. */
  async #replyTo(message: Message): Promise<() => Message> {
    try {
      const scripted = this.#faults.refused.get(message.member)?.shift();
      if (scripted !== undefined) throw new DbusRefusal(scripted.name, scripted.text);
      const result = await this.#run(message);
      return () => {
        const answer = result === everything ? this.#managed() : result;
        if (!(answer instanceof Answer)) return Message.newMethodReturn(message);
        return Message.newMethodReturn(message, answer.signature, [...answer.body]);
      };
    } catch (error) {
      if (!(error instanceof DbusRefusal)) throw error;
      return () => Message.newError(message, error.refusal, error.message);
    }
  }

  async #run(message: Message): Promise<unknown> {
    const { path, interface: name, member, body } = message;
    if (name === objectManager && member === 'GetManagedObjects') return everything;
    const interfaces = this.#objects.get(path);
    if (interfaces === undefined)
      throw new DbusRefusal(
        'org.freedesktop.DBus.Error.UnknownObject',
        `Method "${member}" with signature "${message.signature}" on interface "${name}" doesn't exist`,
      );
    if (name === propertiesInterface) {
      this.#property(path, member, body);
      return undefined;
    }
    const method = interfaces.get(name)?.methods[member];
    if (method === undefined)
      throw new DbusRefusal('org.freedesktop.DBus.Error.UnknownMethod', `No ${member}`);
    return await method(body, message.sender);
  }

  #property(path: string, member: string, body: readonly unknown[]): void {
    const [name, property, value] = body;
    if (member !== 'Set' || typeof name !== 'string' || typeof property !== 'string')
      throw new DbusRefusal('org.freedesktop.DBus.Error.UnknownMethod', `No ${member}`);
    if (!(value instanceof Variant)) throw new DbusRefusal('InvalidArguments', 'Invalid arguments');
    const onSet = this.#objects.get(path)?.get(name)?.onSet;
    if (onSet === undefined) this.set(path, name, { [property]: value });
    else onSet(property, value);
  }

  #managed(): Answer {
    const tree: Record<string, Record<string, Record<string, Variant>>> = {};
    for (const [path, interfaces] of this.#objects) {
      if (path === '/org/bluez') continue;
      tree[path] = {};
      for (const [name, { values }] of interfaces) tree[path][name] = Object.fromEntries(values);
    }
    return new Answer('a{oa{sa{sv}}}', tree);
  }
}
