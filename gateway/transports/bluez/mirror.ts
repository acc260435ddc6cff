import { CodedError } from '@hemma/protocols/errors.js';
import type { Clock } from '@hemma/runtime/clock.js';
import { within } from '../deadline.js';
import { plain } from './bus.js';
import type { BusSignal } from './bus.js';

/**
 * Our own copy of BlueZ's objects, kept by its signals. Nothing is ever asked for twice, and waiting
 * for a property costs no match rule.
 */

/** A block of flats has hundreds of devices, a device at most some hundred characteristics. */
export const maxObjects = 8_192;

export type Properties = Readonly<Record<string, unknown>>;

/** What became of one interface of one object. */
export interface Change {
  /**
   * `listed`: it stands in an answer to GetManagedObjects, which says nothing about when its values
   * came; `added` and `changed`: a signal said so just now.
   */
  readonly kind: 'listed' | 'added' | 'changed' | 'removed';
  readonly path: string;
  readonly interface: string;
  /** The properties that were told; none of one that was removed. */
  readonly changed: Properties;
}

export interface Patience {
  readonly clock: Clock;
  readonly ms: number;
  /** Whoever waits has given up. */
  readonly signal: AbortSignal;
}

export type ChangeListener = (change: Change) => void;

const objectManager = 'org.freedesktop.DBus.ObjectManager';
const propertiesInterface = 'org.freedesktop.DBus.Properties';

export class ObjectMirror {
  readonly #objects = new Map<string, Map<string, Properties>>();
  readonly #listeners = new Set<ChangeListener>();

  /** Listeners that are registered now: must not grow with connections. */
  get listenerCount(): number {
    return this.#listeners.size;
  }

  get size(): number {
    return this.#objects.size;
  }

  /** Undefined: the object or its interface is not there. */
  get(path: string, interfaceName: string): Properties | undefined {
    return this.#objects.get(path)?.get(interfaceName);
  }

  /** All objects that have the interface and stand below the path. */
  under(prefix: string, interfaceName: string): readonly (readonly [string, Properties])[] {
    const found: (readonly [string, Properties])[] = [];
    for (const [path, interfaces] of this.#objects) {
      const properties = interfaces.get(interfaceName);
      if (properties !== undefined && path.startsWith(`${prefix}/`)) found.push([path, properties]);
    }
    return found;
  }

  /** Called for every change until the returned function is. */
  onChange(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Resolves when the condition holds, now or after a change; rejects with what it throws, and with
   * `device_timeout` when it did not hold in time or nobody waits any more.
   */
  async until(holds: () => boolean, { clock, ms, signal }: Patience): Promise<void> {
    if (holds()) return;
    let stop = (): void => undefined;
    const held = new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new CodedError('device_timeout')), {
        once: true,
      });
      stop = this.onChange(() => {
        try {
          if (holds()) resolve();
        } catch (error) {
          reject(error instanceof Error ? error : new CodedError('internal'));
        }
      });
    });
    try {
      await within(clock, ms, held);
    } finally {
      stop();
    }
  }

  /**
   * The answer to GetManagedObjects: what is not in it is gone. `since`: the signals since it was asked
   * for, in their order. Some were told behind it, and the answer is read after them all the same.
   */
  replace(managed: unknown, since: readonly BusSignal[] = []): void {
    const told = new ObjectMirror();
    for (const [path, interfaces] of Object.entries(plain(managed)))
      told.#add(path, interfaces, 'listed');
    for (const signal of since) told.apply(signal);
    for (const path of [...this.#objects.keys()])
      if (!told.#objects.has(path)) this.#remove(path, null);
    for (const [path, interfaces] of told.#objects)
      this.#add(path, Object.fromEntries(interfaces), 'listed');
  }

  /** Everything is gone: bluetoothd ended, or the bus did. */
  clear(): void {
    for (const path of [...this.#objects.keys()]) this.#remove(path, null);
  }

  apply({ path, interface: name, member, body }: BusSignal): void {
    const [first, second, third] = body;
    if (name === objectManager && typeof first === 'string') {
      if (member === 'InterfacesAdded') this.#add(first, second, 'added');
      if (member === 'InterfacesRemoved') this.#remove(first, strings(second));
    }
    if (name === propertiesInterface && member === 'PropertiesChanged' && typeof first === 'string')
      this.#change(path, first, { changed: plain(second), invalidated: strings(third) });
  }

  #add(path: string, interfaces: unknown, kind: 'listed' | 'added'): void {
    if (!this.#objects.has(path) && this.#objects.size >= maxObjects) return;
    const known = this.#objects.get(path) ?? new Map<string, Properties>();
    this.#objects.set(path, known);
    for (const [name, properties] of Object.entries(plain(interfaces))) {
      const changed = plain(properties);
      known.set(name, changed);
      this.#tell({ kind, path, interface: name, changed });
    }
  }

  #remove(path: string, names: readonly string[] | null): void {
    const known = this.#objects.get(path);
    if (known === undefined) return;
    for (const name of names ?? [...known.keys()]) {
      if (!known.delete(name)) continue;
      if (known.size === 0) this.#objects.delete(path);
      this.#tell({ kind: 'removed', path, interface: name, changed: {} });
    }
  }

  #change(path: string, name: string, told: { changed: Properties; invalidated: string[] }): void {
    const known = this.#objects.get(path)?.get(name);
    // Of an object that was not told of yet; it comes whole with the next GetManagedObjects.
    if (known === undefined) return;
    const kept = Object.entries(known).filter(([key]) => !told.invalidated.includes(key));
    this.#objects.get(path)?.set(name, { ...Object.fromEntries(kept), ...told.changed });
    this.#tell({ kind: 'changed', path, interface: name, changed: told.changed });
  }

  #tell(change: Change): void {
    for (const listener of [...this.#listeners]) listener(change);
  }
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
