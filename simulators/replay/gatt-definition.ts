/** What a recorded device is on the air: services, characteristics, advertisement. */
import { fromHex } from '@hemma/protocols/bytes.js';
import type { Uuid } from '@hemma/protocols/device.js';
import type { GattTrace, TraceProperty } from '@hemma/protocols/trace/format.js';
import { advertisingData } from '../radio/advertising-data.js';
import type { AdvertisingDefinition } from '../radio/gatt-server.js';

/** Generic Access, which every virtual device has by itself (Core 6.0 Vol 3 Part C §12). */
const genericAccess: Uuid = '1800';
const genericAccessCharacteristics: ReadonlySet<Uuid> = new Set([
  '2a00',
  '2a01',
  '2a04',
  '2aa6',
  '2ac9',
]);
const deviceNameUuid: Uuid = '2a00';
/** Where a trace does not tell any service: one that nobody looks for. */
const unknownService: Uuid = 'fff0';
/** A name has 248 octets at most (Core 6.0 Vol 3 Part C §3.2.2), a character up to three. */
const maxNameCharacters = 82;
/** General discoverable, no BR/EDR (Core Specification Supplement Part A §1.3). */
const discoverable = 0x06;

export interface DeclaredCharacteristic {
  readonly uuid: Uuid;
  readonly properties: readonly TraceProperty[];
}

export interface DeclaredService {
  readonly uuid: Uuid;
  readonly characteristics: readonly DeclaredCharacteristic[];
}

/** The name that was read or advertised. */
export function deviceName({ header, events }: GattTrace): string {
  const read = events.find(
    (event) => event.event === 'read' && event.characteristic === deviceNameUuid,
  );
  const told = read?.event === 'read' ? new TextDecoder().decode(fromHex(read.octets)) : null;
  return (header.advertisement?.name ?? told ?? 'Replay').slice(0, maxNameCharacters);
}

/**
 * The recorded services; each characteristic once, those of no known service in the first one that
 * was advertised. What a trace does not say of properties follows from what was asked for.
 */
export function layoutOf(trace: GattTrace): DeclaredService[] {
  const { header } = trace;
  const home = header.advertisement?.services[0] ?? unknownService;
  const used = usesOf(trace);
  const seen = new Set(genericAccessCharacteristics);
  const services = new Map<Uuid, DeclaredCharacteristic[]>();
  const declare = (service: Uuid, uuid: Uuid, recorded: readonly TraceProperty[]): void => {
    if (service === genericAccess || seen.has(uuid)) return;
    seen.add(uuid);
    const properties = [...new Set([...recorded, ...(used.get(uuid) ?? [])])];
    const known = services.get(service);
    if (known === undefined) services.set(service, [{ uuid, properties }]);
    else known.push({ uuid, properties });
  };
  for (const { service, characteristics } of header.services)
    for (const { uuid, properties } of characteristics)
      declare(service ?? home, uuid, properties ?? ['read']);
  for (const uuid of used.keys()) declare(home, uuid, []);
  return [...services].map(([uuid, characteristics]) => ({ uuid, characteristics }));
}

/** What each characteristic was used for. */
function usesOf({ events }: GattTrace): ReadonlyMap<Uuid, ReadonlySet<TraceProperty>> {
  const uses = new Map<Uuid, Set<TraceProperty>>();
  const add = (uuid: Uuid, property: TraceProperty): void => {
    uses.set(uuid, (uses.get(uuid) ?? new Set()).add(property));
  };
  for (const event of events) {
    if (event.event === 'read' || event.event === 'write') add(event.characteristic, event.event);
    // Indications where the recorder could not see which: their confirmations keep the pace.
    if (event.event === 'value') add(event.characteristic, event.way ?? 'indicate');
  }
  for (const event of events) {
    if (event.event !== 'subscribe') continue;
    const known = uses.get(event.characteristic);
    if (!known?.has('notify')) add(event.characteristic, 'indicate');
  }
  return uses;
}

/** As much of the recorded advertisement as two legacy packets hold: its first services above all. */
export function advertisedBy({ header }: GattTrace): AdvertisingDefinition {
  const recorded = header.advertisement;
  const base = { name: recorded?.name ?? null, flags: discoverable };
  const services = recorded?.services ?? [];
  const data = recorded?.manufacturerData ?? null;
  for (let count = services.length; count >= 0; count -= 1) {
    const some = { ...base, services: services.slice(0, count) };
    const all = data === null ? some : { ...some, manufacturerData: fromHex(data) };
    const fitting = [all, some].find(fits);
    if (fitting !== undefined) return fitting;
  }
  return { ...base, services: [] };
}

function fits(definition: AdvertisingDefinition): boolean {
  try {
    advertisingData(definition);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
