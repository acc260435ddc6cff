import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { rosterOf } from '../../roster.js';
import { defaultBluetooth } from '../../transports/bluetooth.js';
import type { SeenAdapter, Silence } from '../bluez.js';
import { codeOf, fault, fine, warning } from '../check.js';
import type { Check, Finding, Places, Subject } from '../check.js';

/** Whether there is a Bluetooth adapter that may send: asked of the kernel, its switches and BlueZ. */
export const adapter: Check = {
  name: 'adapter',
  title: { sv: 'Bluetooth-adapter', en: 'Bluetooth adapter' },
  async examine(subject) {
    const { settings, source, places } = subject;
    if (settings.bluetooth === 'off' || !rosterOf(settings, source).hasRadioDevices)
      return [fine({ sv: 'Bluetooth används inte.', en: 'Bluetooth is not used.' })];
    const blocked = await blockedBy(places.switches);
    if (blocked.length > 0) return blocked;
    const isNoble = (settings.bluetooth ?? defaultBluetooth()) === 'noble';
    return isNoble ? [await ofKernel(places)] : await ofBluez(subject);
  },
};

async function ofBluez(subject: Subject): Promise<readonly Finding[]> {
  const { settings, places } = subject;
  const seen = await subject.askBluez();
  if (typeof seen === 'string') return [await ofKernel(places), silent[seen]];
  const [first] = seen;
  if (first === undefined) return [await unseen(places)];
  const wanted = settings.bluez.adapter;
  const used = wanted === undefined ? first : seen.find(({ name }) => name === wanted);
  return [used === undefined ? otherAdapter(String(wanted), seen) : judge(used)];
}

/** BlueZ tells of a radio that is blocked as well: `PowerState`, since 5.65. */
function judge({ name, properties }: SeenAdapter): Finding {
  if (properties['PowerState'] === 'off-blocked') return softBlocked;
  if (properties['Powered'] !== true) return switchedOff(name);
  return fine({ sv: `${name} finns och är på.`, en: `${name} is there and on.` });
}

/** What the kernel has, which is not asked whether it is on. */
async function ofKernel(places: Places): Promise<Finding> {
  const names = await adaptersOf(places);
  if (names.length === 0) return noAdapter;
  return fine({ sv: `${names.join(', ')} finns.`, en: `${names.join(', ')} is there.` });
}

async function unseen(places: Places): Promise<Finding> {
  const names = await adaptersOf(places);
  return names.length === 0 ? noAdapter : notTakenUp(names.join(', '));
}

async function adaptersOf({ adapters }: Places): Promise<string[]> {
  return (await namesIn(adapters)).filter((name) => /^hci\d+$/.test(name)).sort();
}

const restart = 'systemctl restart bluetooth';

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

function switchedOff(name: string): Finding {
  return fault(
    { sv: `${name} är avstängd.`, en: `${name} is switched off.` },
    {
      sv: `Gatewayen slår på den när den startar: systemctl restart hemma-gateway. Annars: ${restart}`,
      en: `The gateway switches it on at its start: systemctl restart hemma-gateway. Else: ${restart}`,
    },
  );
}

function notTakenUp(names: string): Finding {
  return fault(
    {
      sv: `${names} finns, men Bluetooth-tjänsten använder den inte.`,
      en: `${names} is there, but the Bluetooth service does not use it.`,
    },
    {
      sv: `Kör: ${restart}. Hjälper det inte: dra ur adaptern och sätt i den igen.`,
      en: `Run: ${restart}. If that does not help, pull the adapter out and plug it in again.`,
    },
  );
}

function otherAdapter(wanted: string, seen: readonly SeenAdapter[]): Finding {
  const names = seen.map(({ name }) => name).join(', ');
  return fault(
    {
      sv: `${wanted} finns inte; det som finns är ${names}.`,
      en: `There is no ${wanted}; what there is: ${names}.`,
    },
    {
      sv: 'Rätta inställningen bluez.adapter, eller sätt i adaptern.',
      en: 'Put the setting bluez.adapter right, or plug the adapter in.',
    },
  );
}

/** Why BlueZ could not be asked. */
const silent: Readonly<Record<Silence, Finding>> = {
  'no-bus': fault(
    { sv: 'Systemets meddelandebuss svarar inte.', en: 'The message bus does not answer.' },
    {
      sv: 'Kör: systemctl start dbus. Saknas den: apt install dbus',
      en: 'Run: systemctl start dbus. If there is none: apt install dbus',
    },
  ),
  stopped: fault(
    { sv: 'Bluetooth-tjänsten är inte igång.', en: 'The Bluetooth service is not running.' },
    {
      sv: `Kör: ${restart}. Saknas den: apt install bluez`,
      en: `Run: ${restart}. If there is none: apt install bluez`,
    },
  ),
  denied: warning(
    {
      sv: 'Bluetooth-tjänsten får inte tillfrågas av den här användaren.',
      en: 'This user may not ask the Bluetooth service.',
    },
    { sv: 'Kör kommandot som root: sudo.', en: 'Run the command as root: sudo.' },
  ),
  stuck: fault(
    { sv: 'Bluetooth-tjänsten svarar inte.', en: 'The Bluetooth service does not answer.' },
    { sv: `Kör: ${restart}`, en: `Run: ${restart}` },
  ),
};

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
