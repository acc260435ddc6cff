import type { Advertisement, Device, GattDevice, Recognition, Uuid } from '../device.js';

/**
 * What recognition looks at; services may come from the advertisement or from the device itself.
 */
export type Seen = Pick<Advertisement, 'name' | 'services'>;

/**
 * The prefix matches whatever the case: Omron monitors change it between pairing and transfer mode.
 */
function nameFits(prefix: string, name: string | null): boolean {
  return name?.toLowerCase().startsWith(prefix.toLowerCase()) ?? false;
}

function fits({ namePrefix, anyService, onlyBySettings }: Recognition, seen: Seen): boolean {
  if (onlyBySettings === true) return false;
  const offered = (uuid: Uuid): boolean => seen.services.includes(uuid);
  return (
    (namePrefix === undefined || nameFits(namePrefix, seen.name)) &&
    (anyService === undefined || anyService.some(offered))
  );
}

/** A name says more than any service, a longer name more than a shorter one. */
function weight({ namePrefix, anyService }: Recognition): number {
  return 2 * (namePrefix?.length ?? 0) + (anyService === undefined ? 0 : 1);
}

/**
 * The entry that fits best: a model goes before the generic entry of its service. Null when none
 * fits. Names and services often come in different reports: ask again when more is known.
 */
export function recognise(seen: Seen, catalogue: readonly Device[]): GattDevice | null {
  const fitting = catalogue
    .filter((device): device is GattDevice => device.transport === 'gatt')
    .filter((device) => fits(device.recognition, seen));
  const best = Math.max(...fitting.map((device) => weight(device.recognition)));
  return fitting.find((device) => weight(device.recognition) === best) ?? null;
}
