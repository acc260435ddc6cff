import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { rosterOf } from '../../roster.js';
import { defaultBluetooth } from '../../transports/bluetooth.js';
import type { SeenAdapter } from '../bluez.js';
import { codeOf, fault, fine, warning } from '../check.js';
import type { Check, Finding } from '../check.js';

/**
 * Whether BlueZ keeps a key for each device that does not speak without one, at the adapter that the
 * gateway uses. BlueZ's own files are looked into where it does not answer. What only a connection
 * shows is whether the device still has its half.
 */
export const bond: Check = {
  name: 'bond',
  title: { sv: 'Parkoppling', en: 'Bond' },
  async examine(subject) {
    const { settings, source, places } = subject;
    const addresses = rosterOf(settings, source)
      .radioDevices.filter(([, { bonding }]) => bonding === 'required')
      .map(([address]) => address);
    if (addresses.length === 0 || settings.bluetooth === 'off') return [noneNeeded];
    if ((settings.bluetooth ?? defaultBluetooth()) === 'noble')
      return settings.noble.unbonded === 'try' ? [noneNeeded] : [nobleKeepsNone];
    const seen = await subject.askBluez();
    if (typeof seen === 'string')
      return Promise.all(addresses.map((address) => bondInFiles(places.bonds, address)));
    const used = settings.bluez.adapter ?? seen[0]?.name ?? '';
    return addresses.map((address) => bondOf(seen, used, address));
  },
};

const noneNeeded = fine({
  sv: 'Ingen apparat behöver parkopplas.',
  en: 'No device needs a bond.',
});

const nobleKeepsNone = fault(
  {
    sv: 'noble kan inte hålla den parkoppling som apparaterna behöver.',
    en: 'noble cannot keep the bond that the devices need.',
  },
  { sv: 'Ta bort inställningen bluetooth.', en: 'Take the setting bluetooth away.' },
);

/** What BlueZ says of one device. Before 5.64 it had no `Bonded`, and `Paired` meant both. */
function bondOf(seen: readonly SeenAdapter[], used: string, address: string): Finding {
  const keeping = seen.filter(({ devices }) => isBonded(devices.get(address)));
  const here = keeping.find(({ name }) => name === used)?.devices.get(address);
  if (here === undefined) {
    const [elsewhere] = keeping;
    return elsewhere === undefined ? notBonded(address) : bondedWith(elsewhere.name, used, address);
  }
  if (here['Blocked'] === true) return blocked(address);
  return here['Trusted'] === true ? bonded(address) : untrusted(address);
}

function isBonded(device: SeenAdapter['properties'] | undefined): boolean {
  return device?.['Paired'] === true && device['Bonded'] !== false;
}

function bonded(address: string): Finding {
  return fine({ sv: `${address} är parkopplad.`, en: `${address} is bonded.` });
}

function notBonded(address: string): Finding {
  return fault(
    { sv: `${address} är inte parkopplad.`, en: `${address} is not bonded.` },
    {
      sv: `Ställ apparaten i parkopplingsläge och kör: hemma-gateway pair ${address}`,
      en: `Put the device in pairing mode and run: hemma-gateway pair ${address}`,
    },
  );
}

function bondedWith(other: string, used: string, address: string): Finding {
  return fault(
    {
      sv: `${address} är parkopplad med ${other}, men gatewayen använder ${used}.`,
      en: `${address} is bonded with ${other}, but the gateway uses ${used}.`,
    },
    {
      sv: `Rätta inställningen bluez.adapter, eller parkoppla igen: hemma-gateway pair ${address}`,
      en: `Put the setting bluez.adapter right, or pair again: hemma-gateway pair ${address}`,
    },
  );
}

function blocked(address: string): Finding {
  return fault(
    { sv: `${address} är spärrad i systemet.`, en: `${address} is blocked in the system.` },
    { sv: `Kör: bluetoothctl unblock ${address}`, en: `Run: bluetoothctl unblock ${address}` },
  );
}

function untrusted(address: string): Finding {
  return warning(
    {
      sv: `${address} är parkopplad, men får inte ansluta av sig själv.`,
      en: `${address} is bonded, but may not connect by itself.`,
    },
    { sv: `Kör: bluetoothctl trust ${address}`, en: `Run: bluetoothctl trust ${address}` },
  );
}

/** Groups of BlueZ's `info` file that hold a key, BR/EDR and both roles of LE. */
const keyGroup = /^\[(LinkKey|LongTermKey|PeripheralLongTermKey|SlaveLongTermKey)\]$/m;

async function bondInFiles(folder: string, address: string): Promise<Finding> {
  for (const name of await foldersIn(folder)) {
    const info = await textOf(join(folder, name, address, 'info'));
    if (info !== null && keyGroup.test(info)) return bonded(address);
  }
  return notBonded(address);
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Null where there is no such file. */
async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return null;
    throw error;
  }
}
