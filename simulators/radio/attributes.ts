/** The attribute table of a virtual device, laid out from its definition (Core 6.0 Vol 3 Part G §2.5, §3). */
import type { Uuid } from '@hemma/protocols/device.js';
import { AttError, AttFailure } from './att-errors.js';
import type {
  CharacteristicDefinition,
  CharacteristicProperty,
  GattServerDefinition,
  ServiceDefinition,
} from './gatt-server.js';
import { uuidOctets } from './uuid.js';

export const AttributeType = {
  primaryService: '2800',
  characteristic: '2803',
  clientConfiguration: '2902',
} as const;

/** The longest value of an attribute (Core 6.0 Vol 3 Part F §3.2.9). */
export const maxValueOctets = 512;

/** Bits of the Client Characteristic Configuration (Core 6.0 Vol 3 Part G §3.3.3.3). */
export const Subscription = { notify: 0x0001, indicate: 0x0002 } as const;

/** What one central has subscribed to: configuration bits by value handle. */
export type Subscriptions = Map<number, number>;

export interface Attribute {
  readonly handle: number;
  readonly type: Uuid;
  /** The last handle of the service that this attribute declares; null for any other attribute. */
  readonly groupEnd: number | null;
  /** Null: reading is not permitted. */
  readonly read: ((subscriptions: Subscriptions) => Uint8Array) | null;
  /** Null: writing is not permitted. */
  readonly write: ((octets: Uint8Array, subscriptions: Subscriptions) => void) | null;
  /** The write command, which is never answered; null: not permitted. */
  readonly command: ((octets: Uint8Array) => void) | null;
}

const propertyBits: Readonly<Record<CharacteristicProperty, number>> = {
  read: 0x02,
  writeWithoutResponse: 0x04,
  write: 0x08,
  notify: 0x10,
  indicate: 0x20,
};

/** Generic Access, which every server has (Core 6.0 Vol 3 Part C §12); appearance 0: unknown. */
function genericAccess({ name, appearance = 0 }: GattServerDefinition): ServiceDefinition {
  const look = Uint8Array.of(appearance & 0xff, appearance >> 8);
  return {
    uuid: '1800',
    characteristics: [
      { uuid: '2a00', properties: ['read'], onRead: () => new TextEncoder().encode(name) },
      { uuid: '2a01', properties: ['read'], onRead: () => look },
    ],
  };
}

export class AttributeTable {
  readonly attributes: readonly Attribute[];
  readonly #valueHandles = new Map<Uuid, number>();

  constructor(definition: GattServerDefinition) {
    const attributes: Attribute[] = [];
    for (const service of [genericAccess(definition), ...definition.services]) {
      attributes.push(...this.#service(service, attributes.length + 1));
    }
    this.attributes = attributes;
  }

  at(handle: number): Attribute {
    const attribute = this.attributes[handle - 1];
    if (attribute === undefined) throw new AttFailure(AttError.invalidHandle, handle);
    return attribute;
  }

  /** Where the characteristic's value is; the first, if several have this UUID. */
  valueHandle(characteristic: Uuid): number {
    const handle = this.#valueHandles.get(characteristic);
    if (handle === undefined) throw new RangeError(`no characteristic ${characteristic}`);
    return handle;
  }

  #service(service: ServiceDefinition, first: number): Attribute[] {
    const inside: Attribute[] = [];
    for (const characteristic of service.characteristics) {
      inside.push(...this.#characteristic(characteristic, first + 1 + inside.length));
    }
    const groupEnd = first + inside.length;
    const type = AttributeType.primaryService;
    return [{ ...constant(first, type, uuidOctets(service.uuid)), groupEnd }, ...inside];
  }

  #characteristic(definition: CharacteristicDefinition, first: number): Attribute[] {
    const { uuid, properties } = definition;
    const valueHandle = first + 1;
    if (!this.#valueHandles.has(uuid)) this.#valueHandles.set(uuid, valueHandle);
    const bits = properties.reduce((sum, property) => sum | propertyBits[property], 0);
    const head = [bits, valueHandle & 0xff, valueHandle >> 8];
    const declared = Uint8Array.from([...head, ...uuidOctets(uuid)]);
    const attributes = [
      constant(first, AttributeType.characteristic, declared),
      valueAttribute(definition, valueHandle),
    ];
    const subscribable = properties.includes('notify') || properties.includes('indicate');
    if (subscribable) attributes.push(configuration(definition, valueHandle));
    return attributes;
  }
}

function constant(handle: number, type: Uuid, value: Uint8Array): Attribute {
  return { handle, type, groupEnd: null, read: () => value, write: null, command: null };
}

function valueAttribute(definition: CharacteristicDefinition, handle: number): Attribute {
  const { uuid, properties, onRead, onWrite } = definition;
  const read = (): Uint8Array => {
    const value = onRead?.() ?? new Uint8Array();
    if (value.length > maxValueOctets) throw new RangeError(`value of ${uuid} too long`);
    return value;
  };
  const write = (octets: Uint8Array): void => {
    if (octets.length > maxValueOctets) throw new AttFailure(AttError.invalidValueLength, handle);
    onWrite?.(octets);
  };
  return {
    handle,
    type: uuid,
    groupEnd: null,
    read: properties.includes('read') ? read : null,
    write: properties.includes('write') ? write : null,
    command: properties.includes('writeWithoutResponse') ? write : null,
  };
}

function configuration(definition: CharacteristicDefinition, valueHandle: number): Attribute {
  const { properties, onSubscribe } = definition;
  const handle = valueHandle + 1;
  const allowed =
    (properties.includes('notify') ? Subscription.notify : 0) |
    (properties.includes('indicate') ? Subscription.indicate : 0);
  return {
    handle,
    type: AttributeType.clientConfiguration,
    groupEnd: null,
    command: null,
    read: (subscriptions) => Uint8Array.of(subscriptions.get(valueHandle) ?? 0, 0),
    write: (octets, subscriptions) => {
      const [low = 0, high = 0] = octets;
      if (octets.length !== 2) throw new AttFailure(AttError.invalidValueLength, handle);
      if ((low & ~allowed) !== 0 || high !== 0) {
        throw new AttFailure(AttError.valueNotAllowed, handle);
      }
      const before = subscriptions.get(valueHandle) ?? 0;
      subscriptions.set(valueHandle, low);
      if ((before !== 0) !== (low !== 0)) onSubscribe?.(low !== 0);
    },
  };
}
