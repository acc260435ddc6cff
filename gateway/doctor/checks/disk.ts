import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf, fault, fine, warning } from '../check.js';
import type { Check, Finding } from '../check.js';

const octetsPerMiB = 1_048_576;
/** Less, and the next readings are refused: the write-ahead log alone may take 4 MiB. */
const minFreeMiB = 8;
/** A full outbox takes about 1.6 times its content (outbox/space.ts), and the log as much again. */
const fileFactor = 1.7;

/** Whether the outbox can be written to, now and when it is full. */
export const disk: Check = {
  name: 'disk',
  title: { sv: 'Lagring', en: 'Storage' },
  async examine({ settings }) {
    const { dataDir } = settings;
    const place = await existing(dataDir);
    if (place === null) return [noFolder(dataDir)];
    try {
      await access(place, constants.W_OK);
    } catch (error) {
      return [notWritable(dataDir, codeOf(error))];
    }
    const { bavail, bsize, files, ffree } = await statfs(place);
    const freeMiB = Math.floor((bavail * bsize) / octetsPerMiB);
    if (freeMiB < minFreeMiB || (files > 0 && ffree === 0)) return [full(freeMiB)];
    const neededMiB = Math.ceil(settings.outbox.maxMiB * fileFactor);
    if (freeMiB < neededMiB) return [scarce(freeMiB, neededMiB)];
    return [fine({ sv: `${freeMiB} MiB ledigt.`, en: `${freeMiB} MiB are free.` })];
  },
};

/** The folder, or the one that it will be made in; null when that is not there either. */
async function existing(folder: string): Promise<string | null> {
  for (const place of [folder, dirname(folder)]) {
    try {
      if ((await stat(place)).isDirectory()) return place;
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
    }
  }
  return null;
}

function noFolder(folder: string): Finding {
  return fault(
    { sv: `Mappen ${folder} finns inte.`, en: `There is no folder ${folder}.` },
    {
      sv: 'Rätta inställningen dataDir, eller anslut disken som mappen ligger på.',
      en: 'Put the setting dataDir right, or connect the disk that it lies on.',
    },
  );
}

function notWritable(folder: string, code: string): Finding {
  return fault(
    {
      sv: `Det går inte att skriva i ${folder} (${code}).`,
      en: `${folder} cannot be written to (${code}).`,
    },
    {
      sv: 'EROFS: minneskortet är trasigt eller skrivskyddat, byt det. EACCES: kör som root.',
      en: 'EROFS: the memory card is broken or read only, replace it. EACCES: run as root.',
    },
  );
}

function full(freeMiB: number): Finding {
  return fault(
    {
      sv: `Lagringen är full (${freeMiB} MiB ledigt). Nya mätvärden stannar i apparaterna.`,
      en: `The storage is full (${freeMiB} MiB free). New readings stay in the devices.`,
    },
    {
      sv: 'Ta bort annat från disken, till exempel: journalctl --vacuum-size=50M',
      en: 'Remove something else from the disk, such as: journalctl --vacuum-size=50M',
    },
  );
}

function scarce(freeMiB: number, neededMiB: number): Finding {
  return warning(
    {
      sv: `${freeMiB} MiB ledigt; en full utkorg tar ${neededMiB} MiB.`,
      en: `${freeMiB} MiB are free; a full outbox takes ${neededMiB} MiB.`,
    },
    {
      sv: 'Gör plats, eller sänk inställningen outbox.maxMiB.',
      en: 'Make room, or lower the setting outbox.maxMiB.',
    },
  );
}
