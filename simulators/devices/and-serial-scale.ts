import type { Reading } from '@hemma/protocols/reading.js';
import type { SerialSend } from '../serial/device.js';
import { stamped } from './common/model.js';
import type { SerialBehaviourFactory } from './common/model.js';

/** Lines before the weight is stable. */
const unstableLines = 3;
/** The scale repeats its line some four times a second. */
const linePauseMs = 250;

/** A scale on a serial line: unstable lines, then one stable line. Keeps nothing. */
export const andSerialScale: SerialBehaviourFactory = (host) => {
  const { profile } = host.device;
  let send: SerialSend | null = null;

  const weigh = async (reading: Reading): Promise<void> => {
    const unstable: Reading = { ...reading, values: [], failure: 'aborted' };
    for (let line = 0; line < unstableLines; line += 1) {
      send?.(profile.write(unstable));
      await host.timers.sleep(linePauseMs);
    }
    send?.(profile.write(reading));
  };

  return {
    onOpened: (opened) => {
      send = opened;
    },
    onClosed: () => {
      send = null;
    },
    onOctets: () => {
      // It takes no commands.
    },
    take: (taken, { past }) => {
      const reading = stamped(taken, profile, { deviceTime: null, sequence: null });
      if (!past) void weigh(reading);
      return reading;
    },
  };
};
