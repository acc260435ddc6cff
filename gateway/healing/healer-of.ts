import { healingFileIn } from '../settings.js';
import type { Settings } from '../settings.js';
import type { GattTransport } from '../transports/link.js';
import { Healer } from './healer.js';
import type { HealerOptions } from './healer.js';
import { LogHelper, SocketHelper } from './helper.js';
import { HealingJournal } from './journal.js';

/** The healer of a transport; null for one that offers no care. */
export function healerOf(
  transport: GattTransport,
  settings: Settings,
  options: Pick<HealerOptions, 'clock' | 'log' | 'alone'>,
): Healer | null {
  if (transport.care === undefined) return null;
  const { clock, log } = options;
  const { helper, onlyLog } = settings.healing;
  return new Healer({
    ...options,
    radio: transport.care,
    journal: new HealingJournal(healingFileIn(settings.dataDir), clock, log),
    helper: onlyLog ? new LogHelper(log) : new SocketHelper(helper, clock),
  });
}
