import type { Reading } from '@hemma/protocols/reading.js';
import type { SerialSend } from '../serial/device.js';
import { stamped } from './common/model.js';
import type { SerialBehaviourFactory } from './common/model.js';

const ack = 0x06;
const nak = 0x15;
/** Without an answer the blow is sent again. */
const answerMs = 3_000;

/** A lung monitor: sends its oldest blow until it is acknowledged, then forgets it. */
export const vitalographSerial: SerialBehaviourFactory = (host) => {
  const { profile } = host.device;
  const blows: Reading[] = [];
  let send: SerialSend | null = null;
  let attempt = 0;

  const sendOldest = (): void => {
    const oldest = blows[0];
    if (oldest === undefined || send === null) return;
    send(oldest.octets);
    attempt += 1;
    const mine = attempt;
    host.timers.after(answerMs, () => {
      if (mine === attempt) sendOldest();
    });
  };

  return {
    onOpened: (opened) => {
      send = opened;
      sendOldest();
    },
    onClosed: () => {
      send = null;
    },
    onOctets: (octets) => {
      for (const octet of octets) {
        if (octet === ack) blows.shift();
        if (octet === ack || octet === nak) sendOldest();
      }
    },
    take: (taken, { deviceTime }) => {
      const reading = stamped(taken, profile, { deviceTime, sequence: null });
      blows.push(reading);
      if (blows.length === 1) sendOldest();
      return reading;
    },
  };
};
