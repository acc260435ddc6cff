import type { Uuid } from '@hemma/protocols/device.js';

/** Interfaces of BlueZ (`doc/*-api.txt`), and how it writes addresses and UUIDs. */
export const Bluez = {
  adapter: 'org.bluez.Adapter1',
  device: 'org.bluez.Device1',
  characteristic: 'org.bluez.GattCharacteristic1',
  agent: 'org.bluez.Agent1',
  agentManager: 'org.bluez.AgentManager1',
} as const;

export const propertiesInterface = 'org.freedesktop.DBus.Properties';

/** The Bluetooth base UUID behind its first 32 bits (Core 6.0 Vol 3 Part B §2.5.1). */
const baseTail = /^0000([0-9a-f]{4})-0000-1000-8000-00805f9b34fb$/;

/** `0000180d-0000-1000-8000-00805f9b34fb` to `180d`, others to 32 digits. */
export function uuidFromBluez(text: string): Uuid {
  const lower = text.toLowerCase();
  return baseTail.exec(lower)?.[1] ?? lower.replaceAll('-', '');
}
