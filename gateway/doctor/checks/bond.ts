import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { catalogue } from '@hemma/protocols/devices/catalogue.generated.js';
import { codeOf, fault, fine } from '../check.js';
import type { Check, Finding } from '../check.js';

/**
 * Whether BlueZ keeps a key for each device that does not speak without one. It looks into BlueZ's
 * own files, so it works while bluetoothd is down; what it cannot see is whether the device still has
 * its half.
 */
export const bond: Check = {
  name: 'bond',
  title: { sv: 'Parkoppling', en: 'Bond' },
  async examine({ settings, places }) {
    const bonded = settings.devices.filter(({ model }) => needsBond(model));
    const addresses = bonded.flatMap(({ address }) => address ?? []);
    if (addresses.length === 0)
      return [fine({ sv: 'Ingen apparat behöver parkopplas.', en: 'No device needs a bond.' })];
    const findings = addresses.map((address) => bondOf(places.bonds, address));
    return Promise.all(findings);
  },
};

function needsBond(model: string): boolean {
  const device = catalogue.find(({ id }) => id === model);
  return device?.transport === 'gatt' && device.bonding === 'required';
}

/** Groups of BlueZ's `info` file that hold a key, BR/EDR and both roles of LE. */
const keyGroup = /^\[(LinkKey|LongTermKey|PeripheralLongTermKey|SlaveLongTermKey)\]$/m;

async function bondOf(folder: string, address: string): Promise<Finding> {
  const adapters = await foldersIn(folder);
  for (const name of adapters) {
    const info = await textOf(join(folder, name, address, 'info'));
    if (info !== null && keyGroup.test(info))
      return fine({ sv: `${address} är parkopplad.`, en: `${address} is bonded.` });
  }
  return fault(
    { sv: `${address} är inte parkopplad.`, en: `${address} is not bonded.` },
    {
      sv: `Ställ apparaten i parkopplingsläge och kör: hemma-gateway pair ${address}`,
      en: `Put the device in pairing mode and run: hemma-gateway pair ${address}`,
    },
  );
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
