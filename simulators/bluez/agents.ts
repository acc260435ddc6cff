/** The programs that answer questions while devices pair: `org.bluez.AgentManager1`. */
import { DBusError, Message } from '@jellybrick/dbus-next';
import type { MessageBus } from '@jellybrick/dbus-next';
import { DbusRefusal } from './object-tree.js';
import type { Method } from './object-tree.js';

/** Resolves with the first value of the answer; rejects with {@link DbusRefusal}. */
export type AskAgent = (question: Question) => Promise<unknown>;

export interface Question {
  /** Of `org.bluez.Agent1`. */
  readonly member: string;
  /** The device that it is about; null: about none. */
  readonly path: string | null;
  /** Who wants to pair: its own agent is asked, if it has one. Null: nobody, the device began. */
  readonly caller: string | null;
  /** What comes after the device. */
  readonly more?: readonly TypedValue[];
}

/** With its D-Bus type. */
export type TypedValue = readonly [signature: string, value: unknown];

export class Agents {
  /** Paths by the unique name of their program. */
  readonly #paths = new Map<string, string>();
  #default: string | null = null;
  #bus: MessageBus | null = null;

  get count(): number {
    return this.#paths.size;
  }

  /** Null: bluetoothd has ended, and forgets them all. */
  attach(bus: MessageBus | null): void {
    this.#bus = bus;
    this.#paths.clear();
    this.#default = null;
  }

  /** A program has left the bus. */
  forget(name: string): void {
    this.#paths.delete(name);
  }

  readonly methods: Record<string, Method> = {
    RegisterAgent: ([path], caller) => {
      if (this.#paths.has(caller)) throw new DbusRefusal('AlreadyExists', 'Already Exists');
      this.#paths.set(caller, String(path));
    },
    RequestDefaultAgent: (_, caller) => {
      if (!this.#paths.has(caller)) throw new DbusRefusal('DoesNotExist', 'Does Not Exist');
      this.#default = caller;
    },
  };

  /** The agent of whoever wants to pair, else the default one, as `agent_get` in BlueZ does. */
  async ask({ member, path: device, caller, more = [] }: Question): Promise<unknown> {
    const owner = caller !== null && this.#paths.has(caller) ? caller : this.#default;
    const path = owner === null ? undefined : this.#paths.get(owner);
    if (owner === null || path === undefined || this.#bus === null)
      throw new DbusRefusal('AuthenticationFailed', 'Authentication Failed');
    const first = device === null ? [] : [device];
    const at = { destination: owner, path, interface: 'org.bluez.Agent1', member };
    const signature = [...first.map(() => 'o'), ...more.map(([type]) => type)].join('');
    const body = [...first, ...more.map(([, value]) => value)];
    try {
      const reply = await this.#bus.call(new Message({ ...at, signature, body }));
      return reply?.body[0];
    } catch (error) {
      const because = error instanceof DBusError ? error.type : String(error);
      throw new DbusRefusal('AuthenticationRejected', because);
    }
  }
}
