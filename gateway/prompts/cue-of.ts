import { join } from 'node:path';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Part } from '@hemma/runtime/lifecycle.js';
import type { Log } from '@hemma/runtime/log.js';
import type { Settings } from '../settings.js';
import type { Cue } from './cue.js';
import { LampCue } from './lamp-cue.js';
import { LogCue } from './log-cue.js';

const ledClass = '/sys/class/leds';

/** The cue of this home: the lamp that the settings name, otherwise the log alone. */
export function cueOf({ lamp }: Pick<Settings, 'lamp'>, clock: Clock, log: Log): Cue & Part {
  if (lamp === undefined) return new LogCue(log);
  return new LampCue({ folder: join(ledClass, lamp), clock, log });
}
