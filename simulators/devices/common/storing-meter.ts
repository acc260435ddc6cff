/** Glucose meters on a cable: they keep what was measured, and only answer. */
import type { SerialSend } from '../../serial/device.js';
import { randomOctets } from '../../radio/random.js';
import { stamped } from './model.js';
import type { SerialBehaviour, SerialHost } from './model.js';

const rubbishOctets = 64;

/** Octets of commands, split anywhere, and how to answer. */
export type Obey = (octets: Uint8Array, send: SerialSend) => void;

/** A meter that answers by `obey`, or in rubbish while that fault is set. */
export function storingMeter(host: SerialHost, obey: Obey): SerialBehaviour {
  const { store, faults, random } = host;
  let send: SerialSend | null = null;
  return {
    onOpened: (opened) => {
      send = opened;
    },
    onClosed: () => {
      send = null;
    },
    onOctets: (octets) => {
      if (send === null) return;
      const answer = send;
      obey(octets, (said) => answer(faults.rubbish ? randomOctets(random, rubbishOctets) : said));
    },
    take: (taken, { deviceTime }) => {
      const reading = stamped(taken, host.device.profile, { deviceTime, sequence: null });
      store.add(reading);
      return reading;
    },
  };
}
