import { stat } from 'node:fs/promises';
import { rosterOf } from '../../roster.js';
import { codeOf, fine, warning } from '../check.js';
import type { Check } from '../check.js';

/** Whether root's part of mending a radio is there (docs/adr/0012). It is not asked for anything. */
export const helper: Check = {
  name: 'helper',
  title: { sv: 'Radiohjälpare', en: 'Radio helper' },
  async examine({ settings, source }) {
    const { onlyLog, helper: socket } = settings.healing;
    const hasRadio = settings.bluetooth !== 'off' && rosterOf(settings, source).hasRadioDevices;
    if (onlyLog || !hasRadio) return [unused];
    return [(await isSocket(socket)) ? ready : missing(socket)];
  },
};

async function isSocket(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isSocket();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return false;
    throw error;
  }
}

const unused = fine({ sv: 'Används inte.', en: 'It is not used.' });
const ready = fine({ sv: 'Redo.', en: 'Ready.' });

const missing = (socket: string) =>
  warning(
    {
      sv: `${socket} finns inte: en radio som hänger sig kan bara startas om för hand.`,
      en: `There is no ${socket}: a radio that hangs can only be restarted by hand.`,
    },
    {
      sv: 'Kör: systemctl start hemma-helper.socket',
      en: 'Run: systemctl start hemma-helper.socket',
    },
  );
