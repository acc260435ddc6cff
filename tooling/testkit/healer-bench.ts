import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { healingSteps } from '@hemma/protocols/wire/healing.js';
import { createLog } from '@hemma/runtime/log.js';
import { Healer } from '../../gateway/healing/healer.js';
import { HealingJournal } from '../../gateway/healing/journal.js';
import type { HealableRadio } from '../../gateway/healing/radio-port.js';
import { testFolder } from './folder.js';
import { ManualClock } from './manual-clock.js';

const log = createLog('test', 'silent');

/** A healer of a radio that stays as the test sets it. */
export function healerBench(
  file = join(testFolder(), 'healing.sqlite'),
  clock = new ManualClock(),
) {
  const done: string[] = [];
  const radio: { -readonly [K in keyof HealableRadio]: HealableRadio[K] } = {
    fault: null,
    steps: healingSteps,
    rescan: () => Promise.resolve(void done.push('rescan')),
    resetAdapter: () => Promise.resolve(void done.push('reset_adapter')),
  };
  const answers = { helper: (): Promise<void> => Promise.resolve() };
  const journal = new HealingJournal(file, clock, log);
  const healer = new Healer({
    ...{ clock, log, journal, radio },
    helper: {
      perform: async (verb) => {
        done.push(verb);
        await answers.helper();
      },
    },
    alone: (job) => job(),
  });
  healer.start();
  onTestFinished(() => healer.stop());
  return { file, clock, done, radio, answers, journal, healer };
}
