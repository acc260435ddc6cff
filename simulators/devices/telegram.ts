import type { Reading } from '@hemma/protocols/reading.js';
import { randomOctets } from '../radio/random.js';
import type { SerialSend } from '../serial/device.js';
import { stamped } from './common/model.js';
import type { SerialBehaviourFactory } from './common/model.js';

/** "About 0.1 s after the data" (Tanita WB-3000 p.10). */
const rubbishPauseMs = 100;
const rubbishOctets = 12;

/**
 * A device on a line that sends one telegram after each measurement, whether or not anybody listens:
 * it keeps nothing.
 */
export const telegram: SerialBehaviourFactory = (host) => {
  const { device, habits, timers, random } = host;
  let send: SerialSend | null = null;

  const tell = async (reading: Reading): Promise<void> => {
    send?.(reading.octets);
    if (!habits.rubbishBehind) return;
    await timers.sleep(rubbishPauseMs);
    send?.(randomOctets(random, rubbishOctets));
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
    take: (taken, { deviceTime, past }) => {
      const reading = stamped(taken, device.profile, { deviceTime, sequence: null });
      if (!past) void tell(reading);
      return reading;
    },
  };
};
