/** What a capture shows of a device's attribute table: which handle is what (Core 6.0 Vol 3 Part G §3). */
import { OctetReader } from '../bytes.js';
import type { Uuid } from '../device.js';
import { maxCharacteristics, maxServices } from '../trace/format.js';
import type { ServiceLayout, TraceProperty } from '../trace/format.js';
import { uuidOf } from './uuid.js';

const configurationUuid: Uuid = '2902';
/** Declarations and descriptors, which are no values of characteristics (Assigned Numbers §3.6, §3.7). */
const notAValue = /^2[89]..$/;

/** Bits of a characteristic's properties (§3.3.1.1). */
const propertyBits: readonly (readonly [number, TraceProperty])[] = [
  [0x02, 'read'],
  [0x04, 'writeWithoutResponse'],
  [0x08, 'write'],
  [0x10, 'notify'],
  [0x20, 'indicate'],
];

interface Service {
  readonly uuid: Uuid;
  readonly start: number;
  readonly end: number;
}

interface Characteristic {
  readonly uuid: Uuid;
  readonly properties: TraceProperty[];
}

/** One table for each device: a central that knows a device does not discover it again. */
export class AttributeTable {
  readonly #services = new Map<number, Service>();
  /** By the handle of the value. */
  readonly #characteristics = new Map<number, Characteristic>();
  /** Types of other attributes, descriptors above all. */
  readonly #types = new Map<number, Uuid>();

  /** A service declaration: handle, last handle of the service, UUID. */
  service(start: number, end: number, uuid: Uuid): void {
    if (this.#services.size >= maxServices) return;
    this.#services.set(start, { uuid, start, end });
  }

  /** The value of a characteristic declaration: properties, handle of the value, UUID. */
  characteristic(declaration: Uint8Array): void {
    const reader = new OctetReader(declaration);
    const bits = reader.uint8();
    const handle = reader.uint16();
    const uuid = uuidOf(reader.take(reader.remaining));
    const properties = propertyBits.filter(([bit]) => (bits & bit) !== 0).map(([, name]) => name);
    if (this.#characteristics.size >= maxCharacteristics) return;
    this.#characteristics.set(handle, { uuid, properties });
  }

  type(handle: number, uuid: Uuid): void {
    this.#types.set(handle, uuid);
  }

  /** Which characteristic a value handle belongs to; null when the capture does not tell. */
  valueAt(handle: number): Uuid | null {
    const found = this.#characteristics.get(handle)?.uuid ?? this.#types.get(handle);
    return found === undefined || notAValue.test(found) ? null : found;
  }

  /**
   * The characteristic whose client configuration this handle is; null when it is none. Where the
   * descriptors were not discovered, the handle after a value that can be subscribed to is taken.
   */
  configuredAt(handle: number): Uuid | null {
    const type = this.#types.get(handle);
    if (type !== undefined && type !== configurationUuid) return null;
    if (this.#characteristics.has(handle)) return null;
    const value = this.#valueBefore(handle);
    const characteristic = value === null ? undefined : this.#characteristics.get(value);
    if (value === null || characteristic === undefined) return null;
    const { uuid, properties } = characteristic;
    const sends = properties.includes('notify') || properties.includes('indicate');
    const guessed = type === undefined && !(sends && handle === value + 1);
    return guessed ? null : uuid;
  }

  /** Services with their characteristics in the order of the handles. */
  layout(): ServiceLayout[] {
    const services = [...this.#services.values()].sort((one, other) => one.start - other.start);
    const layout = new Map<number, ServiceLayout>(
      services.map(({ uuid, start }) => [start, { service: uuid, characteristics: [] }]),
    );
    const unplaced: ServiceLayout = { service: null, characteristics: [] };
    for (const [handle, characteristic] of [...this.#characteristics].sort(([a], [b]) => a - b)) {
      const service = services.find(({ start, end }) => handle > start && handle <= end);
      const place = service === undefined ? unplaced : layout.get(service.start);
      place?.characteristics.push(characteristic);
    }
    const placed = [...layout.values()];
    return unplaced.characteristics.length === 0 ? placed : [...placed, unplaced];
  }

  #valueBefore(handle: number): number | null {
    let before: number | null = null;
    for (const value of this.#characteristics.keys())
      if (value < handle && (before === null || value > before)) before = value;
    return before;
  }
}
