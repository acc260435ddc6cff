import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { rosterOf } from '../../roster.js';
import { codeOf, fault, fine } from '../check.js';
import type { Check, Finding } from '../check.js';

/** The group that Debian gives serial lines to, and the service with it (packaging/debian). */
const lineGroup = 'dialout';
const groupMayReadAndWrite = constants.S_IRGRP | constants.S_IWGRP;

/** Whether each serial line is there and may be used. It is not opened: that would reset some devices. */
export const serial: Check = {
  name: 'serial',
  title: { sv: 'Serieport', en: 'Serial port' },
  async examine({ settings, source, places }) {
    const { ports } = rosterOf(settings, source);
    if (ports.length === 0)
      return [fine({ sv: 'Ingen serieport används.', en: 'No serial port is used.' })];
    return Promise.all(ports.map(({ path }) => lineAt(path, places.groups)));
  },
};

async function lineAt(path: string, groups: string): Promise<Finding> {
  let seen;
  try {
    seen = await stat(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return absent(path);
  }
  if (!seen.isCharacterDevice()) return noLine(path);
  const isOpenToGroup = (seen.mode & groupMayReadAndWrite) === groupMayReadAndWrite;
  const isOurs = isOpenToGroup && seen.gid === (await groupNumber(groups));
  const isOpen = await access(path, constants.R_OK | constants.W_OK).then(
    () => process.getuid?.() !== 0,
    () => false,
  );
  return isOurs || isOpen ? fine({ sv: `${path} finns.`, en: `${path} is there.` }) : closed(path);
}

/** Number of the group; null where there is none. */
async function groupNumber(file: string): Promise<number | null> {
  const rows = (await readFile(file, 'utf8')).split('\n').map((line) => line.split(':'));
  const row = rows.find(([name]) => name === lineGroup);
  return row === undefined ? null : Number(row[2]);
}

function absent(path: string): Finding {
  return fault(
    { sv: `${path} finns inte.`, en: `${path} is not there.` },
    {
      sv: 'Sätt i kabeln. Har porten bytt namn: ls /dev/serial/by-id och rätta inställningen port.',
      en: 'Plug the cable in. If the port has another name: ls /dev/serial/by-id, and put port right.',
    },
  );
}

function noLine(path: string): Finding {
  return fault(
    { sv: `${path} är ingen serieport.`, en: `${path} is no serial port.` },
    { sv: 'Rätta inställningen port.', en: 'Put the setting port right.' },
  );
}

function closed(path: string): Finding {
  return fault(
    { sv: `${path} får inte användas av gatewayen.`, en: `The gateway may not use ${path}.` },
    {
      sv: `Ge gruppen ${lineGroup} rätt till porten: chgrp ${lineGroup} ${path}; chmod g+rw ${path}`,
      en: `Give it to the group ${lineGroup}: chgrp ${lineGroup} ${path}; chmod g+rw ${path}`,
    },
  );
}
