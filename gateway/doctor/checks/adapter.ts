import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { rosterOf } from '../../roster.js';
import { codeOf, fault, fine } from '../check.js';
import type { Check, Finding } from '../check.js';

/** Whether there is a Bluetooth adapter, and whether it may send: rfkill of the kernel. */
export const adapter: Check = {
  name: 'adapter',
  title: { sv: 'Bluetooth-adapter', en: 'Bluetooth adapter' },
  async examine({ settings, source, places }) {
    if (settings.bluetooth === 'off' || !rosterOf(settings, source).hasRadioDevices)
      return [fine({ sv: 'Bluetooth används inte.', en: 'Bluetooth is not used.' })];
    const adapters = (await namesIn(places.adapters)).filter((name) => /^hci\d+$/.test(name));
    if (adapters.length === 0) return [noAdapter];
    const blocked = await blockedBy(places.switches);
    if (blocked.length > 0) return blocked;
    return [fine({ sv: `${adapters.join(', ')} finns.`, en: `${adapters.join(', ')} is there.` })];
  },
};

const noAdapter = fault(
  { sv: 'Ingen Bluetooth-adapter hittades.', en: 'There is no Bluetooth adapter.' },
  {
    sv: 'Sätt i adaptern, eller dra ur den, vänta tio sekunder och sätt i den igen.',
    en: 'Plug the adapter in, or pull it out, wait ten seconds and plug it in again.',
  },
);
const softBlocked = fault(
  { sv: 'Bluetooth är avstängt i systemet.', en: 'Bluetooth is switched off in the system.' },
  { sv: 'Kör: rfkill unblock bluetooth', en: 'Run: rfkill unblock bluetooth' },
);
const hardBlocked = fault(
  { sv: 'Bluetooth är avstängt med en knapp.', en: 'Bluetooth is switched off by a switch.' },
  { sv: 'Slå på det med knappen på datorn.', en: 'Switch it on at the computer.' },
);

/** Every switch of Bluetooth that is off: one that is blocked by hand stays so whatever is typed. */
async function blockedBy(folder: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const name of await namesIn(folder)) {
    const read = (file: string): Promise<string> => textOf(join(folder, name, file));
    if ((await read('type')) !== 'bluetooth') continue;
    if ((await read('hard')) === '1') findings.push(hardBlocked);
    else if ((await read('soft')) === '1') findings.push(softBlocked);
  }
  return findings;
}

async function textOf(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).trim();
}

/** Nothing where the kernel has no such folder. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
