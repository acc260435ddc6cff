import { once } from 'node:events';
import { Command } from 'commander';
import { loadSettings } from '@hemma/runtime/config.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import { inspectOutbox, keptRows } from '../outbox/inspect.js';
import type { OutboxState } from '../outbox/inspect.js';
import { inspectHealing } from '../healing/journal.js';
import { askedNow } from '../prompts/asked.js';
import { promptForm } from '../prompts/store.js';
import { healingFileIn, outboxFileIn, promptsFileIn, settingsSchema } from '../settings.js';
import { inspectState } from '../state-file.js';
import { askedInWords } from './asked.js';
import { healedInWords, shownSteps } from './healed.js';
import { settingsOption } from './settings-option.js';

function outboxFile(settings: string): string {
  return outboxFileIn(loadSettings(settingsSchema, settings).dataDir);
}

/**
 * `hemma-gateway status`: what the outbox of this home holds, what people in it are asked, and what was
 * done for its radio.
 */
export function statusCommand(): Command {
  return new Command('status')
    .description('tell what the outbox holds and what the patient is asked; it may be running')
    .addOption(settingsOption())
    .option('--json', 'as JSON')
    .action((options: { settings: string; json?: boolean }) => {
      const settings = loadSettings(settingsSchema, options.settings);
      const state = inspectOutbox(outboxFile(options.settings));
      const told = inspectState(promptsFileIn(settings.dataDir), promptForm);
      const trust = settings.clock === 'trusted' ? 'synced' : 'unknown';
      const asked = askedNow(told, new SystemClock({ trust }));
      const { language, timeZone } = settings;
      const healing = inspectHealing(healingFileIn(settings.dataDir), shownSteps);
      const text =
        options.json === true
          ? JSON.stringify({ ...state, commandVersion: told.version, asked, healing })
          : [
              inWords(state),
              ...askedInWords(asked, language, timeZone),
              ...healedInWords(healing, timeZone),
            ].join('\n');
      process.stdout.write(`${text}\n`);
    });
}

function inWords(state: OutboxState): string {
  const { ledger, last, confirmed, waiting, held, doubtful, setAside, refused } = state;
  return [
    `ledger     ${ledger}`,
    `rows       ${last}`,
    `confirmed  ${confirmed}`,
    `waiting    ${waiting}`,
    `held       ${held} (until the time is known)`,
    `doubtful   ${doubtful} (until somebody says whose they are)`,
    `set aside  ${setAside} (somebody else's, or from before the loan)`,
    `refused    ${refused.length}`,
    ...refused.map(({ seq, code }) => `           row ${seq}: ${code}`),
  ].join('\n');
}

/** `hemma-gateway export`: every measurement that is kept at home, one JSON object a line. */
export function exportCommand(): Command {
  return new Command('export')
    .description('print every measurement that is kept at home, one JSON object a line')
    .addOption(settingsOption())
    .option('--json', 'accepted for uniformity: the answer is JSON in any case')
    .action(async (options: { settings: string }) => {
      for (const { text } of keptRows(outboxFile(options.settings)))
        if (text !== null && !process.stdout.write(`${text}\n`))
          await once(process.stdout, 'drain');
    });
}
