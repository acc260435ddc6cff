import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf, fault, fine, warning } from '../check.js';
import type { Check, Finding } from '../check.js';

/** How much of its life the flash memory has left: JEDEC 84-B51 §7.4, as Linux shows it for eMMC. */
export const wear: Check = {
  name: 'wear',
  title: { sv: 'Slitage', en: 'Wear' },
  async examine({ settings, places }) {
    const number = await numberOf(settings.dataDir);
    const life = number === null ? null : await lifeOf(join(places.blockDevices, number));
    return [life === null ? untold : judge(life)];
  },
};

const untold = fine({
  sv: 'Minnet berättar inte hur slitet det är (SD-kort gör det sällan).',
  en: 'The memory does not tell how worn it is (SD cards seldom do).',
});

/** Tenths of the life used, at least; 11 is "exceeded". */
const tenthsToWarn = 8;
const tenthsWornOut = 10;

function judge(tenths: number): Finding {
  const percent = Math.min(tenths * 10, 100);
  const said = {
    sv: `Minnet har använt upp till ${percent} % av sin livslängd.`,
    en: `The memory has used up to ${percent} % of its life.`,
  };
  const todo = { sv: 'Byt gateway eller minne i tid.', en: 'Replace gateway or memory in time.' };
  if (tenths >= tenthsWornOut) return fault(said, todo);
  return tenths >= tenthsToWarn ? warning(said, todo) : fine(said);
}

/** `major:minor` of the device with this folder, as the kernel packs them in st_dev; null: no folder. */
async function numberOf(folder: string): Promise<string | null> {
  try {
    const dev = BigInt((await stat(folder)).dev);
    const major = (dev >> 8n) & 0xfffn;
    const minor = (dev & 0xffn) | ((dev >> 12n) & 0xfff00n);
    return `${major}:${minor}`;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Partition → disk → controller: no deeper. */
const levels = 4;

/** The worse of the two kinds of memory in a chip, in tenths; null where nobody tells. */
async function lifeOf(link: string): Promise<number | null> {
  let folder: string;
  try {
    folder = await realpath(link);
  } catch {
    return null;
  }
  for (let level = 0; level < levels; level += 1, folder = dirname(folder)) {
    const text = await readFile(join(folder, 'device/life_time'), 'utf8').catch(() => null);
    if (text === null) continue;
    const tenths = text.trim().split(/\s+/).map(Number);
    return tenths.every((it) => Number.isInteger(it)) ? Math.max(...tenths) : null;
  }
  return null;
}
