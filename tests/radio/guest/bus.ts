import { Message, MessageType, Variant, systemBus } from '@jellybrick/dbus-next';
import type { MessageBus } from '@jellybrick/dbus-next';

/** The little of D-Bus that a device behind BlueZ needs: calls, answers, signals of BlueZ. */

export const bluez = 'org.bluez';
export const properties = 'org.freedesktop.DBus.Properties';
export const objectManager = 'org.freedesktop.DBus.ObjectManager';

/** Interfaces of one object with their properties, values as they are on the bus. */
export type Interfaces = Record<string, Record<string, Variant>>;

/** What a method of ours returns: a signature and its body; null: nothing. */
export type Answer = readonly [signature: string, body: unknown] | null;

export interface Call {
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly body: readonly unknown[];
}

export class Bus {
  readonly #bus: MessageBus = systemBus();

  /** Calls a method of BlueZ; gives the first value that it returns. */
  async call(
    path: string,
    method: `${string}.${string}`,
    signature = '',
    ...body: unknown[]
  ): Promise<unknown> {
    const dot = method.lastIndexOf('.');
    const [iface, member] = [method.slice(0, dot), method.slice(dot + 1)];
    const destination = iface === 'org.freedesktop.DBus' ? iface : bluez;
    const message = new Message({ destination, path, interface: iface, member, signature, body });
    const reply = await this.#bus.call(message);
    return reply?.body[0];
  }

  async setProperty(path: string, iface: string, name: string, to: boolean): Promise<void> {
    const value = new Variant('b', to);
    await this.call(path, `${properties}.Set`, 'ssv', iface, name, value);
  }

  /** Answers the calls that `answer` knows; it gives undefined for those that it does not. */
  serve(answer: (call: Call) => Answer | undefined): void {
    this.#bus.addMethodHandler((message) => {
      try {
        const said = answer(message);
        if (said === undefined) return false;
        const [signature = '', ...body] = said ?? [];
        this.#bus.send(Message.newMethodReturn(message, signature, body));
      } catch (error) {
        const text = error instanceof Error ? error.message : 'failed';
        this.#bus.send(Message.newError(message, 'org.bluez.Error.Failed', text));
      }
      return true;
    });
  }

  signal(path: string, iface: string, member: string, ...args: [string, unknown[]]): void {
    this.#bus.send(Message.newSignal(path, iface, member, ...args));
  }

  /** Every signal of BlueZ, and of the bus about who owns its name. */
  async onSignal(listener: (signal: Call) => void): Promise<void> {
    const rules = [
      `type='signal',sender='${bluez}'`,
      `type='signal',member='NameOwnerChanged',arg0='${bluez}'`,
    ];
    for (const rule of rules)
      await this.call('/org/freedesktop/DBus', 'org.freedesktop.DBus.AddMatch', 's', rule);
    this.#bus.on('message', (message: Message) => {
      if (message.type === MessageType.SIGNAL) listener(message);
    });
  }

  /** The objects of BlueZ by path. */
  async objects(): Promise<Record<string, Interfaces>> {
    const objects = await this.call('/', `${objectManager}.GetManagedObjects`);
    return objects as Record<string, Interfaces>;
  }
}
